"""Coming in, the second step, one's own account, and going out."""

from callcenter.web.session import account, alarms, entrance, second_step
from callcenter.web.session.door import door, signed_in

__all__ = ["account", "alarms", "door", "entrance", "second_step", "signed_in"]
