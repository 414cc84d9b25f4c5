"""``policy``: what callers hear changed from the command line, as an operator types it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from callcenter import cli, clock, settings
from callcenter.cli.policies import checking
from callcenter.records import policy
from callcenter.records.database import Database
from callcenter.rules import wib
from callcenter.rules.policy import Holiday, Season
from tests.rules.test_conversations import with_hours

TODAY = wib.day_of(clock())


@pytest.fixture
def typed(demo_folder, capsys):
    """Run ``policy ...``; gives the exit code, and what was told on both ways."""
    assert cli.main(["migrate"]) == 0

    def typed(*words: str) -> tuple[int, str, str]:
        code = cli.main(["policy", *words])
        told = capsys.readouterr()
        return code, told.out, told.err

    return typed


@pytest.fixture
def ruling(demo_folder):
    def ruling() -> policy.Policy:
        database = Database(settings.load({}, folder=demo_folder).database.url)
        with database.reading() as db:
            found = policy.newest(db)
        database.close()
        return found

    return ruling


def test_the_first_policy_knows_the_days_off_of_this_year_and_the_next(typed, ruling):
    days = {it.day: it for it in ruling().holidays}
    assert {day.year for day in days} == {TODAY.year, TODAY.year + 1}
    freedom = days[TODAY.replace(month=8, day=17)]
    assert (freedom.name, freedom.kind, freedom.hours) == (
        "Hari Kemerdekaan Republik Indonesia",
        "national",
        "",
    )
    assert freedom.name_en == "Independence Day"
    assert {it.kind for it in days.values()} == {"national", "joint"}


def test_a_day_off_is_added_shown_and_taken_away(typed, ruling):
    day = (TODAY + timedelta(days=3)).isoformat()
    add = ("holidays", "--add", day, "Banjir", "--hours", "08:00-10:00", "--center", "CC1")
    assert typed(*add)[0] == 0
    assert f"{day}  08:00-10:00  Banjir (CC1)" in typed("holidays")[1]
    assert typed(*add)[0] == 0  # twice is once
    assert [it.name for it in ruling().holidays].count("Banjir") == 1

    assert typed("holidays", "--remove", day)[0] == 0
    assert "Banjir" not in typed("holidays")[1]


def test_a_year_is_filled_and_what_somebody_changed_stays(typed, ruling):
    year = TODAY.year
    typed("holidays", "--add", f"{year}-08-17", "Siaga", "--hours", "08:00-10:00")
    typed("holidays", "--fill", str(year))
    (day,) = [it for it in ruling().holidays if it.day.isoformat() == f"{year}-08-17"]
    assert (day.name, day.hours) == ("Siaga", "08:00-10:00")


def test_a_season_has_other_hours_until_it_is_ended(typed, ruling):
    last = (TODAY + timedelta(days=20)).isoformat()
    hours = "Mon-Thu 08:00-15:00; Fri 08:00-15:30"
    assert typed("holidays", "--season", "Ramadan", TODAY.isoformat(), last, hours)[0] == 0
    assert [(it.name, it.hours) for it in ruling().seasons] == [("Ramadan", hours)]
    assert "Ramadan: Mon-Thu" in typed("holidays")[1]
    typed("holidays", "--end-season", "Ramadan")
    assert ruling().seasons == ()


def test_an_announcement_rules_at_once_until_it_is_cleared(typed, ruling):
    assert typed("announce", "Situs\n sedang gangguan.", "--english", "It is down.")[0] == 0
    typed("announce", "Hanya di sini.", "--center", "CC1", "--until", "2090-01-01 09:00")
    everywhere, here = ruling().announcements
    assert everywhere.texts == {"id": "Situs sedang gangguan.", "en": "It is down."}
    assert (here.centers, here.ends_at) == (("CC1",), wib.at("2090-01-01 09:00"))

    typed("announce", "Lain.")  # in place of the one for all
    assert sorted(it.texts["id"] for it in ruling().announcements) == ["Hanya di sini.", "Lain."]
    typed("announce", "--clear", "--center", "CC1")
    assert [it.texts["id"] for it in ruling().announcements] == ["Lain."]
    typed("announce", "--clear")
    assert ruling().announcements == ()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("announce",), "say what"),
        (("announce", "kata " * 50), "takes 18 seconds"),
        (("announce", "x", "--center", "CC9"), "no center CC9. Name one of CC1, CC2."),
        (("announce", "x", "--until", "besok"), "is not a time of day"),
        (("holidays", "--add", "1 Mei", "Buruh"), "write it as 2020-05-01"),
        (("holidays", "--add", "2090-05-01", "x", "--hours", "8"), "write it as 08:00-17:00"),
        (("holidays", "--season", "x", "2090-05-02", "2090-05-01", "always"), "ends before"),
    ],
)
def test_what_cannot_rule_is_refused_in_one_sentence_and_changes_nothing(
    typed, ruling, words, told
):
    before = ruling().version
    code, out, err = typed(*words)
    assert (code, out) == (1, "")
    assert told in err
    assert len(err.splitlines()) == 1
    assert ruling().version == before


def test_a_file_with_faults_is_refused_with_its_name(typed, ruling, demo_folder):
    file = demo_folder / "policy.json"
    changed = json.loads(typed("show")[1])
    changed["prompts"]["id"]["closed"] = "Buka {pukul}."
    file.write_text(json.dumps(changed))
    code, _, err = typed("import", str(file))
    assert code == 1
    assert str(file) in err
    assert "{pukul}" in err

    changed["prompts"]["id"]["closed"] = "Buka {hari}."
    file.write_text(json.dumps(changed))
    assert typed("import", str(file))[0] == 0
    assert ruling().prompts["id"]["closed"] == "Buka {hari}."


def test_the_gaps_of_each_language_are_told(typed):
    told = typed("show", "--gaps")[1].splitlines()
    assert told[0] == "id: 0 said in Indonesian"
    assert told[-1] == "en: 0 said in Indonesian"
    assert "  after_hours" in told


def test_a_policy_of_an_older_release_is_completed_with_what_came_later(typed, ruling):
    database = Database(settings.load({}).database.url)
    with database.transaction() as db:
        older = policy.newest(db)
        body = json.loads(policy.written(older))
        body["prompts"] = {"id": {"closed": "Tutup."}}
        del body["holidays"], body["announcements"], body["retention"]
        body["retention_words"] = "dua tahun"
        row = {"version": 9, "at": clock(), "by": "x", "why": "x", "body": body}
        db.execute(policy.POLICY.insert().values(row))
    database.close()
    now = ruling()
    assert now.version == 9
    assert now.prompts["id"]["closed"] == "Tutup."
    assert now.prompts["en"]["after_hours"]
    assert now.retention["en"] == "two years"


def test_the_doctor_hints_at_gaps_and_at_what_callers_hear(typed, ruling):
    now = clock()
    plain = list(checking.hints(ruling(), now))
    assert any("callers of jv" in hint for hint in plain)
    assert not any("day off" in hint or "announcement" in hint for hint in plain)

    typed("announce", "Situs sedang gangguan.", "--center", "CC1")
    changed = with_hours(replace(ruling(), holidays=()), "Mon-Fri 08:00-17:00")
    told = list(checking.hints(changed, now))
    assert any("no day off of" in hint for hint in told)
    assert any("callers of CC1 hear an announcement." in hint for hint in told)
    shut = replace(
        changed, seasons=(Season("x", TODAY, TODAY + timedelta(days=99), "Mon 08:00-08:01"),)
    )
    off = tuple(Holiday(TODAY + timedelta(days=day), "x") for day in range(99))
    assert "CC1 does not open" in " ".join(checking.hints(replace(shut, holidays=off), now))
