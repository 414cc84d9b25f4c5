"""How the centers stand: what people chose, what their desks' silence says, and who is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, Table, func, select

from callcenter.records import audit, diary
from callcenter.records.tables import CenterRow, HeartbeatRow, PresenceRow
from callcenter.records.tables.centers import EVER
from callcenter.rules import events
from callcenter.rules.centers import CLOSED, CenterNow
from callcenter.rules.events import Event

CENTER: Table = CenterRow.__table__  # type: ignore[assignment]
HEARTBEAT: Table = HeartbeatRow.__table__  # type: ignore[assignment]
PRESENCE: Table = PresenceRow.__table__  # type: ignore[assignment]


def now_of(db: Connection) -> tuple[CenterNow, ...]:
    """Every center of which anything is known, by its code."""
    heard = _heard(db)
    rows = {row.code: row for row in db.execute(select(CENTER))}
    return tuple(
        CenterNow(
            code,
            row.state,
            None if row.since == EVER else row.since,
            row.by,
            row.why,
            row.dark_at,
            row.back_at,
            heard.get(code),
        )
        if (row := rows.get(code))
        else CenterNow(code, heard_at=heard.get(code))
        for code in sorted(rows.keys() | heard.keys())
    )


def _heard(db: Connection) -> Mapping[str, datetime]:
    """When a desk of each center was heard last, whatever its agent's state."""
    joined = PRESENCE.join(HEARTBEAT, HEARTBEAT.c.agent_id == PRESENCE.c.agent_id)
    newest = func.max(HEARTBEAT.c.heard_at, type_=HEARTBEAT.c.heard_at.type)
    rows = db.execute(
        select(PRESENCE.c.center, newest).select_from(joined).group_by(PRESENCE.c.center)
    )
    return {code: at for code, at in rows if at is not None}


def shut(db: Connection) -> tuple[str, ...]:
    """The codes of the centers that were closed by a button."""
    closed = select(CENTER.c.code).where(CENTER.c.state == CLOSED).order_by(CENTER.c.code)
    return tuple(db.execute(closed).scalars())


def choose(
    db: Connection,
    code: str,
    state: str,
    *,
    version: str,
    why: str,
    by: str,
    who: str,
    now: datetime,
) -> bool:
    """Somebody (``by``: the user's id, ``who``: the name) chose a state. False when another was
    chosen since the form was rendered (``version``): then nothing is written."""
    chosen = events.CenterStateChosen(
        subject=events.center(code),
        thread="state",
        turn=version,
        at=now,
        state=state,
        by=by,
        why=why,
    )
    standing = next((it for it in now_of(db) if it.code == code), CenterNow(code))
    if standing.version != version or diary.stored(db, [chosen]):
        return diary.says(diary.stored(db, [chosen]), chosen)
    if not diary.says(diary.write(db, [chosen], now=now), chosen):
        return False
    note(db, chosen, who=who, why=why, now=now)
    return True


def note(db: Connection, event: Event, *, who: str, why: str, now: datetime) -> None:
    """Keep in the access log what became of a center."""
    what = event.state if isinstance(event, events.CenterStateChosen) else event.kind
    audit.note(db, who=who, what=f"center:{what}", subject=event.subject, why=why, now=now)


def note_lights(db: Connection, written: tuple[Event, ...], *, now: datetime) -> None:
    """The same for what the floor saw by itself."""
    for event in written:
        match event:
            case events.CenterWentDark(desks=desks):
                note(db, event, who="floor", why=f"{desks} desks silent", now=now)
            case events.CenterCameBack():
                note(db, event, who="floor", why="a desk is heard again", now=now)
