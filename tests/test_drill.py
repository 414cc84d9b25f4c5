"""Short seeds of the drills: real processes, real outages of a few seconds, nothing lost.

The long ones are ``make drill``. Times are not looked at here: the machine has other things to do.
"""

from __future__ import annotations

import os

import pytest

from tests import postgres
from tests.drill import scenarios, two_centers
from tests.drill.scenarios import SHORT

OUTAGES = [("sqlite", "held"), ("postgresql", "killed"), ("postgresql", "frozen")]


def played(engine, play, *fault):
    try:
        with scenarios.ground(engine) as ground:
            print(play(ground, *fault, SHORT))
    except postgres.Unavailable as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"PostgreSQL is needed here: {error}", pytrace=False)
        pytest.skip(f"no PostgreSQL: {error}")


@pytest.mark.parametrize(("engine", "fault"), OUTAGES)
def test_an_outage_loses_nothing(engine, fault):
    """The database goes away under load, and a voice process is killed meanwhile."""
    played(engine, scenarios.outage, fault)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_killed_voice_processes_lose_nothing(engine):
    played(engine, scenarios.kills)


@pytest.mark.parametrize(("engine", "fault"), [("sqlite", "held"), ("postgresql", "frozen")])
def test_a_server_that_starts_without_its_database_answers(engine, fault):
    played(engine, scenarios.started_without, fault)


def test_a_worker_killed_in_the_replay_is_followed_by_another():
    played("sqlite", scenarios.replay_killed, "held")


def test_with_a_full_disk_too_callers_reach_the_other_telephone():
    played("sqlite", scenarios.disk_full, "held")


def test_a_center_without_desks_gives_its_callers_to_the_other_in_order():
    played("sqlite", two_centers.dark)
