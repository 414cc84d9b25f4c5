"""What the stand-in says to the operator, on standard error: a line a thing, in the same form as
all programs here (callcenter/logs.py), made by the standard library alone. No number is in it."""

import json
import os
import sys
from datetime import datetime

_said = {"as_text": False}


def set_up(form: str) -> None:
    """``form``: ``json``, ``text``, or ``auto`` (text on a terminal)."""
    _said["as_text"] = sys.stderr.isatty() if form == "auto" else form == "text"


def tell(level: str, event: str, at: datetime, **known: str) -> None:
    """One line. ``known``: ids and words of our own making."""
    if _said["as_text"]:
        pairs = "".join(f"  {key}={value}" for key, value in known.items())
        told = f"{at:%H:%M:%S} {level:<7} {'fallback':<9} {event}{pairs}"
    else:
        head = {"at": at.isoformat(), "level": level, "event": event, "logger": "fallback"}
        told = json.dumps({**head, "process": "fallback", "pid": os.getpid(), **known})
    try:
        os.write(2, told.encode() + b"\n")
    except OSError:
        return  # nobody listens, and whoever is served must not notice it
