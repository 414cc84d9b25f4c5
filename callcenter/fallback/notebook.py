"""Which calls were here: one line of JSON a request, on the disk before it is answered.

Only the call's id, the line, the time, and whether we sent it out of the queue. Who called, the
worker asks the carrier later (callcenter/taking_up.py, which also removes what it has taken).
"""

import fcntl
import json
import os
import secrets
import threading
from contextlib import suppress
from datetime import datetime
from pathlib import Path

PREFIX, SUFFIX = "fallback-", ".jsonl"


class Notebook:
    """This process's file in ``directory``. Threads take turns."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        self._file = -1

    def note(self, call: str, line: str, at: datetime, *, left: bool = False) -> None:
        """Write down that ``call`` was here; ``left``: and was sent out of the queue. Raises
        ``OSError`` when that cannot be done."""
        told = {"call": call, "line": line, "at": at.isoformat()}
        written = json.dumps(told | ({"left": True} if left else {})).encode() + b"\n"
        with self._lock:
            try:
                self._write(written)
            except OSError:
                self._forget()  # after a failed fsync nobody knows what this file holds
                with suppress(OSError):  # room that was kept for a full disk
                    (self._directory / "reserve").unlink(missing_ok=True)
                try:
                    self._write(written)
                except OSError:
                    self._forget()
                    raise

    def _write(self, written: bytes) -> None:
        self._lock_file()
        try:
            if os.write(self._file, written) != len(written):
                raise OSError(28, "no space for a whole line")
            os.fdatasync(self._file)
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def _lock_file(self) -> None:
        """Have a file, and nobody to take it away while we write."""
        if self._file < 0:
            self._open()
        fcntl.flock(self._file, fcntl.LOCK_SH)
        if os.fstat(self._file).st_nlink == 0:  # taken and removed since the last line
            self._open()
            fcntl.flock(self._file, fcntl.LOCK_SH)

    def _open(self) -> None:
        self._forget()
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._directory / f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}{SUFFIX}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        self._file = os.open(path, flags, 0o600)
        folder = os.open(self._directory, os.O_RDONLY)  # the name of the file must last too
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _forget(self) -> None:
        if self._file >= 0:
            with suppress(OSError):
                os.close(self._file)
        self._file = -1
