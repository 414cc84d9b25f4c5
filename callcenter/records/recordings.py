"""Messages that callers left: which are still at the carrier, and their sound, sealed on the disk.

A sound is kept in a folder, not in the database: it is large, and is read once or twice. The file's
name says nothing, and it opens only with our keys and as the recording that it is.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Table, exists, literal, select

from callcenter.records import diary
from callcenter.records.sealing import Keys
from callcenter.records.tables import EventRow
from callcenter.records.tickets import Filed
from callcenter.rules import events

EVENT: Table = EventRow.__table__  # type: ignore[assignment]

AT_THE_CARRIER = timedelta(days=7)  # one that could not be fetched for so long is given up
KEPT, FORGOTTEN = "kept", "forgotten"
THREAD = "recording:"


@dataclass(frozen=True)
class Folder:
    """Where sounds are kept."""

    directory: Path
    keys: Keys

    def keep(self, recording: str, sound: bytes) -> None:
        """Seal it and put it there, whole or not at all; one that is there is replaced."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self._file(recording)
        draft = file.with_suffix(f".{os.getpid()}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(self.keys.token(sound, _place(recording)).encode())
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)

    def sound(self, recording: str) -> bytes | None:
        """The sound; None where it is not in this folder. Raises ``SealBroken`` for another's."""
        try:
            sealed = self._file(recording).read_text("ascii")
        except FileNotFoundError:
            return None
        return self.keys.open_token(sealed, _place(recording))

    def has(self, recording: str) -> bool:
        """Whether its sound is in this folder."""
        return self._file(recording).exists()

    def _file(self, recording: str) -> Path:
        return self.directory / f"{events.event_id(recording, 'recording', '')}.sealed"


def _place(recording: str) -> str:
    return f"recording:{recording}"


def at_the_carrier(
    db: Connection, *, now: datetime, limit: int
) -> Sequence[tuple[events.MessageLeft, bool]]:
    """The messages with which we are not done, the oldest first; with each, whether we have its
    sound already, or know that there is none."""
    left = (
        select(EVENT, _moved(KEPT).label("kept"))
        .where(EVENT.c.kind == events.MessageLeft.kind, EVENT.c.at > now - AT_THE_CARRIER)
        .where(~_moved(FORGOTTEN))
        .order_by(EVENT.c.at, EVENT.c.id)
        .limit(limit)
    )
    found = [(diary.read(row), row.kept) for row in db.execute(left)]
    return [(told, kept) for told, kept in found if isinstance(told, events.MessageLeft)]


def _moved(what: str) -> ColumnElement[bool]:
    """Whether that was done with the recording of a message."""
    moved = EVENT.alias(what)
    thread = literal(THREAD) + EVENT.c.body["recording"].as_string()
    mine = moved.c.subject == EVENT.c.subject, moved.c.thread == thread, moved.c.turn == what
    return exists().where(*mine)


def of_ticket(db: Connection, it: Filed) -> events.MessageLeft | None:
    """The message that became this ticket."""
    if it.channel != "voicemail" or not it.call_id:
        return None
    subject = events.call(it.call_id)
    found = select(EVENT).where(EVENT.c.subject == subject, EVENT.c.kind == events.MessageLeft.kind)
    for message in map(diary.read, db.execute(found)):
        if events.event_id(subject, "message", message.turn) == it.id:
            return message if isinstance(message, events.MessageLeft) else None
    return None


def step(message: events.MessageLeft, what: str, result: str, now: datetime) -> events.Event:
    """What we did with a recording: ``kept`` it (or found it ``absent``), and had it
    ``forgotten`` by the carrier."""
    return events.RecordingMoved(
        subject=message.subject,
        thread=THREAD + message.recording,
        turn=what,
        at=now,
        recording=message.recording,
        result=result,
    )
