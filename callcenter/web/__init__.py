"""Doors: the carrier's (``voice``) and the people's. The only room with Flask views."""
