"""Whole shifts, short ones: what the simulated world saw is what the product's figures say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests

from callcenter.cli import main
from callcenter.cli.simulation.house import play
from callcenter.rules import wib
from callcenter.simulator.shift import Faults, Plan
from tests.conftest import demo_settings, fresh_url

OPENS = wib.at("2020-04-13 08:00")
CHEAP = {"CALLCENTER__WEB__ARGON2_TIME_COST": "1", "CALLCENTER__WEB__ARGON2_MEMORY_KIB": "8"}
SHORT = ("--agents", "6", "--callers", "12", "--hours", "0.1")


def plan(callers: int, *, seed: int = 7) -> Plan:
    return Plan(seed, callers, OPENS, OPENS + timedelta(minutes=20))


def test_the_same_seed_is_the_same_shift_to_the_second(demo_folder, capsys):
    assert main(["simulate", *SHORT]) == 0
    first = capsys.readouterr().out.splitlines()
    assert main(["simulate", *SHORT]) == 0
    second = capsys.readouterr().out.splitlines()

    assert "No differences." in first
    assert first[:-1] == second[:-1]  # the last line says how long it took


def test_with_callbacks_twice_and_late_and_failing_commands_nothing_is_counted_wrong(
    engine, tmp_path, database_url
):
    settings = demo_settings(tmp_path, database_url, **CHEAP)
    callers = 60 if engine == "sqlite" else 25  # it is the same shift, and takes longer there
    told = play(settings, plan(callers), 6, Faults(duplicate=0.1, reorder=0.1, fail_rest=0.02))

    assert told.differences == ()
    assert told.seen["answered"] > callers / 3
    assert told.seen["abandoned"] > 0


def test_one_report_kept_back_shows(tmp_path, request):
    settings = demo_settings(tmp_path, fresh_url("sqlite", tmp_path, request), **CHEAP)
    told = play(settings, plan(10), 6, Faults(withhold=3))

    assert any(line.startswith("answered:") for line in told.differences)


def test_another_seed_is_another_shift():
    assert plan(60).arrivals() == plan(60).arrivals()
    assert plan(60).arrivals() != plan(60, seed=8).arrivals()


def test_a_database_with_people_in_it_is_left_alone(demo_folder, capsys):
    url = f"sqlite:///{demo_folder / 'in_use.db'}"
    words = ("simulate", "--agents", "2", "--callers", "1", "--hours", "0.1", "--database", url)
    assert main(words) == 0
    capsys.readouterr()
    assert main(words) == 1
    assert "give an empty one" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [("--agents", "0"), ("--hours", "20"), ("--duplicate", "1.5"), ("--reorder", "often")]
)
def test_impossible_shifts_are_wrong_usage(demo_folder, words):
    assert main(["simulate", *words]) == 2


# --- against servers that run


@pytest.fixture
def servers(demo_folder) -> Iterator[None]:
    """Both web servers and the worker, without the simulated network."""
    own = [sys.executable, "-m", "callcenter"]
    subprocess.run([*own, "migrate"], check=True)
    with (demo_folder / "log").open("wb") as log:
        running = [
            subprocess.Popen([*own, *words], stderr=log, stdout=log)
            for words in (("serve", "--workers=1"), ("worker",))
        ]
    try:
        for port in (os.environ["VOICE_PORT"], os.environ["WEB_PORT"]):
            until_up(f"http://127.0.0.1:{port}/health/live")
        yield
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait(40)


def until_up(address: str) -> None:
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        try:
            if requests.get(address, timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")


def test_a_shift_against_servers_that_run_is_counted_as_it_was(servers, capsys):
    words = ("--http", "--speed", "60", "--agents", "3", "--callers", "8", "--hours", "0.2")
    assert main(["simulate", *words]) == 0
    told = capsys.readouterr().out
    assert "No differences." in told
    assert re.search(r"^inbound +([89]|1\d) +\1$", told, re.MULTILINE)


def test_only_a_carrier_that_is_simulated_is_taken_the_place_of(demo_folder, monkeypatch, capsys):
    monkeypatch.setenv("CALLCENTER__CARRIER__API_BASE", "https://api.carrier.example")
    assert main(["simulate", "--http"]) == 1
    assert "which is no simulated network" in capsys.readouterr().err


def test_faults_of_the_network_inside_are_not_asked_of_servers(demo_folder, capsys):
    assert main(["simulate", "--http", "--fail-rest", "0.1"]) == 1
    assert "without --http" in capsys.readouterr().err
