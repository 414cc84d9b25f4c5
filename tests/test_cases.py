"""The worked cases through the commands: imported, then asked for, on both engines."""

from __future__ import annotations

import json
from typing import Any

import pytest

from callcenter import cli
from tests.cases import CASES, Case


@pytest.fixture
def ask(demo_folder, database_url, monkeypatch, capsys):
    """Runs a command on a fresh database, with a case's limits; gives what it printed."""
    monkeypatch.setenv("CALLCENTER__DATABASE__URL", database_url)

    def ask(*words: str) -> dict[str, Any]:
        code = cli.main(list(words))
        said = capsys.readouterr()
        assert (code, said.err) == (0, "")
        return json.loads(said.out) if "--json" in words else {}

    return ask


def asked(case: Case) -> list[str]:
    words = ["stats", "--day", case.day, "--until", case.until, "--json"]
    words += ["--interval", str(case.interval_min)]
    return words + (["--as-of", case.as_of] if case.as_of else [])


def same(said: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return all(same(said[name], value) for name, value in wanted.items())
    return said == (wanted if wanted is None else pytest.approx(wanted))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_commands_give_what_was_found_by_hand(case, ask, demo_folder, monkeypatch):
    for limit, value in case.limits.items():
        monkeypatch.setenv(f"CALLCENTER__QUEUE__{limit.upper()}", str(value))
    file = demo_folder / "calls.jsonl"
    file.write_text("\n".join(case.lines), "utf-8")
    ask("migrate")
    assert ask("import-calls", str(file), "--strict", "--json")["bad"] == {}
    document = ask(*asked(case))

    whole = document["total"] | {part: document[part] for part in PARTS}
    found = {
        name: whole[name] for name, value in case.expect.items() if not same(whole[name], value)
    }
    assert found == {}, case.by_hand
    assert ask("import-calls", str(file), "--json")["new"] == 0
    assert ask(*asked(case))["total"] == document["total"]


PARTS = ("by_center", "by_queue", "intervals")
