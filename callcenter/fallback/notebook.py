"""Which calls were here: one line of JSON a request, on the disk before it is answered.

Only the call's id, the line, the time, and whether we sent it out of the queue. Who called, the
worker asks the carrier later (callcenter/taking_up.py, which also removes what it has taken).
"""

import json
from datetime import datetime
from pathlib import Path

from callcenter.lasting import Lasting

PREFIX, SUFFIX = "fallback-", ".jsonl"


class Notebook:
    """This process's file in ``directory``. Threads take turns."""

    def __init__(self, directory: Path) -> None:
        self._file = Lasting(directory, prefix=PREFIX, suffix=SUFFIX)

    def note(self, call: str, line: str, at: datetime, *, left: bool = False) -> None:
        """Write down that ``call`` was here; ``left``: and was sent out of the queue. Raises
        ``OSError`` when that cannot be done."""
        told = {"call": call, "line": line, "at": at.isoformat()}
        self._file.append(json.dumps(told | ({"left": True} if left else {})).encode() + b"\n")
