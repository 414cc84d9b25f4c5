"""What people do on the telephone in a ``World``, in the words of the floor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from callcenter.records import floor
from callcenter.simulator.calls import Call
from tests.world import CALLER, LINE_1, TICK_S, World

SARI, BUDI, RINA = "+6281200000001", "+6281200000002", "+6281200000003"


def until(world: World, reached: Callable[[], Any], *, within_s: float = 60) -> Any:
    """Let time pass until ``reached()`` is true, and give back what it said."""
    for _ in range(round(within_s / TICK_S)):
        if found := reached():
            return found
        world.run(TICK_S)
    raise AssertionError(f"not reached within {within_s} s of virtual time")


def presses(world: World, call: Call, keys: str) -> None:
    """Press keys as soon as somebody listens for them."""
    until(world, lambda: call.keys is not None)
    world.network.press(call, keys)
    world.run(TICK_S)


def waits(world: World, line: str = LINE_1, caller: str = CALLER, *keys: str) -> Call:
    """A caller who stands in the queue: Indonesian, a person, please; or by ``keys``."""
    call = world.network.dial(line, caller)
    for key in keys or ("1", "0"):
        presses(world, call, key)
    until(world, lambda: call.state == "queue")
    return call


def picks_up(world: World, number: str) -> Call:
    """The agent's telephone rings, is picked up, and asks for a key."""
    until(world, lambda: world.network.ringing(number))
    world.network.answer(number)
    leg = world.network.on_the_phone(number)
    assert leg is not None
    until(world, lambda: leg.keys is not None)
    return leg


def takes(world: World, number: str, call: Call) -> Call:
    """The agent takes the call, and the two talk."""
    leg = picks_up(world, number)
    world.network.press(leg, "1")
    until(world, lambda: call.state == "talking" and leg.state == "talking")
    return leg


def passes(world: World, seconds: float, *, silent: tuple[str, ...] = ()) -> None:
    """Let time pass while some agents' desks are ``silent``."""
    for _ in range(round(seconds / TICK_S)):
        with world.house.database.transaction() as db:
            for name, agent in world.agents.items():
                if name not in silent:
                    floor.heard(db, agent, world.clock.now())
        world.run(TICK_S, hearts=False)


def heard(call: Call) -> list[str]:
    """Everything that was said to this side, in order."""
    return [said.text for said in call.said]


def words(world: World, prompt: str, language: str = "id") -> str:
    """How a prompt without values is said."""
    return world.house.policy().prompts[language][prompt]


def row(world: World, table: type, **where: Any) -> Mapping[str, Any]:
    """The one row that has these values."""
    (found,) = [
        it._mapping
        for it in world.rows(table)
        if all(it._mapping[name] == value for name, value in where.items())
    ]
    return found


def close(world: World) -> None:
    """Close the databases of a world that is over."""
    world.house.database.close()
    world.worker.database.close()
