"""The agent's desk: the call in hand, the person, the ticket, and calls taken elsewhere."""

from callcenter.web.desk import acts, manual, screen, ticket_pages
from callcenter.web.desk.door import door

__all__ = ["acts", "door", "manual", "screen", "ticket_pages"]
