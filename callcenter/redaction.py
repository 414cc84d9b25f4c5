"""What may stand in a log: nothing that tells who somebody is, or that opens a door.

Numbers, tokens and addresses are recognised by how they look. Names are not, so what other people's
code says is kept short, without what it quotes, and of an exception only its kind and place.
"""

from __future__ import annotations

import errno
import re
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

HOME = Path(__file__).parent.parent
GONE = "…"
LONGEST = 300
FRAMES = 8

# Eight digits or more, however they are grouped: NIK, KK, telephones, ticket numbers, times of
# birth, also in the spelling of an address.
NUMBER = re.compile(r"\+?\d(?:(?:[\s.)/_–-]|%2[0-9A-Fa-f]){0,3}\d){7,}")
DAY = re.compile(r"20\d\d-[01]\d-[0-3]\d(?:[ T][0-2]\d)?")
HOST = re.compile(
    r"(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
)

SECRETS = re.compile(
    r"(?i)\b((?:proxy-)?authorization|(?:set-)?cookie|x-twilio-signature|x-csrf-token|csrf_token"
    r"|(?:auth_?)?token|pass(?:word|wd)?|secret(?:_key)?|session|digits|nik|kk)\b"
    r"""(["']?\s*[:=]\s*)(?:basic |bearer )?[^\s,;&]+"""
)
ADDRESSES = (
    (re.compile(r"(/voice/[a-z_]{1,20})/[^\s'\"<>]+"), rf"\1/{GONE}"),
    (re.compile(r"//[^\s/@'\"<>]+@"), f"//{GONE}@"),
    (re.compile(r"\?[^\s'\"<>]+"), f"?{GONE}"),
)
SEALED = re.compile(r"\b[A-Za-z][\w-]{0,15}\.[A-Za-z0-9_-]{32,}={0,2}")
LONG = re.compile(r"(?<![\w-])(?=[\w+-]*\d)(?=[\w+-]*[A-Za-z])[\w+-]{28,}={0,2}")
QUOTED = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|<[^<>\n]*>")


def scrub(text: str) -> str:
    """``text`` in one line without numbers, secrets, tokens, and what follows a ``?``."""
    if text.isascii() and text.isalpha():
        return text[:LONGEST]
    for shape, instead in ADDRESSES:
        text = shape.sub(instead, text)
    text = SECRETS.sub(rf"\1\2{GONE}", text)
    text = LONG.sub(GONE, SEALED.sub(GONE, text))
    return printable(NUMBER.sub(_number, text))[:LONGEST]


def scrub_foreign(text: str) -> str:
    """The first line of what a library said, without what it quotes: quotes may hold anything."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return scrub(QUOTED.sub(lambda it: f"{it[0][0]}{GONE}{it[0][-1]}", first))


def printable(text: str) -> str:
    """Nothing that could begin a new line, move the cursor, or not be written at all."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(each if each.isprintable() else " " for each in text)


def _number(found: re.Match[str]) -> str:
    """Days of this century and addresses of machines may stay."""
    said = found[0]
    return said if DAY.fullmatch(said) or HOST.fullmatch(said) else GONE


def kind(error: BaseException) -> str:
    """What sort of fault, and what caused it: ``IntegrityError < NotNullViolation``. The text of
    an exception is never told: databases put whole rows into theirs."""
    names = [_kind(one) for one in _chain(error)]
    return " < ".join(names)


def _kind(error: BaseException) -> str:
    name = type(error).__name__
    code = errno.errorcode.get(error.errno or 0) if isinstance(error, OSError) else None
    return f"{name} {code}" if code else name


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and what it came from, at most four of them."""
    one: BaseException | None = error
    for _ in range(4):
        if one is None:
            return
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def frames(error: BaseException) -> list[str]:
    """Where it happened: our own lines, the innermost last, and the last line of all."""
    return _frames(error.__traceback__)


def _frames(trace: TracebackType | None) -> list[str]:
    every = [
        (Path(frame.f_code.co_filename), line, frame.f_code.co_name)
        for frame, line in traceback.walk_tb(trace)
    ]
    ours = [each for each in every if _ours(each[0])][-FRAMES:]
    if every and every[-1] not in ours:
        ours.append(every[-1])
    return [f"{_place(path)}:{line} {name}" for path, line, name in ours]


def _ours(path: Path) -> bool:
    return HOME in path.parents and "site-packages" not in path.parts


def _place(path: Path) -> str:
    """A file by its name in our folder or in the library's, never in the machine's."""
    if "site-packages" in path.parts:
        after = len(path.parts) - path.parts[::-1].index("site-packages")
        return "/".join(path.parts[after:])
    return path.relative_to(HOME).as_posix() if HOME in path.parents else path.name


def catch_all() -> None:
    """From now on an exception that nobody catches is told by its kind and place only."""
    import threading

    sys.excepthook = lambda _, error, __: _last_words(error)
    threading.excepthook = lambda told: _last_words(told.exc_value, "a thread broke")
    sys.unraisablehook = lambda told: _last_words(told.exc_value, "an exception was lost")


def _last_words(error: BaseException | None, event: str = "the program broke") -> None:
    from callcenter import logs  # when nothing broke, a small command never needs it

    if isinstance(error, KeyboardInterrupt | SystemExit):
        return
    logs.of_program().error(event, exc_info=error)
