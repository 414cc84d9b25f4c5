"""Nobody can be found in what our programs say: planted people travel through all of them, at
``debug``, with everything breaking that can break."""

from __future__ import annotations

import logging
import re
import warnings

import pytest
from sqlalchemy import text

from callcenter import logs, redaction
from callcenter.web import guard
from tests import planted
from tests.conftest import demo_settings
from tests.planted import KK, NAME, NIK, PHONE, Journey, leaks
from tests.web.conftest import CHEAP
from tests.web.office import Office

# What is recognised by its look ------------------------------------------------------------------

NUMBERS = (
    "3578014101900001",
    "3578 0141 0190 0001",
    "35.78.01.410190.0001",
    "nik3578014101900001x",
    "+6281398765432",
    "62 813-9876-5432",
    "0813-9876-5432",
    "(031) 829-3097",
    "0813.9876.5432",
    "%2B6281398765432",
    "0813%2D9876%2D5432",
    "٠٨١٣٩٨٧٦٥٤٣٢",
)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_recognised_however_it_is_spelled(number):
    for said in (redaction.scrub(f"of {number} now"), redaction.scrub_foreign(f"of {number} now")):
        assert len(re.findall(r"\d", said)) < 4, said
        assert said.startswith("of ")
        assert said.endswith(" now")


@pytest.mark.parametrize(
    "text",
    [
        "Listening at: http://127.0.0.1:8001 (20767)",
        "192.168.100.200 is away since 2026-04-13 09:00:12",
        "HTTP 404, error 20404",
        "Worker (pid:123456) was sent SIGTERM!",
        "4,096 records in 1234567 us",
        "callcenter/web/desk/acts.py:41 done",
    ],
)
def test_what_names_nobody_is_left_as_it_is(text):
    assert redaction.scrub_foreign(text) == text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("POST /voice/answer/k1.AbC_9-x_0", "POST /voice/answer/…"),
        ("https://user:hunter2@db.test/x", "https://…@db.test/x"),
        ("/desk?name=Siti&nik=1", "/desk?…"),
        ("Authorization: Basic QUMxOnRva2Vu", "Authorization: …"),
        ("Cookie: session=eyJh.bGc; theme=dark", "Cookie: …; theme=dark"),
        ("password=hunter2&x=1", "password=…&x=1"),
        ('{"Digits": "42"}', '{"Digits": …'),
        ("k1.Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9v", "…"),
        ("token of 0123456789abcdef0123456789abcdef", "token of …"),
    ],
)
def test_secrets_and_addresses_are_recognised_too(said, told):
    assert redaction.scrub(said) == told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Invalid HTTP Header: 'Siti Aminah'", "Invalid HTTP Header: '…'"),
        ('Key ("full_name")=("Siti") is <Row Siti>', 'Key ("…")=("…") is <…>'),
        ("no such user: 'siti', \"o'neil\"", "no such user: '…', \"…\""),
        ("\n\nfirst\nDETAIL: Failing row contains (Siti Aminah)", "first"),
        ("x" * 5000, "x" * redaction.LONGEST),
    ],
)
def test_of_a_library_the_first_line_is_told_without_what_it_quotes(said, told):
    assert redaction.scrub_foreign(said) == told


# In one process, on both engines ------------------------------------------------------------------


@pytest.fixture
def logging_on(capfd, caplog):
    """Logs as in a program, at ``debug``, with every library wide open; set back afterwards."""
    root, factory = logging.getLogger(), logging.getLogRecordFactory()
    handlers, level, shown = root.handlers[:], root.level, warnings.showwarning
    logs.set_up("debug", "json", "test")
    opened = [logging.getLogger(name) for name in planted.LIBRARIES]
    for library in opened:
        library.setLevel("DEBUG")
    caplog.set_level("DEBUG")
    yield
    for library in opened:
        library.setLevel("NOTSET")
    logging.captureWarnings(False)
    warnings.showwarning = shown
    logging.setLogRecordFactory(factory)
    root.handlers[:] = handlers
    root.setLevel(
        level
    )  # structlog stays as it is: loggers that were used keep what they were given


def test_a_database_that_repeats_a_row_in_its_error_is_not_repeated(
    tmp_path, database_url, logging_on, capfd, caplog
):
    office = Office(demo_settings(tmp_path, database_url, **CHEAP))

    @guard.open_to_all
    def breaks() -> str:
        row = {"id": "p1", "name": NAME, "nik": NIK, "kk": KK}
        with office.house.database.transaction() as db:
            db.execute(
                text("INSERT INTO person (id, full_name, nik, kk) VALUES (:id, :name, :nik, :kk)"),
                row,
            )
        return NAME

    office.app.add_url_rule(f"/breaks/{planted.PASSWORD}", "breaks", breaks)

    answer = office.browser().get(f"/breaks/{planted.PASSWORD}?nik={NIK}")

    said = capfd.readouterr().err
    assert answer.status_code == 500
    assert '"error":"IntegrityError' in said
    assert '"endpoint":"breaks"' in said
    assert "tests/test_redaction.py" in said
    for everything in (said, caplog.text, answer.text):
        assert leaks(everything) == []
    office.house.database.close()


def test_an_engine_that_echoes_its_statements_tells_no_parameters(
    database, logging_on, capfd, caplog
):
    database.engine.echo = "debug"

    with database.reading() as db:
        found = db.execute(text("SELECT :name, :nik"), {"name": NAME, "nik": NIK}).one()

    assert found == (NAME, NIK)
    assert caplog.records
    assert leaks(caplog.text + capfd.readouterr().err) == []


# In real processes --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """Everything that was said while planted people went through the whole house."""
    return planted.travelled(tmp_path_factory.mktemp("journey"))


def test_the_planted_went_everywhere_and_everything_broke(journey):
    """Without this the others would prove nothing."""
    told = journey.lines()
    seen = {(it.get("endpoint"), it.get("status")) for it in told}

    assert {
        ("voice.incoming", 200),
        ("voice.answer", 200),
        ("voice.incoming", 403),
        ("voice.status", 204),
        ("desk.find", 200),
        ("desk.find", 500),
        ("desk.log_call", 303),
        ("desk.note", 303),
        ("desk.ticket_page", 500),
        ("posko.enter", 303),
        ("session.sign_in_now", 401),
        ("session.sign_in_now", 303),
    } <= seen
    events = {it["event"] for it in told}
    assert {"worker started", "command broke", "written to the journal", "page broke"} <= events
    assert {it["process"] for it in told} == {"voice", "people", "worker"}
    assert any(it.get("call") for it in told)
    assert NAME.encode() in journey.files  # names may stand there, and so it is the right place
    assert "line 2, column birth_date" in journey.said["import"]


@pytest.mark.parametrize("program", planted.PROGRAMS)
def test_no_program_says_who_anybody_is(journey, program):
    said = journey.said[program]

    assert said or program == "network"  # which has nothing to say of its own
    assert leaks(said, *journey.secrets) == []


def test_neither_metrics_nor_pages_of_trouble_say_it(journey):
    assert "callcenter_requests_total" in journey.metrics
    assert len(journey.troubles) == 3
    assert leaks(journey.metrics + "".join(journey.troubles), *journey.secrets) == []


def test_no_number_stands_in_clear_in_any_file(journey):
    said = journey.files.decode("latin-1")

    assert len(journey.journal) > 100
    assert leaks(said, names=False) == []
    assert leaks(journey.journal.decode("latin-1"), names=False) == []


def test_the_search_for_leaks_finds_them():
    for leak in (NIK, KK, "0813-9876-5432", PHONE, NAME.upper(), planted.KEYED, planted.PASSWORD):
        assert leaks(f"... {leak} ...") != []
