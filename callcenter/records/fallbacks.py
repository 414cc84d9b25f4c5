"""Calls that only the stand-in met (callcenter/fallback): the lines it wrote down on this host, and
how they come into the diary. A line is removed when what it tells of is there."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

import msgspec
from sqlalchemy import Connection, Table, select

from callcenter.records import callers, diary
from callcenter.records.sealing import Keys
from callcenter.records.tables import CallerRow, CallRow
from callcenter.rules import dialogue, events, phone
from callcenter.rules.events import Event
from callcenter.rules.policy import Center, Policy

CALL: Table = CallRow.__table__  # type: ignore[assignment]
CALLER: Table = CallerRow.__table__  # type: ignore[assignment]

FILES = "fallback-*.jsonl"
TERMINAL = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})


class Note(msgspec.Struct, frozen=True):
    """One line of the stand-in. ``line`` may be empty; ``left``: the caller was sent out of the
    queue."""

    call: str
    line: str
    at: datetime
    left: bool = False


@dataclass(frozen=True)
class Met:
    """A call that was there: on which line, since when, and when it was sent out of the queue."""

    call: str
    line: str
    at: datetime
    left_at: datetime | None = None


@dataclass(frozen=True)
class Told:
    """What the carrier says of such a call; all empty when it knows nothing of it (any more)."""

    caller: str = ""
    dialled: str = ""
    status: str = ""
    ended_at: datetime | None = None

    @property
    def over(self) -> bool:
        return self.status in TERMINAL


def waiting(directory: Path) -> tuple[Met, ...]:
    """The calls that stand in the files of this host, each once and as first met."""
    notes: dict[str, list[Note]] = defaultdict(list)
    for path in _files(directory):
        for note in _read(path):
            notes[note.call].append(note)
    return tuple(_met(sorted(some, key=lambda note: note.at)) for some in notes.values())


def _met(notes: Sequence[Note]) -> Met:
    line = next((note.line for note in notes if note.line), "")
    left_at = next((note.at for note in notes if note.left), None)
    return Met(notes[0].call, line, notes[0].at, left_at)


def known(db: Connection, call: str) -> bool:
    """Whether all that could be asked is known already: arrival, caller and end."""
    found = select(CALL.c.arrived_at, CALL.c.ended_at, CALLER.c.id).where(CALL.c.id == call)
    with_caller = found.outerjoin(CALLER, CALLER.c.id == callers.of_call(call))
    row = db.execute(with_caller).one_or_none()
    return row is not None and None not in tuple(row)


def keep(
    db: Connection, keys: Keys, policy: Policy, met: Met, told: Told, *, now: datetime
) -> bool:
    """Write what is known of the call: its arrival, who called, and the end if it has one. False
    when no center has its line. What the diary holds already stays as it is."""
    center = _center(db, policy, met, told)
    if center is None:
        return False
    who = phone.caller(told.caller)
    line = phone.normalise(met.line) or phone.normalise(told.dialled) or ""
    test = who.number in policy.report.test_numbers
    arrived = dialogue.arrive(met.call, line, center, withheld=who.withheld, test=test, now=met.at)
    diary.write(db, (arrived, *_end(met, told)), now=now)
    diary.write(db, tuple(_exit(db, policy, met)), now=now)
    callers.note(db, keys, callers.of_call(met.call), number=who.number, now=met.at)
    return True


def _center(db: Connection, policy: Policy, met: Met, told: Told) -> Center | None:
    """The center of the line dialled, or the one where the call has arrived before."""
    for raw in (met.line, told.dialled):
        if center := policy.center_of(phone.normalise(raw) or ""):
            return center
    code = db.execute(select(CALL.c.center).where(CALL.c.id == met.call)).scalar()
    return policy.center(code) if code else None


def _end(met: Met, told: Told) -> Iterator[Event]:
    if told.over:
        yield events.CallReported(
            subject=events.call(met.call),
            thread="status",
            turn=events.report(told.status, "", b"asked"),
            at=told.ended_at or met.at,
            status=told.status,
        )


def _exit(db: Connection, policy: Policy, met: Met) -> Iterator[Event]:
    """That the stay in the queue ended on our word: the caller did not give up."""
    if met.left_at is None:
        return
    state = callers.dialogue(db, met.call)
    if state.entry:
        yield dialogue.exited(state, dialogue.beyond_the_queue(state, policy), met.left_at)


def put_aside(directory: Path, met: Met, reason: str) -> None:
    """Keep a call that can never be taken up, for people to look at."""
    _keep_aside(directory, msgspec.json.encode(Note(met.call, met.line, met.at)), reason)


def forget(directory: Path, done: Collection[str]) -> None:
    """Remove the lines of these calls, and files that are empty then. A file to which somebody
    is writing at this moment stays as it is until the next time."""
    for path in _files(directory):
        with suppress(FileNotFoundError, BlockingIOError):
            _forget(path, done)


def _forget(path: Path, done: Collection[str]) -> None:
    file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        left = [one for one in _read(path) if one.call not in done]
        for line in _unreadable(path):
            _keep_aside(path.parent, line, "it cannot be read")
        if left:
            _write(path.with_name(f"fallback-left-{secrets.token_hex(6)}.jsonl"), left)
        path.unlink()  # the stand-in sees it and begins another
    finally:
        os.close(file)


def _write(path: Path, left: Collection[Note]) -> None:
    """A new file, whole on the disk before it has its name."""
    draft = path.with_suffix(".draft")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.writelines(msgspec.json.encode(one) + b"\n" for one in left)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)


def _files(directory: Path) -> list[Path]:
    return sorted(directory.glob(FILES))


def _read(path: Path) -> list[Note]:
    """The whole lines of a file. One that is cut off was never answered for."""
    with suppress(FileNotFoundError):
        lines = path.read_bytes().split(b"\n")[:-1]
        return [note for line in lines if (note := _note(line)) is not None]
    return []


def _unreadable(path: Path) -> Iterator[bytes]:
    for line in path.read_bytes().split(b"\n")[:-1]:
        if _note(line) is None:
            yield line


def _note(line: bytes) -> Note | None:
    try:
        note = msgspec.json.decode(line, type=Note)
    except msgspec.DecodeError:
        return None
    return note if note.call and note.at.tzinfo else None


def _keep_aside(directory: Path, record: bytes, reason: str) -> None:
    folder = directory / "rejected"
    folder.mkdir(exist_ok=True)
    path = folder / f"fallback-{blake2b(record, digest_size=8).hexdigest()}.record"
    path.write_bytes(record)
    path.chmod(0o600)
    path.with_name(f"{path.name}.why").write_text(reason + "\n", "utf-8")
