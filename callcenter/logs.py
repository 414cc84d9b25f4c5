"""Logs: one line for one thing that happened, JSON for machines or text for a terminal, on
standard error. Set up here for every program, the web servers' own messages included.

Closed by default: of our own events only the keys in ``KEYS`` are told, and every value is
scrubbed; what libraries say is cut down to what can name nobody (:mod:`callcenter.redaction`),
and below a warning not told at all.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar
from typing import Any

import msgspec
import structlog

from callcenter import clock, redaction

STDERR = 2
LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
LARGEST = 10_000_000_000  # a telephone number has more digits than anything we count

# Ids, told whole: they may hold many digits. And words of our own making, told as they are.
IDS = frozenset({"request", "call"})
AS_IT_IS = frozenset({"endpoint", "method", "frames"})
# Every other key that may be told. A person's name, number or words have no key: that is the rule.
KEYS = frozenset(
    {
        *("event", "what", "kind", "why", "reason", "error", "code", "result", "status", "field"),
        *(
            "door",
            "role",
            "center",
            "queue",
            "topic",
            "table",
            "file",
            "source",
            "chore",
            "command",
        ),
        *("count", "records", "calls", "rows", "waiting", "taken", "rejected", "dropped", "left"),
        *("tries", "attempts", "workers", "streams", "limit", "bytes", "version", "policy", "port"),
        *(
            "seconds",
            "duration_ms",
            "age_s",
            "oldest_s",
            "day",
            "since",
            "step",
            "engine",
            "signal",
        ),
        *("line_known", "offer", "agents", "state"),
    }
)
ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}")

_known: ContextVar[Mapping[str, Any] | None] = ContextVar("known", default=None)
_program: dict[str, Any] = {"process": "callcenter", "text": None}
_processors: list[Any] = []  # one list for ever: loggers in use keep it

encode = msgspec.json.Encoder().encode


def set_up(level: str = "info", form: str = "auto", process: str = "callcenter") -> None:
    """Everything that this program and its libraries say goes this way from now on.

    ``form``: ``json``, ``text``, or ``auto`` (text on a terminal). May be called again, to change
    any of them.
    """
    _program.update(process=process, text=_is_text(form))
    _processors[:] = [line]
    structlog.configure(
        processors=_processors,
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=Pen,
        cache_logger_on_first_use=True,
    )
    logging.setLogRecordFactory(scrubbed)
    root = logging.getLogger()
    for old in root.handlers[:]:
        if isinstance(old, Foreign):
            root.removeHandler(old)
    root.addHandler(Foreign())
    root.setLevel(max(logging.WARNING, LEVELS[level]))
    logging.captureWarnings(True)


def _is_text(form: str) -> bool:
    if form != "auto":
        return form == "text"
    try:
        return os.isatty(STDERR)
    except OSError:  # nobody listens
        return False


def about(**known: Any) -> None:
    """What the lines of this thread are about from now on, instead of what they were:
    ``request``, ``call``; of nothing when nothing is given."""
    _known.set({key: _id(value) for key, value in known.items()} if known else None)


def also_about(**known: Any) -> None:
    """The same beside what is known already."""
    _known.set({**(_known.get() or {}), **{key: _id(value) for key, value in known.items()}})


def of_program() -> Any:
    """The logger for what no part of the program says."""
    if not _processors:
        set_up()
    return structlog.get_logger("program")


class Pen:
    """Where a logger's lines go: standard error, each in one piece."""

    def __init__(self, name: str = "callcenter") -> None:
        self.name = name

    def write(self, text: bytes) -> None:
        try:
            os.write(STDERR, text)
        except OSError:
            return  # nobody listens, and whoever is served must not notice it

    debug = info = warning = error = critical = exception = write


def line(pen: Any, method: str, event: MutableMapping[str, Any]) -> bytes:
    """structlog's processor: one event of ours as a line."""
    if "exc_info" in event:
        _tell_exception(event)
    told = {
        "at": clock(),
        "level": "error" if method == "exception" else method,
        "event": redaction.scrub(event.pop("event", "")),
        "logger": pen.name,
        "process": _program["process"],
        "pid": os.getpid(),
    }
    told.update(_known.get() or {})
    for key, value in event.items():
        if key in AS_IT_IS:
            told[key] = value
        elif value is not None:
            told[key] = _id(value) if key in IDS else safe(key, value)
    return _rendered(told)


def _tell_exception(event: MutableMapping[str, Any]) -> None:
    """``exc_info`` becomes what happened and where, never what it said."""
    given = event.pop("exc_info")
    error = given[1] if isinstance(given, tuple) else given
    if not isinstance(error, BaseException):
        error = sys.exc_info()[1] if given else None
    if error is not None:
        event["error"] = redaction.kind(error)
        event["frames"] = redaction.frames(error)


def safe(key: str, value: Any) -> Any:
    """A value as it may be told under ``key``."""
    if key not in KEYS:
        return redaction.GONE
    if isinstance(value, int | float):
        return value if -LARGEST < value < LARGEST else redaction.GONE
    if isinstance(value, BaseException):
        return redaction.kind(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [safe(key, one) for one in value]
    return redaction.scrub(str(value)) if isinstance(value, str) else redaction.GONE


def _id(value: Any) -> str:
    """An id as it is; anything else of that name is none."""
    return value if isinstance(value, str) and ID.fullmatch(value) else redaction.GONE


def _rendered(told: dict[str, Any]) -> bytes:
    return _as_text(told) if _program["text"] else encode(told) + b"\n"


def _as_text(told: dict[str, Any]) -> bytes:
    """For people at a terminal: the time, how grave, who says what, and the rest in pairs."""
    at, level = told.pop("at"), told.pop("level")
    event, logger = told.pop("event"), told.pop("logger")
    frames = told.pop("frames", [])
    told.pop("pid"), told.pop("process")
    pairs = " ".join(f"{key}={value}" for key, value in told.items())
    text = f"{at:%H:%M:%S} {level:<7} {logger:<9} {event}  {pairs}".rstrip()
    return "\n    ".join([text, *frames]).encode("utf-8", "replace") + b"\n"


def scrubbed(*given: Any, **more: Any) -> logging.LogRecord:
    """The factory of all records of the standard library's ``logging``: what a record says is cut
    down before any handler sees it, ours or another's."""
    record = logging.LogRecord(*given, **more)
    if record.levelno < _lowest(record.name):
        record.msg = "(not told)"  # at this level libraries log requests, parameters and rows
    else:
        record.msg = redaction.scrub_foreign(_said(record))
    record.args = None
    if record.exc_info and record.exc_info[1] is not None:
        broke = redaction.kind(record.exc_info[1]), redaction.frames(record.exc_info[1])
        record.__dict__["broke"] = broke
        record.exc_text = "\n".join([broke[0], *broke[1]])
    record.exc_info = record.stack_info = None
    return record


def _said(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):  # the message does not fit its arguments
        return str(record.msg)


def _lowest(name: str) -> int:
    """gunicorn tells at ``info`` that it starts and ends; nobody else's ``info`` is for us."""
    return logging.INFO if name.startswith("gunicorn") else logging.WARNING


class Foreign(logging.Handler):
    """What libraries say, as lines like our own."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno < _lowest(record.name):
            return
        told = {
            "at": clock(),
            "level": record.levelname.lower(),
            "event": str(record.msg),
            "logger": record.name,
            "process": _program["process"],
            "pid": os.getpid(),
            **(_known.get() or {}),
        }
        if broke := record.__dict__.get("broke"):
            told["error"], told["frames"] = broke
        Pen().write(_rendered(told))
