"""The commands about figures: what they print, what they refuse, and their exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from callcenter import cli
from tests.figures import line

CALL = (
    "09:00:00 queue confirmation",
    "09:00:10 answer A1",
    "09:03:00 outcome confirmed",
    "09:05:00 hangup caller",
)


@pytest.fixture
def ask(demo_folder, capsys):
    """Runs a command of a fresh house; gives its exit code, what it printed, and its complaint."""
    assert cli.main(["migrate"]) == 0

    def ask(*words: str) -> tuple[int, str, str]:
        code = cli.main(list(words))
        said = capsys.readouterr()
        return code, said.out, said.err

    return ask


@pytest.fixture
def file(demo_folder) -> Path:
    path = demo_folder / "calls.jsonl"
    path.write_text("\n".join((line("c1", *CALL), line("c2", *CALL, center="SBY"))), "utf-8")
    return path


def test_a_file_becomes_figures_and_a_recap(ask, file):
    code, out, err = ask("import-calls", str(file))
    assert (code, err) == (0, "")
    assert "2 calls with" in out
    assert "Centers created as imported: SBY." in out

    code, out, _ = ask("stats", "--day", "2020-04-13", "--json")
    assert code == 0
    assert json.loads(out)["total"]["answered"] == 2
    assert json.loads(out)["by_center"]["SBY"]["confirmations"] == 1

    code, out, _ = ask("recap", "--day", "2020-04-13", "--json")
    assert code == 0
    assert json.loads(out)["confirmations"] == {"total": 2, "CC1": 1, "CC2": 0, "SBY": 1}
    code, out, _ = ask("recap", "--day", "2020-04-13")
    assert "tiga call center menerima 2 konfirmasi" in out
    assert ask("rebuild", "--verify") == (0, "Everything is as the diary says.\n", "")


def test_a_second_time_adds_nothing(ask, file):
    ask("import-calls", str(file))

    _, out, _ = ask("import-calls", str(file), "--json")
    report = json.loads(out)
    assert (report["calls"], report["new"], report["bad"]) == (2, 0, {})


def test_bad_lines_are_told_and_the_rest_goes_in(ask, file):
    file.write_text(file.read_text("utf-8") + "\n{\n", "utf-8")

    code, out, err = ask("import-calls", str(file))

    assert code == 0
    assert err.startswith("line 3: is not JSON")
    assert "1 line(s) refused" in out
    assert json.loads(ask("stats", "--day", "2020-04-13")[1])["total"]["inbound"] == 2


def test_strict_takes_all_or_nothing(ask, file):
    file.write_text(file.read_text("utf-8") + "\n{\n", "utf-8")

    code, out, err = ask("import-calls", str(file), "--strict")

    assert (code, out) == (1, "")
    assert "nothing was imported" in err
    assert json.loads(ask("stats", "--day", "2020-04-13")[1])["total"]["inbound"] == 0


def test_a_mark_at_the_beginning_is_no_fault(ask, file):
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())

    assert ask("import-calls", str(file))[2] == ""


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(ask, demo_folder, content):
    path = demo_folder / "other.jsonl"
    if content is not None:
        path.write_bytes(content)

    code, out, err = ask("import-calls", str(path))

    assert (code, out) == (1, "")
    assert err.count("\n") == 1


def test_until_center_interval_and_as_of_are_asked_for_as_people_write_them(ask, file):
    ask("import-calls", str(file))

    words = ("--until", "17:00", "--center", "CC1", "--interval", "60")
    _, out, _ = ask("stats", "--day", "2020-04-13", *words, "--as-of", "2020-04-13T09:04:00+07:00")
    document = json.loads(out)
    assert document["total"]["talking_now"] == 1
    assert document["as_of"] == "2020-04-13T09:04:00+07:00"
    assert list(document["by_center"]) == ["CC1"]
    assert len(document["intervals"]) == 17


def test_several_days_are_asked_for_by_the_last_of_them(ask, file):
    ask("import-calls", str(file))

    words = ("stats", "--day", "2020-04-12", "--to", "2020-04-14", "--json")
    document = json.loads(ask(*words)[1])
    assert (document["day"], document["to"]) == ("2020-04-12", "2020-04-14")
    assert [day["answered"] for day in document["days"].values()] == [0, 2, 0]
    assert document["total"]["answered"] == 2
    assert document["by_center"]["SBY"]["confirmations"] == 1
    assert document["total"]["unique_callers"] is None
    assert json.loads(ask(*words, "--people")[1])["total"]["unknown_number_calls"] == 2
    assert json.loads(ask(*words, "--center", "SBY")[1])["total"]["answered"] == 1


@pytest.mark.parametrize(
    ("more", "way_out"),
    [
        (("--to", "2020-04-12"), "give the later day"),
        (("--to", "2020-04-14", "--until", "17:00"), "ask for each day"),
        (("--to", "2020-04-14", "--interval", "60"), "ask for each day"),
        (("--to", "2020-04-14", "--as-of", "2020-04-14T09:00"), "ask for each day"),
    ],
)
def test_what_means_nothing_for_several_days_is_refused(ask, more, way_out):
    code, out, err = ask("stats", "--day", "2020-04-13", *more)

    assert (code, out) == (1, "")
    assert way_out in err


def test_an_import_adds_its_days_up(ask, file, demo_folder):
    import sqlite3

    ask("import-calls", str(file))

    with sqlite3.connect(demo_folder / "var" / "callcenter.db") as db:
        assert db.execute("select day from rolled_day").fetchall() == [("2020-04-13",)]
        assert db.execute("select count(*) from changed_day").fetchone() == (0,)
    db.close()


def test_a_center_that_is_none_of_ours_is_refused(ask):
    code, out, err = ask("stats", "--day", "2020-04-13", "--center", "CC9")

    assert (code, out) == (1, "")
    assert "use one of CC1, CC2" in err


@pytest.mark.parametrize(
    "words",
    [
        ("stats",),
        ("stats", "--day", "13-04-2020"),
        ("stats", "--day", "2020-04-13", "--until", "25:00"),
        ("stats", "--day", "2020-04-13", "--interval", "0"),
        ("stats", "--day", "2020-04-13", "--interval", "1441"),
        ("stats", "--day", "2020-04-13", "--as-of", "noon"),
        ("recap", "--day", "2020-04-13", "--text", "--json"),
        ("recap", "--day", "today"),
        ("import-calls",),
    ],
)
def test_wrong_usage_is_told_as_such(ask, words):
    code, out, err = ask(*words)

    assert (code, out) == (2, "")
    assert "usage:" in err


def test_a_recap_of_a_day_to_come_is_not_frozen(ask):
    code, out, _ = ask("recap", "--day", "2999-01-01", "--until", "24:00", "--json")

    assert code == 0
    assert json.loads(out)["revision"] == 0


def test_rebuild_finds_and_mends_what_was_changed_behind_the_diary(ask, file, demo_folder):
    import sqlite3

    ask("import-calls", str(file))
    before = json.loads(ask("stats", "--day", "2020-04-13")[1])["total"]
    with sqlite3.connect(demo_folder / "var" / "callcenter.db") as db:
        db.execute("update ticket set void = 1")
    db.close()

    code, out, err = ask("rebuild", "--verify")
    assert (code, out) == (1, "")
    assert "2 row(s) are not what the diary says" in err

    code, out, _ = ask("rebuild")
    assert code == 0
    assert out.endswith("events folded anew.\n")
    assert ask("rebuild", "--verify")[0] == 0
    assert json.loads(ask("stats", "--day", "2020-04-13")[1])["total"] == before
