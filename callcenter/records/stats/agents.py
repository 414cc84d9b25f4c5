"""What the agents' time was spent on, from the states they chose and the calls they took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, select

from callcenter.records.tables import EventRow
from callcenter.rules import events
from callcenter.rules.calls import Call, Span
from callcenter.rules.policy import QueueRules
from callcenter.rules.tally import State, Tally, agent_time

EVENT: Table = EventRow.__table__  # type: ignore[assignment]

SHIFT = timedelta(days=1)  # nobody stays in one state for longer without the floor noticing


def agent_times(
    db: Connection,
    busy: Mapping[str, Sequence[Span]],
    cuts: Sequence[datetime],
    *,
    as_of: datetime,
) -> Iterator[tuple[datetime, str, Tally]]:
    """``(interval, agent's center, time)`` of every agent in every interval up to ``as_of``.
    ``busy``: when each agent was in a call (:func:`busy_spans`)."""
    states, centers = _states(db, cuts[0] - SHIFT, min(cuts[-1], as_of))
    if not states:
        return
    past = [cut for cut in cuts if cut < as_of]
    elapsed = past if len(past) == len(cuts) else [*past, as_of]
    for agent, chosen in states.items():
        spent = agent_time(chosen, busy.get(agent.partition(":")[2], ()), elapsed)
        for start, tally in spent.items():
            yield start, centers[agent], tally


def _states(
    db: Connection, start: datetime, end: datetime
) -> tuple[dict[str, list[State]], dict[str, str]]:
    """The states that each agent chose, and the center where the last of them was."""
    rows = db.execute(
        select(EVENT)
        .where(EVENT.c.kind == events.StateChosen.__name__, EVENT.c.at >= start, EVENT.c.at < end)
        .order_by(EVENT.c.at, EVENT.c.id)
    )
    states: dict[str, list[State]] = defaultdict(list)
    centers: dict[str, str] = {}
    for row in rows:
        imported = row.body["by"] == "import"
        states[row.subject].append(State(row.at, row.body["state"], imported))
        centers[row.subject] = row.body["center"]
    return states, centers


def busy_spans(call: Call, rules: QueueRules, as_of: datetime) -> Iterator[tuple[str, Span]]:
    """When which agent was in talk, hold or wrap-up; a talk that goes on lasts until ``as_of``,
    unless it is so old that its end must have been lost."""
    stale = timedelta(seconds=rules.stale_s)
    for talk in call.talks:
        until = talk.busy_until or (as_of if as_of - talk.at < stale else talk.at)
        yield talk.agent, (talk.at, until)
    kept = call.call_back
    if kept and kept.answered_at and kept.ended_at:
        yield kept.agent, (kept.answered_at, kept.ended_at)
