"""The figures of today for whoever looks again and again: a look reads what changed since the last
one, and adds up only that.

What the agents' time was spent on is left out, since no live page shows it: ``busy_s``,
``available_s``, ``logged_in_s`` and what follows from them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, func, or_, select

from callcenter.records import callers, summaries
from callcenter.records.stats import raw
from callcenter.records.stats.confirmed import TICKET, counted
from callcenter.records.stats.parts import ALL, CENTER, INTERVAL, SCOPES, Day, Key, Part
from callcenter.records.stats.raw import Came, Grid, Place
from callcenter.records.stats.window import Window
from callcenter.records.summaries import BODY, CALLS
from callcenter.records.tables import CallRow, SummaryRow
from callcenter.rules import wib
from callcenter.rules.calls import Call
from callcenter.rules.policy import Policy
from callcenter.rules.tally import Added, Callers, Sums, Tally, is_final

CALL: Table = CallRow.__table__  # type: ignore[assignment]
SUMMARY: Table = SummaryRow.__table__  # type: ignore[assignment]

MINUTES = 30
SHOWN = (ALL, CENTER, INTERVAL)
ONE_DAY = timedelta(days=1)
LATE = timedelta(seconds=10)  # clocks of two hosts, and a commit that took its time
ANEW = timedelta(minutes=5)  # what escaped all this is then right again

Adds = list[tuple[Place, Added]]


@dataclass
class Heap:
    """Sums and callers of every part that is shown."""

    sums: dict[str, dict[Key, Sums]] = field(
        default_factory=lambda: {scope: defaultdict(Sums) for scope in SHOWN}
    )
    callers: dict[str, dict[Key, Callers]] = field(
        default_factory=lambda: {scope: defaultdict(Callers) for scope in SHOWN}
    )

    def take(self, place: Place, added: Added) -> None:
        for scope in SHOWN:
            self.sums[scope][SCOPES[scope](*place)].take(added)

    def give_back(self, place: Place, added: Added) -> None:
        for scope in SHOWN:
            self.sums[scope][SCOPES[scope](*place)].give_back(added)

    def count(self, came: Came, calls: int = 1) -> None:
        for scope in SHOWN:
            self.callers[scope][SCOPES[scope](*came.place)].take(came.caller, came.reached, calls)

    def with_sums_of(self, adds: Iterable[tuple[Place, Added]]) -> Heap:
        """The same and some more, this one staying as it is. The callers are shared."""
        more = Heap(callers=self.callers)
        for place, added in adds:
            more.take(place, added)
        for scope in SHOWN:
            for key, mine in self.sums[scope].items():
                if key in more.sums[scope]:
                    more.sums[scope][key].take(mine.so_far)
                else:
                    more.sums[scope][key] = mine
        return more

    def parts(self, scope: str) -> Mapping[Key, Part]:
        people = self.callers[scope]
        return {
            key: Part(sums.whole(Tally), people[key].people())
            for key, sums in self.sums[scope].items()
        }


class Today:
    """The figures of the day that it is. For one thread at a time."""

    def __init__(self) -> None:
        self._held: Held | None = None

    def look(self, db: Connection, policy: Policy, *, now: datetime) -> Day:
        """All that happened today until now."""
        window = Window.of(wib.day_of(now))
        if self._held is None or not self._held.serves(window, policy, now):
            self._held = Held(window, policy, now)
        return self._held.look(db, now)


class Held:
    """What was read of one day."""

    def __init__(self, window: Window, policy: Policy, now: datetime) -> None:
        self._window, self._policy, self._begun = window, policy, now
        self._grid = Grid(window.cuts(MINUTES), window.labels(MINUTES))
        self._since: datetime | None = None
        self._final = Heap()
        self._kept: dict[str, tuple[Adds, Came | None]] = {}  # in ``_final``
        self._moving: dict[str, Call] = {}  # what time alone changes, or the next event
        self._alive: dict[str, datetime] = {}
        self._seen: dict[str, datetime | None] = {}  # when each was folded
        self._indexes: dict[str, str | None] = {}
        self._tickets: tuple[object, object] = (0, None)
        self._confirmed: Adds = []

    def serves(self, window: Window, policy: Policy, now: datetime) -> bool:
        same = window == self._window and policy.version == self._policy.version
        return same and self._begun <= now < self._begun + ANEW

    def look(self, db: Connection, now: datetime) -> Day:
        self._catch_up(db, now)
        self._count_tickets(db)
        self._since = now - LATE
        moving = list(self._moving.values())
        adds = [one for call in moving for one in self._adds(call, now)]
        heap = self._final.with_sums_of([*adds, *self._confirmed])
        came = [one for call in moving if (one := self._came(call))]
        for one in came:
            heap.count(one)
        parts = {scope: heap.parts(scope) for scope in SHOWN}
        for one in came:
            heap.count(one, -1)
        centers = tuple(center.code for center in self._policy.centers)
        booked = [call for call in moving if summaries.counts(call)]
        stale = timedelta(seconds=self._policy.queue.stale_s)
        waiting = raw.waiting(booked, now, stale)
        return Day(self._window, now, MINUTES, centers, parts.__getitem__, waiting)

    def _catch_up(self, db: Connection, now: datetime) -> None:
        """Read the calls that changed: those that are over and settled, and those alive."""
        alive = self._unsettled(db)
        settled = list(self._settled(db, self._alive.keys() - alive.keys()))
        changed = [call for call, at in alive.items() if self._alive.get(call) != at]
        for gone in self._alive.keys() - alive.keys():
            self._moving.pop(gone, None)
        folded = [call for some in summaries.chunks(changed) for call in summaries.folded(db, some)]
        self._know(db, [*settled, *folded])
        for call in (call for call in settled if call.id not in alive):
            self._settle(call, now)
        for call in folded:
            self._forget(call.id)
            self._moving[call.id] = call
        self._alive = alive

    def _settle(self, call: Call, now: datetime) -> None:
        self._forget(call.id)
        if not is_final(call, self._policy.queue, now):
            self._moving[call.id] = call
            return
        adds, came = list(self._adds(call, now)), self._came(call)
        for place, added in adds:
            self._final.take(place, added)
        if came:
            self._final.count(came)
        self._kept[call.id] = adds, came

    def _forget(self, call: str) -> None:
        self._moving.pop(call, None)
        adds, came = self._kept.pop(call, ([], None))
        for place, added in adds:
            self._final.give_back(place, added)
        if came:
            self._final.count(came, -1)

    def _adds(self, call: Call, now: datetime) -> Iterator[tuple[Place, Added]]:
        for at, queue, added in raw.adds(call, self._policy.queue, now, self._grid):
            yield (self._grid.label(at), call.center, queue), added

    def _came(self, call: Call) -> Came | None:
        if not summaries.counts(call) or not self._window.has(call.booked_at):
            return None
        place = self._grid.label(call.booked_at), call.center, call.queue
        return Came(place, self._indexes.get(call.id), call.reached)

    def _know(self, db: Connection, calls: Collection[Call]) -> None:
        """Whose numbers these calls came from."""
        for some in summaries.chunks([call.id for call in calls]):
            self._indexes |= callers.indexes(db, some)

    def _unsettled(self, db: Connection) -> dict[str, datetime]:
        """When the newest event of each call came that is alive, or changed since it was."""
        start, end = self._window.start - ONE_DAY, self._window.end
        lives = CALL.c.unsettled, CALL.c.arrived_at >= start, CALL.c.arrived_at < end
        rows = db.execute(select(CALL.c.id, CALL.c.received_at).where(*lives))
        return {row.id: row.received_at for row in rows}

    def _settled(self, db: Connection, gone: Collection[str]) -> Iterator[Call]:
        """The calls that were folded since the last look, and those that are alive no more."""
        ids = sorted({*self._folded(db), *gone})
        for some in summaries.chunks(ids):
            bodies = db.execute(select(BODY).where(SUMMARY.c.call_id.in_(some)))
            yield from map(CALLS.decode, bodies.scalars())

    def _folded(self, db: Connection) -> list[str]:
        today = self._window.day.isoformat()
        first = (self._window.day - ONE_DAY).isoformat()
        of_today = or_(
            SUMMARY.c.day == today, SUMMARY.c.last_day >= today, SUMMARY.c.last_day.is_(None)
        )
        chosen = select(SUMMARY.c.call_id, SUMMARY.c.folded_at).where(
            SUMMARY.c.day >= first, SUMMARY.c.day <= today, of_today
        )
        if self._since is not None:
            chosen = chosen.where(SUMMARY.c.folded_at >= self._since)
        rows = {row.call_id: row.folded_at for row in db.execute(chosen)}
        fresh = [call for call, at in rows.items() if self._seen.get(call) != at]
        self._seen |= rows
        return fresh

    def _count_tickets(self, db: Connection) -> None:
        """Read the confirmations again if there is another one, or one is another."""
        within = TICKET.c.counted_at >= self._window.start, TICKET.c.counted_at < self._window.end
        seen = select(func.count(), func.sum(TICKET.c.versions)).where(*within)
        tickets = tuple(db.execute(seen).one())
        if tickets == self._tickets:
            return
        self._tickets = tickets
        rows = counted(db, self._window)
        places = Counter((self._grid.label(row.at), row.center, "") for row in rows)
        self._confirmed = [(place, {"confirmations": n}) for place, n in places.items()]
