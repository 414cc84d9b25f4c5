"""THE WORLD OUTSIDE: a stand-in for the carrier's telephone network.

It speaks HTTP only and imports none of the other rooms: it calls the product's webhooks, signed
as Twilio signs, carries out the TwiML it gets, and serves the part of Twilio's REST interface
that a call center uses. Its page is a handset; ``driver`` is a handset for programs.
"""

from .config import LineConfig, NetworkConfig, PhoneConfig
from .serve import PortTaken, Server, serve, start

__all__ = [
    "LineConfig",
    "NetworkConfig",
    "PhoneConfig",
    "PortTaken",
    "Server",
    "serve",
    "start",
]
