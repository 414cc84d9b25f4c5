"""The agent's desk: the call in hand, the person, the ticket, and calls taken elsewhere."""

from callcenter.web.desk import acts, manual, messages, recording, screen, ticket_pages
from callcenter.web.desk.door import door

__all__ = ["acts", "door", "manual", "messages", "recording", "screen", "ticket_pages"]
