"""``backup``, ``restore`` and ``verify`` as an operator runs them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from sqlalchemy import delete

from callcenter import cli, settings
from callcenter.records import audit, sealing
from callcenter.records.database import Database
from callcenter.records.journal import Journal
from callcenter.records.tables import AuditRow
from callcenter.rules import wib
from tests.conftest import fresh_url

BY = wib.at("2020-04-13 09:00")


@pytest.fixture
def house(demo_folder, capsys) -> Path:
    """A database with its keys, a policy and a sealed access log; and nothing said so far."""
    assert cli.main(["migrate"]) == 0
    look(demo_folder)
    capsys.readouterr()
    return demo_folder


def look(folder: Path) -> None:
    """Somebody is shown somebody, and the worker seals it."""
    database, keys = opened(folder)
    with database.transaction() as db:
        audit.seen(db, who="sari", what="person", subject="person:p1", why="c1", now=BY)
    audit.seal(database, keys, now=BY)
    database.close()


def opened(folder: Path) -> tuple[Database, sealing.Keys]:
    chosen = settings.load({}, folder=folder)
    return Database(chosen.database.url), sealing.read(chosen.keys.file)


def said(capsys) -> str:
    """The one sentence on standard error."""
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    return err


# --- verify


def test_a_house_that_is_whole(house, capsys):
    assert cli.main(["verify"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in told] == [
        ["OK", name] for name in ("audit", "journal", "orphans", "sealing", "derived")
    ]
    assert cli.main(["verify", "--quick"]) == 0
    assert "derived" not in capsys.readouterr().out
    assert cli.main(["verify", "--deep", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "findings": []}


def test_one_that_is_not(house, capsys):
    database, _ = opened(house)
    with database.transaction() as db:
        db.execute(delete(AuditRow))
    database.close()

    assert cli.main(["verify"]) == 1
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in told[:2]] == [["DO", "audit"], ["OK", "journal"]]
    assert "1 row(s) of the access log" in told[0]
    assert cli.main(["verify", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [(it["subject"], it["count"]) for it in told["findings"]] == [("audit", 1)]
    assert told["ok"] is False


def test_the_head_on_paper(house, capsys):
    assert cli.main(["recap", "--day", "2020-04-13"]) == 0
    paper = re.search(r"^Jejak audit: ([0-9a-f]{16})$", capsys.readouterr().out, re.MULTILINE)
    assert paper is not None

    assert cli.main(["verify", "--printed", paper[1]]) == 0
    assert cli.main(["verify", "--printed", "0123 4567 89ab cdef"]) == 1
    assert "The head 0123456789abcdef on paper is not in" in capsys.readouterr().out


@pytest.mark.parametrize("head", ["", "12", "0123456789abcdeg", "-1"])
def test_what_is_no_head_is_wrong_usage(house, capsys, head):
    assert cli.main(["verify", "--printed", head]) == 2


# --- backup and restore


def test_to_a_bare_machine_and_back(house, capsys, tmp_path, monkeypatch):
    assert cli.main(["backup", "b.zip"]) == 0
    told = capsys.readouterr().out
    assert re.match(r"b\.zip: \d+ rows of \d+ tables, \d+\.\d MB, read again and whole\.", told)
    assert "The key file is not in it: keep a copy of" in told
    bare = tmp_path / "bare"
    (bare / "var").mkdir(parents=True)
    monkeypatch.chdir(bare)

    assert cli.main(["restore", "../b.zip"]) == 1
    assert "Restore it from where your keys are kept" in said(capsys)
    shutil.copy(house / "var" / "keys.toml", bare / "var" / "keys.toml")  # with its mode
    assert cli.main(["restore", "../b.zip"]) == 0
    assert "Run: python -m callcenter verify" in capsys.readouterr().out
    assert (bare / "var" / "policy.json").exists()
    assert cli.main(["verify", "--deep"]) == 0
    assert cli.main(["rebuild", "--verify"]) == 0
    assert cli.main(["check"]) in (0, 1)
    assert "keys.toml fits the database" in capsys.readouterr().out


def test_from_one_engine_to_the_other(house, capsys, tmp_path, monkeypatch, request):
    assert cli.main(["backup", "b.zip"]) == 0
    monkeypatch.setenv("CALLCENTER__DATABASE__URL", fresh_url("postgresql", tmp_path, request))

    assert cli.main(["restore", "b.zip"]) == 0
    assert cli.main(["verify"]) == 0
    assert cli.main(["backup", "c.zip"]) == 0


def test_refusals_are_one_sentence(house, capsys):
    assert cli.main(["backup", "b.zip"]) == 0
    capsys.readouterr()

    assert cli.main(["backup", "b.zip"]) == 1
    assert "is not overwritten" in said(capsys)
    assert cli.main(["restore", "b.zip"]) == 1
    assert "--replace" in said(capsys)
    assert cli.main(["restore", "config.toml"]) == 1
    assert "cannot be read" in said(capsys)
    assert cli.main(["restore"]) == 2
    assert cli.main(["backup"]) == 2


def test_what_stands_in_the_journal_is_told(house, capsys):
    Journal(house / "var" / "journal").append(b"a call")

    assert cli.main(["backup", "b.zip"]) == 0
    out, err = capsys.readouterr()
    assert "read again and whole" in out
    assert err.startswith("1 record(s) stand in ")
