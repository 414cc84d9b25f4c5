"""Every webhook of a whole call, in any order and any number: one identical record.

The calls are made by the simulated network with a real floor; everything that the carrier asked or
told us is taken down, and told again to an empty house: mixed up, and some of it twice. What was
not the carrier's (offers, ends of handling, the agents' states) is written among it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import Client, EnvironBuilder

import callcenter
from callcenter.records import diary, merging, policy, summaries
from callcenter.records.floor import LED
from callcenter.records.tables import (
    CallBackRow,
    CallerRow,
    CallRow,
    EventRow,
    MetaRow,
    OfferRow,
    PresenceRow,
    SummaryRow,
)
from callcenter.rules import tally, wib
from callcenter.rules.events import Event
from tests.conftest import demo_settings
from tests.telephone import BUDI, SARI, close, passes, picks_up, presses, takes, until, waits
from tests.world import CALLER, LINE_1, LINE_2, World

NOW = wib.at("2020-04-13 09:00")
WEEK = "Mon-Fri 08:00-17:00"
NIGHT = wib.at("2020-04-13 20:00")
LATER = NOW + timedelta(days=2)
EVER = datetime(2100, 1, 1, tzinfo=UTC)
DERIVED = (CallRow, OfferRow, PresenceRow, CallBackRow, SummaryRow)
WIPED = (*DERIVED, EventRow, CallerRow)

seeds = st.integers(0, 2**32)
# What a failing example is told with is long: its seed is what matters.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
bounded = settings(
    max_examples=12,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),  # a smaller example would say no more
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass(frozen=True)
class Asked:
    """One request of the carrier, as it came."""

    at: datetime
    path: str
    query: str
    body: bytes
    signature: str


@dataclass(frozen=True)
class Written:
    """A turn that was not the carrier's."""

    at: datetime
    turn: tuple[Event, ...]


@dataclass
class Taken:
    """What was taken down of a world, and the files that open its tokens."""

    folder: Path
    led: bool
    policy: Any
    asked: list[Asked] = field(default_factory=list)
    events: list[tuple[datetime, Event]] = field(default_factory=list)


# The calls -----------------------------------------------------------------------------------


def talks_twice(world: World) -> None:
    """The agent is lost, another one takes over and finishes."""
    world.agent("sari", "CC1", SARI)
    caller = waits(world, LINE_1, CALLER, "2", "*", "1", "2")
    leg = takes(world, SARI, caller)
    world.agent("budi", "CC2", BUDI)
    passes(world, 40, silent=("sari",))
    world.network.hang_up(leg, by="person")
    second = takes(world, BUDI, caller)
    passes(world, 5)
    world.network.hang_up(second, by="person")
    until(world, lambda: caller.ended)
    passes(world, 65)


def gives_up(world: World) -> None:
    """One hangs up while an agent's telephone rings, the other in the menu."""
    world.agent("sari", "CC1", SARI)
    caller = waits(world, LINE_2)
    until(world, lambda: world.network.ringing(SARI))
    world.network.hang_up(caller, by="person")
    other = world.network.dial(LINE_1, "anonymous")
    presses(world, other, "7")
    world.network.hang_up(other, by="person")
    passes(world, 30)


def is_not_taken(world: World) -> None:
    """The first agent presses nothing, the second does not pick up, the first comes back."""
    world.agent("sari", "CC1", SARI)
    caller = waits(world)
    picks_up(world, SARI)
    passes(world, 45)
    world.choose("sari", "available")
    takes(world, SARI, caller)
    world.network.hang_up(caller, by="person")
    passes(world, 65)


def finds_nobody(world: World) -> None:
    """No worker moves the floor: the caller reaches the center's other telephone."""
    caller = waits(world)
    until(world, lambda: caller.state != "queue", within_s=240)
    passes(world, 5)
    world.network.hang_up(caller, by="person")
    passes(world, 5)


def asks_for_a_call_back(world: World) -> None:
    """At night: the number is confirmed, a time is chosen."""
    caller = world.network.dial(LINE_1, CALLER)
    for key in ("1", "1", "1", "3"):
        presses(world, caller, key)
    until(world, lambda: caller.ended)
    passes(world, 5)


SCENES: dict[str, tuple[Callable[[World], None], datetime, bool]] = {
    "talks twice": (talks_twice, NOW, True),
    "gives up": (gives_up, NOW, True),
    "is not taken": (is_not_taken, NOW, True),
    "finds nobody": (finds_nobody, NOW, False),
    "asks for a call back": (asks_for_a_call_back, NIGHT, True),
}


@pytest.fixture(scope="module", params=SCENES)
def taken(request, tmp_path_factory, sqlite_template) -> Taken:
    """Everything that was asked and written in one scene."""
    scene, start, led = SCENES[request.param]
    folder = tmp_path_factory.mktemp("taken")
    (folder / "callcenter.db").write_bytes(sqlite_template.read_bytes())
    chosen = demo_settings(folder, f"sqlite:///{folder / 'callcenter.db'}")
    world = World(chosen, start, step=led, doors=("voice",))
    if start == NIGHT:
        rule(world.house, WEEK)
    kept = Taken(folder, led, world.house.policy())
    world.app.wsgi_app = Ear(world.app.wsgi_app, world.clock.now, kept.asked)  # type: ignore[method-assign]
    scene(world)
    for row in world.rows(EventRow):
        kept.events.append((row.received_at, diary.read(row)))
    close(world)
    return kept


def rule(house: Any, hours: str) -> None:
    """Let the centers have these hours from now on."""
    ruling = house.policy()
    centers = tuple(replace(center, hours=hours) for center in ruling.centers)
    with house.database.transaction() as db:
        policy.add(db, replace(ruling, centers=centers), by="test", why="hours", now=NOW)
    house.policy.__init__(house.database, house.settings.policy.snapshot)


@dataclass
class Ear:
    """Takes down what the carrier asks, and passes it on."""

    application: Any
    now: Callable[[], datetime]
    asked: list[Asked]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        body = environ["wsgi.input"].read()
        environ["wsgi.input"] = EnvironBuilder(data=body).input_stream
        signature = environ.get("HTTP_X_TWILIO_SIGNATURE", "")
        path, query = environ["PATH_INFO"], environ["QUERY_STRING"]
        if environ["REQUEST_METHOD"] == "POST":  # else it fetches music
            self.asked.append(Asked(self.now(), path, query, body, signature))
        return self.application(environ, start_response)


# Told again ----------------------------------------------------------------------------------


class Again:
    """An empty house with the same keys, to which everything can be told in any order."""

    def __init__(self, taken: Taken, folder: Path, url: str) -> None:
        var = taken.folder / "var"
        same = {
            "CALLCENTER__CARRIER__AUTH_TOKEN_FILE": str(var / "carrier_token"),
            "CALLCENTER__KEYS__FILE": str(var / "keys.toml"),
        }
        self.at, self.taken = NOW, taken
        self.acts: list[Asked | Written] = []
        self.first: dict[str, Any] = {}
        chosen = demo_settings(folder, url, **same)
        self.app = callcenter.create_app(chosen, ("voice",), lambda: self.at)
        self.house = self.app.extensions["callcenter"]
        if taken.policy.centers[0].hours == WEEK:
            rule(self.house, WEEK)
        self.client = Client(self.app)

    def wiped(self) -> None:
        with self.house.database.transaction() as db:
            for table in WIPED:
                db.execute(table.__table__.delete())
            if self.taken.led:  # as long as anybody asks
                led = merging.insert(db, MetaRow.__table__)
                led = led.values(name=LED, value=EVER.isoformat())
                db.execute(led.on_conflict_do_nothing())

    def told(self, acts: list[Asked | Written]) -> None:
        """Everything, each at its own time."""
        for act in acts:
            self.at = act.at
            if isinstance(act, Written):
                with self.house.database.transaction() as db:
                    diary.write(db, act.turn, now=act.at)
                continue
            answer = self.client.post(
                f"{act.path}?{act.query}" if act.query else act.path,
                data=act.body,
                content_type="application/x-www-form-urlencoded",
                headers={"X-Twilio-Signature": act.signature},
            )
            assert answer.status_code in (200, 204), (act.path[:20], answer.status)

    def record(self) -> dict[str, Any]:
        """What there is now: rows as they are, callers by their numbers, and the figures."""
        here = self.house
        with here.database.transaction() as db:
            ids = list(db.execute(select(CallRow.__table__.c.id)).scalars())
            summaries.fold(db, ids, now=LATER)
        with here.database.reading() as db:
            kept: dict[str, Any] = {
                table.__name__: sorted(map(str, db.execute(select(table.__table__))))
                for table in DERIVED
            }
            kept["events"] = sorted(db.execute(select(EventRow.__table__.c.id)).scalars())
            for row in db.execute(select(CallerRow.__table__)):
                number = row.number and here.keys.open(row.number, "caller.number", row.id)
                kept[f"caller {row.id}"] = number, row.number_index
            for call in summaries.folded(db, ids):
                kept[f"tally {call.id}"] = tally.tally(call, here.policy().queue, LATER)
        return kept


def in_order(again: Again) -> list[Asked | Written]:
    """Everything at its place. What the carrier's requests make by themselves is found by trying:
    the rest of the diary is the floor's and the desk's."""
    again.wiped()
    again.told(list(again.taken.asked))
    with again.house.database.reading() as db:
        known = set(db.execute(select(EventRow.__table__.c.id)).scalars())
    turns: dict[tuple[str, str, str], list[tuple[datetime, Event]]] = {}
    for at, event in again.taken.events:
        if event.id not in known:
            turns.setdefault((event.subject, event.thread, event.turn), []).append((at, event))
    rest = [Written(turn[0][0], tuple(event for _, event in turn)) for turn in turns.values()]
    return sorted([*again.taken.asked, *rest], key=lambda act: act.at)


@pytest.fixture
def again(taken: Taken, tmp_path: Path, database_url: str) -> Iterator[Again]:
    """The house of all examples of a test. Told in order, it is what the first one was."""
    made = Again(taken, tmp_path, database_url)
    try:
        made.acts = in_order(made)
        made.wiped()
        made.told(made.acts)
        made.first = made.record()
        assert made.first["events"] == sorted(event.id for _, event in taken.events)
        yield made
    finally:
        made.house.database.close()


@bounded
@given(seed=seeds)
def test_webhooks_in_any_order_and_number_make_one_record(again: Again, seed: int) -> None:
    chance = Random(seed)
    mixed = [*again.acts, *chance.choices(again.acts, k=chance.randint(0, 8))]
    chance.shuffle(mixed)
    again.wiped()
    again.told(mixed)
    assert again.record() == again.first
