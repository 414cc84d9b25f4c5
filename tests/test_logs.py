"""Logs as whoever reads them sees them: one way for everything a process says."""

from __future__ import annotations

import ast
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from callcenter import logs, redaction

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "callcenter"
START = "import logging, sys\nimport structlog\nfrom callcenter import logs, redaction\n"
SET_UP = START + "logs.set_up({!r}, {!r}, 'voice')\nlog = structlog.get_logger('desk')\n"
LEVELS = ("debug", "info", "warning", "error")


def run(code: str, *, level: str = "info", form: str = "json", **more: Any):
    """A program of its own that sets its logs up and then does ``code``."""
    program = [sys.executable, "-c", SET_UP.format(level, form) + code]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(program, env=environ, capture_output=True, text=True, **more)


def lines(code: str, **more: Any) -> list[dict[str, Any]]:
    """What it says on standard error; on standard output it must say nothing."""
    done = run(code, **more)
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_a_line_says_when_what_who_and_where():
    (told,) = lines("log.info('call to an unknown line', line_known=True, status=200)")

    assert told["at"].endswith("Z")
    assert told["pid"] > 0
    assert {key: told[key] for key in told if key not in ("at", "pid")} == {
        "level": "info",
        "event": "call to an unknown line",
        "logger": "desk",
        "process": "voice",
        "line_known": True,
        "status": 200,
    }


def test_lines_are_about_the_request_and_the_call_of_their_thread():
    told = lines(
        "logs.about(request='r-1')\n"
        "logs.also_about(call='CA12345678901234567890')\n"
        "log.info('one')\n"
        "logging.getLogger('urllib3').warning('two')\n"
        "logs.about(request='r-2')\n"
        "log.info('three')\n"
        "logs.about()\n"
        "log.info('four')\n"
    )

    assert [(it["event"], it.get("request"), it.get("call")) for it in told] == [
        ("one", "r-1", "CA12345678901234567890"),
        ("two", "r-1", "CA12345678901234567890"),
        ("three", "r-2", None),
        ("four", None, None),
    ]


def test_what_is_no_id_is_not_told_as_one():
    (told,) = lines("logs.about(request='Siti Aminah', call=7)\nlog.info('one')")

    assert (told["request"], told["call"]) == ("…", "…")


@pytest.mark.parametrize("level", LEVELS)
def test_the_level_decides_what_is_told(level):
    code = "\n".join(f"log.{each}('{each}')" for each in LEVELS)

    assert [it["event"] for it in lines(code, level=level)] == [*LEVELS[LEVELS.index(level) :]]


def test_a_key_that_nobody_allowed_is_not_told():
    (told,) = lines("log.info('found', who='Siti Aminah', nik='3578014101900001', status='ok')")

    assert (told["who"], told["nik"], told["status"]) == ("…", "…", "ok")


def test_an_allowed_key_does_not_make_a_number_tellable():
    (told,) = lines(
        "log.warning('refused 081234567890', why='0812-3456-7890 is odd', code=3578014101900001,"
        " what=[b'3578014101900001', 'x3578014101900001x'], reason=object(), count=1_000_000)"
    )

    assert told["event"] == "refused …"
    assert told["why"] == "… is odd"
    assert told["code"] == "…"
    assert told["what"] == ["…", "x…x"]
    assert told["reason"] == "…"
    assert told["count"] == 1_000_000


BREAKS = """
def inner():
    raise ValueError("NIK 3578014101900001 of Siti Aminah")
def outer():
    try:
        inner()
    except ValueError as error:
        raise RuntimeError("row (Siti Aminah)") from error
"""


@pytest.mark.parametrize(
    "tells",
    [
        "log.error('broke', exc_info=error)",
        "log.error('broke', exc_info=True)",
        "log.exception('broke')",
        "log.error('broke', exc_info=(type(error), error, error.__traceback__))",
        "logging.getLogger('flask').exception('broke')",
        "logging.getLogger('gunicorn.error').error('broke', exc_info=error)",
    ],
)
def test_of_an_exception_only_its_kind_and_place_are_told(tells):
    (told,) = lines(f"{BREAKS}\ntry:\n    outer()\nexcept RuntimeError as error:\n    {tells}")

    assert told["level"] == "error"
    assert told["event"] == "broke"
    assert told["error"] == "RuntimeError < ValueError"
    assert told["frames"][-1].endswith("outer")
    assert "Siti" not in str(told)


@pytest.mark.parametrize(
    ("breaks", "event"),
    [
        ("outer()", "the program broke"),
        ("import threading\nit = threading.Thread(target=outer)\nit.start()", "a thread broke"),
        ("class It:\n    def __del__(self): outer()\nit = It()\ndel it", "an exception was lost"),
    ],
)
def test_what_nobody_catches_says_no_more_either(breaks, event):
    told = lines(f"redaction.catch_all()\n{BREAKS}\n{breaks}")

    assert [(it["event"], it["error"]) for it in told] == [(event, "RuntimeError < ValueError")]
    assert "Siti" not in str(told)


def test_a_program_that_breaks_before_its_logs_are_set_up_says_no_more_either():
    code = f"from callcenter import redaction\nredaction.catch_all()\n{BREAKS}\nouter()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
    )

    assert json.loads(done.stderr)["error"] == "RuntimeError < ValueError"
    assert done.returncode == 1


def test_a_command_that_breaks_says_no_more_either(demo_folder):
    (demo_folder / "var").mkdir()
    (demo_folder / "var" / "callcenter.db").write_bytes(b"Siti Aminah " * 1000)
    done = subprocess.run([sys.executable, "-m", "callcenter", "migrate"], capture_output=True)
    (told,) = [json.loads(line) for line in done.stderr.splitlines()]

    assert (told["event"], told["process"]) == ("the program broke", "migrate")
    assert told["error"].startswith("DatabaseError")
    assert done.returncode == 1


def test_libraries_are_told_from_a_warning_on_whatever_the_level_or_theirs():
    code = """
for name in ("urllib3", "twilio.http_client", "sqlalchemy.engine", "werkzeug", "alembic"):
    library = logging.getLogger(name)
    library.setLevel("DEBUG")
    library.debug("From: Siti Aminah")
    library.info("From: Siti Aminah")
    library.warning("%s broke: 'Siti Aminah' at 0812-3456-7890", name)
"""
    told = lines(code, level="debug")

    assert [it["event"] for it in told] == [
        f"{name} broke: '…' at …"
        for name in ("urllib3", "twilio.http_client", "sqlalchemy.engine", "werkzeug", "alembic")
    ]


def test_no_handler_of_anybody_is_given_more():
    code = """
class Theirs(logging.Handler):
    def emit(self, record):
        print(self.format(record), record.exc_info, record.args)
logging.getLogger().addHandler(Theirs())
logging.getLogger().setLevel("DEBUG")
logging.getLogger("urllib3").debug("POST To=%s", "Siti Aminah")
try:
    raise KeyError("Siti Aminah")
except KeyError:
    logging.getLogger("urllib3").exception("broke for %(name)s", {"name": "x 081234567890"})
"""
    said = run(code).stdout

    assert "(not told)" in said
    assert "broke for x …" in said
    assert "KeyError" in said
    assert "Siti" not in said


def test_warnings_go_the_same_way():
    (told,) = lines("import warnings\nwarnings.warn('row 3578014101900001 is odd')")

    assert told["logger"] == "py.warnings"
    assert "row … is odd" in told["event"]


def test_on_a_terminal_lines_are_for_people_and_elsewhere_for_machines():
    ours, theirs = pty.openpty()
    code = "log.info('worker started', seconds=3)"
    subprocess.run([sys.executable, "-c", SET_UP.format("info", "auto") + code], stderr=theirs)
    os.close(theirs)
    with os.fdopen(ours) as terminal:
        shown = terminal.readline()
    (told,) = lines(code, form="auto")

    assert shown[8:].split() == ["info", "desk", "worker", "started", "seconds=3"]
    assert told["seconds"] == 3


def test_text_can_begin_no_line_of_its_own():
    said = run(r"log.info('a\nb', why='c\x1b[2Jd\u202ee')", form="text").stderr

    assert said.count("\n") == 1
    assert "a b  why=c [2Jd e" in said


def test_what_cannot_be_written_as_text_is_told_all_the_same():
    (told,) = lines(r"log.info('odd', why='\udce9 \x00')")

    assert told["why"].strip() == ""


@pytest.mark.parametrize("gone", ["os.close(2)", "os.dup2(os.open('/dev/full', os.O_WRONLY), 2)"])
def test_nobody_who_is_served_notices_that_nobody_listens(gone):
    done = run(f"import os\n{gone}\nlog.error('told to nobody')\nprint('served')")

    assert (done.returncode, done.stdout) == (0, "served\n")


def test_the_logs_can_be_set_up_anew_while_the_program_runs():
    told = lines(
        "logs.set_up('warning', 'json', 'people')\n"
        "other = structlog.get_logger('other')\n"
        "other.info('no')\nother.warning('yes')\n"
        "logging.getLogger('urllib3').warning('once')"
    )

    assert [(it["event"], it["process"]) for it in told] == [("yes", "people"), ("once", "people")]


def told_of() -> set[tuple[str, str]]:
    """The keys of every event that is told anywhere in the house, each with its place."""
    found = set()
    for path in HOUSE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).partition(".")[0] == "log":
                found |= {(it.arg or "**", path.name) for it in node.keywords}
    return found


def test_every_key_that_is_told_is_one_of_those_that_may_be():
    allowed = logs.KEYS | logs.IDS | logs.AS_IT_IS | {"exc_info"}

    assert len(told_of()) > 10
    assert {(key, place) for key, place in told_of() if key not in allowed} == set()


def test_frames_name_no_folder_of_the_machine():
    try:
        json.loads("{")
    except json.JSONDecodeError as error:
        told = redaction.frames(error)

    assert told[0].startswith("tests/test_logs.py:")
    assert told[-1].startswith("decoder.py:")
