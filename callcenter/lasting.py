"""A file of this process that is only ever added to and outlives it: what was appended is on the
disk before ``append`` returns. Needs the standard library alone, for the stand-in writes so too.

Whoever takes the lines elsewhere removes the file under an exclusive lock; another is begun then.
"""

import fcntl
import os
import secrets
import threading
from contextlib import suppress
from pathlib import Path

RESERVE = "reserve"  # a file that is given back to a full disk, so that calls can be written down


class Lasting:
    """This process's file in ``directory``, made at the first line. Threads take turns."""

    def __init__(self, directory: Path, *, prefix: str = "", suffix: str) -> None:
        self._directory = directory
        self._prefix, self._suffix = prefix, suffix
        self._lock = threading.Lock()
        self._file = -1
        self._pid = 0

    def append(self, line: bytes) -> None:
        """Write ``line``, its end included, for good. Raises ``OSError``; nothing is kept then."""
        with self._lock:
            try:
                self._write(line)
            except OSError:
                self._forget()  # after a failed fsync nobody knows what this file holds
                with suppress(OSError):
                    (self._directory / RESERVE).unlink(missing_ok=True)
                try:
                    self._write(line)
                except OSError:
                    self._forget()
                    raise

    def _write(self, line: bytes) -> None:
        self._hold()
        try:
            if os.write(self._file, line) != len(line):
                raise OSError(28, "no space for a whole line")
            os.fdatasync(self._file)
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def _hold(self) -> None:
        """Lock our file, so that nobody removes it now; a new one if it was removed before."""
        if self._file >= 0 and self._pid == os.getpid():
            fcntl.flock(self._file, fcntl.LOCK_SH)
            if os.fstat(self._file).st_nlink:
                return
        self._forget()
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._directory / f"{self._prefix}{os.getpid()}-{secrets.token_hex(4)}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        self._file = os.open(path, flags, 0o600)
        self._pid = os.getpid()
        fcntl.flock(self._file, fcntl.LOCK_SH)
        path.rename(path.with_suffix(self._suffix))  # locked before anybody can find it
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
