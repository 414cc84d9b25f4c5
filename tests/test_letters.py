"""Commands whose sender dies, whose answer is lost, or whose call is over: a telephone rings once,
and a caller who hung up is normal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from requests.exceptions import ConnectionError as AnswerLost

from callcenter import logs
from callcenter import worker as worker_room
from callcenter.carriers.twilio.inside import WsgiHttp
from callcenter.records import diary, outbox
from callcenter.records.tables import OfferRow, OutboxRow
from callcenter.rules import events, wib
from callcenter.rules.commands import Command
from callcenter.simulator.serve import create_app as network_app
from tests.conftest import demo_settings
from tests.telephone import BUDI, RINA, SARI, close, passes, picks_up, row, takes, until, waits
from tests.world import CALLER, LINE_1, World

NOW = wib.at("2020-04-13 09:00")
SOMEBODY = "+6281234567891"


class Killed(BaseException):
    """The worker's process ends here."""


@dataclass
class Line(WsgiHttp):
    """The way to the carrier's REST interface, which may break before or after a request."""

    application: Any
    before: list[BaseException] = field(default_factory=list)
    after: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self.application)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        if method == "POST" and self.before:
            raise self.before.pop()
        answer = super().request(method, url, *args, **kwargs)
        if method == "POST" and self.after:
            raise self.after.pop()
        return answer


@pytest.fixture
def world(tmp_path, sqlite_template):
    path = tmp_path / "callcenter.db"
    path.write_bytes(sqlite_template.read_bytes())
    made = World(demo_settings(tmp_path, f"sqlite:///{path}"), NOW, doors=("voice",))
    made.agent("sari", "CC1", SARI)
    yield made
    close(made)


def breaks(world: World, **when: Any) -> Line:
    line = Line(network_app(world.network), **when)
    world.worker.postman.carrier.use(line)  # type: ignore[attr-defined]
    return line


def begins_again(world: World) -> None:
    """Another worker takes over what the dead one left."""
    world.worker.database.close()
    world.worker = worker_room.make(world.settings, now=world.clock.now)
    world.worker.postman.carrier.use(WsgiHttp(network_app(world.network)))  # type: ignore[attr-defined]


def legs(world: World) -> list[Any]:
    """Every leg that was ever started to the agent."""
    return [call for call in world.network.calls.values() if call.to == SARI]


def test_an_answer_that_was_lost_does_not_ring_twice(world):
    breaks(world, after=[AnswerLost()])
    caller = waits(world)
    takes(world, SARI, caller)
    passes(world, 40)

    assert len(legs(world)) == 1
    assert row(world, OutboxRow, kind="ring")["result"] == "sent"
    assert row(world, OutboxRow, kind="ring")["attempts"] == 2
    assert caller.state == "talking"


def test_a_sender_that_dies_after_ringing_does_not_ring_twice(world):
    caller = waits_for_a_dead_worker(world, after=[Killed()])
    begins_again(world)
    takes(world, SARI, caller)  # the leg itself claims the command
    passes(world, 40)  # and the lease of the dead one is over

    assert len(legs(world)) == 1
    assert row(world, OutboxRow, kind="ring")["result"] == "sent"
    assert row(world, OfferRow)["leg"] == legs(world)[0].sid
    assert caller.state == "talking"


def test_a_sender_that_dies_before_ringing_leaves_a_caller_who_is_offered_again(world):
    caller = waits_for_a_dead_worker(world, before=[Killed()])
    begins_again(world)
    passes(world, 25)  # nobody's telephone rang: the offer is over
    assert legs(world) == []
    assert row(world, OfferRow, number=1)["end"] == "expired"

    world.choose("sari", "available")
    takes(world, SARI, caller)
    assert len(legs(world)) == 1


def waits_for_a_dead_worker(world: World, **when: Any) -> Any:
    """A caller comes; the worker dies over the first command."""
    breaks(world, **when)
    with pytest.raises(Killed):
        waits(world) and passes(world, 5)
    return next(call for call in world.network.calls.values() if call.to != SARI)


def test_a_caller_who_has_hung_up_is_no_fault(world):
    """The agent presses 1 at the moment when the caller gives up."""
    caller = waits(world)
    leg = picks_up(world, SARI)
    world.network.press(leg, "1")
    world.network.hang_up(caller, by="person")
    passes(world, 20)

    assert leg.ended
    results = {it.kind: it.result for it in world.rows(OutboxRow)}
    assert set(results.values()) <= {"sent", "gone"}
    assert row(world, OfferRow)["over_at"] is not None


@pytest.mark.parametrize("status", ["busy", "completed"])
def test_a_second_leg_of_one_ring_ends_without_a_trace(world, status):
    """Rung twice after all: what becomes of the second leg is nothing to the conversation."""
    caller = waits(world)
    leg = takes(world, SARI, caller)
    second = events.LegReported(
        subject=events.call(caller.sid),
        thread="leg:1",
        turn=f"{status}:3:x",
        at=world.clock.now(),
        offer=1,
        agent=world.agents["sari"],
        leg="CA" + "f" * 32,
        status=status,
    )
    with world.house.database.transaction() as db:
        diary.write(db, (second,), now=world.clock.now())
    passes(world, 5)

    assert (caller.state, leg.state) == ("talking", "talking")
    assert row(world, OfferRow)["handling_ended_at"] is None


def test_what_is_told_after_the_letters_is_about_no_call(world):
    now = world.clock.now()
    with world.house.database.transaction() as db:
        outbox.enqueue(db, Command("release", "CA1", 1), now=now)
    assert world.worker.postman.send_due()
    assert logs._known.get() is None


def test_a_carrier_that_is_not_there_is_asked_again(world):
    breaks(world, before=[AnswerLost() for _ in range(3)])
    waits(world)
    until(world, lambda: row(world, OutboxRow, kind="ring")["result"])
    assert row(world, OutboxRow, kind="ring")["attempts"] == 4
    assert len(legs(world)) == 1


def test_commands_that_failed_together_are_not_tried_again_together(world):
    for name, number in (("budi", BUDI), ("rina", RINA)):
        world.agent(name, "CC1", number)
    breaks(world, before=[AnswerLost() for _ in range(3)])
    world.worker.leading = False
    for caller in (CALLER, SOMEBODY, ""):
        waits(world, LINE_1, caller or "anonymous")
    world.worker.leading = True
    world.worker.tick()

    due = [it.due_at for it in world.rows(OutboxRow) if it.kind == "ring" and not it.done_at]
    assert len(set(due)) == len(due) == 3
