"""Fills an empty database: accounts, applicants, an hour of calls, and what two posko reported."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from callcenter.cli import opening
from callcenter.cli.demonstration import hour, people
from callcenter.rules import events, wib
from callcenter.settings import Settings

ASSISTED = {1: 41, 2: 97}


def fill(settings: Settings, now: datetime) -> Sequence[tuple[str, str, str]]:
    """Fill the database if nobody can sign in yet: the accounts as (name, password, role)."""
    from callcenter.records import policy, sealing, users

    with opening.database(settings) as database, database.transaction() as db:
        keys = sealing.for_database(db, settings.keys.file)
        ruling = policy.ensure(db, settings, now)
        if users.everybody(db):
            return ()
        made = []
        for username, full_name, role, center, posko, phone in people.ACCOUNTS:
            password = people.password()
            users.add(
                db,
                keys,
                ruling,
                username=username,
                full_name=full_name,
                role=role,
                password=password,
                center=center,
                posko=posko,
                phone=phone,
                cost=users.Cost(),
                now=now,
            )
            made.append((username, password, role))
        _posko(db, now)
    _bring_in(settings, now)
    return made


def _posko(db, now: datetime) -> None:
    from callcenter.records import diary

    day = wib.day_of(now).isoformat()
    counted = [
        events.PoskoCounted(
            subject=events.posko(number, day),
            thread="count",
            turn="first",
            at=now,
            posko=number,
            day=day,
            assisted=assisted,
            by="demo",
        )
        for number, assisted in ASSISTED.items()
    ]
    diary.write(db, counted, now=now)


def _bring_in(settings: Settings, now: datetime) -> None:
    """Applicants and calls come in by the operator's own commands, from files."""
    from callcenter.cli import applicants, importcalls

    with tempfile.TemporaryDirectory() as folder:
        snapshot = Path(folder) / "applicants.csv"
        snapshot.write_text(people.applicants(now), "utf-8")
        calls = Path(folder) / "calls.jsonl"
        calls.write_text("\n".join(json.dumps(call) for call in hour.calls(now)), "utf-8")
        with contextlib.redirect_stdout(io.StringIO()):
            _run(applicants, settings, str(snapshot), "--source", "demo")
            _run(importcalls, settings, str(calls))


def _run(command, settings: Settings, *words: str) -> None:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    command.run(parser.parse_args(words), settings)
