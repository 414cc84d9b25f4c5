"""``user add``, ``password``, ``disable`` and ``reset-second-step``, as an operator types them."""

from __future__ import annotations

import io

import pytest

from callcenter import cli, settings
from callcenter.records import sealing, second_step, users
from callcenter.records.database import Database
from callcenter.records.tables import AuditRow

GOOD = "kata sandi yang panjang"


@pytest.fixture
def typed(demo_folder, monkeypatch, capsys):
    """Run ``user ...`` with a password in the pipe; gives the exit code and what was told."""
    monkeypatch.setenv("CALLCENTER__WEB__ARGON2_TIME_COST", "1")
    monkeypatch.setenv("CALLCENTER__WEB__ARGON2_MEMORY_KIB", "8")
    assert cli.main(["migrate"]) == 0

    def typed(line: str, password: str = GOOD) -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        code = cli.main(["user", *line.split()])
        return code, capsys.readouterr().err

    return typed


def user(name: str, folder) -> users.User | None:
    database = Database(settings.load({}, folder=folder).database.url)
    with database.reading() as db:
        found = users.by_name(db, name)
    database.close()
    return found


def test_somebody_is_added(typed, demo_folder):
    line = "add sari --role agent --center CC1 --phone 0812-3456-7890 --password-stdin"

    assert typed(line) == (0, "")

    added = user("sari", demo_folder)
    assert (added.role, added.center, added.has_phone) == ("agent", "CC1", True)


def test_what_is_refused_is_told_in_one_sentence_and_nobody_is_added(typed, demo_folder):
    code, told = typed("add sari --role agent --center CC9 --password-stdin")

    assert code == 1
    assert told == 'center "CC9" is unknown; use one of CC1, CC2.\n'
    assert user("sari", demo_folder) is None


def test_a_password_must_come_from_a_terminal_or_a_pipe(typed):
    code, told = typed("add sari --role admin")

    assert code == 1
    assert "--password-stdin" in told


def test_half_a_command_is_wrong_usage(typed):
    assert typed("add sari")[0] == 2
    assert typed("add sari --role posko --posko twelve")[0] == 2
    assert typed("")[0] == 2


def test_a_new_password_and_a_closed_account(typed, demo_folder):
    typed("add sari --role admin --password-stdin")

    assert typed("password sari --password-stdin", "kata sandi yang baru") == (0, "")
    assert typed("password sari --password-stdin", "pendek")[0] == 1
    assert typed("disable sari") == (0, "")
    assert user("sari", demo_folder).disabled_at
    assert typed("disable nobody") == (
        1,
        'There is no user "nobody", so nothing was changed; see /admin for names.\n',
    )


def test_a_lost_telephone(typed, demo_folder):
    typed("add sari --role admin --password-stdin")
    told = '"sari" has no second step, so nothing was changed.\n'
    assert typed("reset-second-step sari") == (1, told)
    assert typed("reset-second-step nobody")[0] == 1
    chosen = settings.load({}, folder=demo_folder)
    database, sari = Database(chosen.database.url), user("sari", demo_folder)
    with database.transaction() as db:
        second_step.draw(db, sealing.for_database(db, chosen.keys.file), sari.id)

    assert typed("reset-second-step sari") == (0, "")

    with database.reading() as db:
        rows = db.execute(AuditRow.__table__.select()).all()
    database.close()
    kept = [(row.who, row.subject) for row in rows if row.what == "second_step_reset"]
    assert kept == [("command line", f"user:{sari.id}")]
    assert typed("reset-second-step sari") == (1, told)
