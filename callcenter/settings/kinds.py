"""Kinds of values in the configuration: what each may look like, and what to write instead.

A kind takes what stands in the file and gives what the program uses, or raises ``Wrong``. What a
secret, a person's number or a database address holds is never repeated in the message.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from callcenter.rules.hours import EXAMPLE, Hours, HoursError
from callcenter.settings import voices

NUMBER = re.compile(r"\+[1-9]\d{7,14}")
CODE = re.compile(r"[A-Z][A-Z0-9]{0,11}")
ADDRESS = re.compile(r"(?P<host>\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):(?P<port>\d{1,5})")
HOST = re.compile(r"[A-Za-z0-9.:-]+")  # no underscore: carriers do not call such a host
SPARE_WORDS = ("example", "change", "your", "secret", "password", "test", "xxx", "<")
DATABASES = ("sqlite", "postgresql", "postgresql+psycopg")

DRAW_ONE = (
    "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(32))' "
    "and keep it out of mails and tickets"
)


class Wrong(ValueError):
    """A value that cannot be used: its fault and its effect, and the way out."""

    def __init__(self, fault: str, way_out: str) -> None:
        super().__init__(fault)
        self.fault, self.way_out = fault, way_out


@dataclass(frozen=True)
class Kind:
    """How one kind of value is checked, and how it is read from an environment variable."""

    check: Callable[[Any], Any]
    from_text: Callable[[str], Any] = str


def text(value: Any) -> str:
    """Any text; spaces round it are not part of it."""
    if not isinstance(value, str):
        raise Wrong("is not text", 'Put it in quotation marks, as in name = "value"')
    return value.strip()


def named(value: Any) -> str:
    """Text that is not empty."""
    if not text(value):
        raise Wrong("is empty, so nobody could tell it apart", "Give it a name")
    return text(value)


def code(value: Any) -> str:
    """A short name used in reports and addresses, such as ``CC1``."""
    if not CODE.fullmatch(text(value)):
        raise Wrong(
            f'is "{text(value)}", which is not a code',
            "Write up to twelve capital letters and digits, a letter first, such as CC1",
        )
    return text(value)


def one_of(*words: str) -> Kind:
    """One of a few words."""

    def check(value: Any) -> str:
        if text(value) not in words:
            raise Wrong(f'is "{text(value)}"', f"Write one of: {', '.join(words)}")
        return text(value)

    return Kind(check)


def base_url(value: Any) -> str:
    """An http or https address to which a path is added: no slash, question or # at its end."""
    url = text(value)
    parts, example = split(url), "such as https://cc.example.go.id"
    if "@" in url:
        raise Wrong("has a name or password in it, which would be logged", f"Write it {example}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Wrong(f'is "{url}", which is not an http or https address', f"Write one {example}")
    if not HOST.fullmatch(parts.hostname):
        raise Wrong(
            f'has the host "{parts.hostname}"; carriers call no host with such a character',
            "Use letters, digits, dots and dashes only",
        )
    if parts.query or parts.fragment or url.endswith(("/", "?", "#")):
        raise Wrong(
            f'is "{url}", to which no path can be added',
            "Leave out the slash at the end, and anything from a ? or # on",
        )
    return url


def split(url: str) -> SplitResult:
    """The parts of an address; what cannot be split has none."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # read here: a port that is no number is found only when asked for
    except ValueError:
        return urlsplit("")
    return parts


def bind(value: Any) -> str:
    """Where a server listens: ``host:port``."""
    match = ADDRESS.fullmatch(text(value))
    if not match or not 1 <= int(match["port"]) <= 65535:
        raise Wrong(
            f'is "{text(value)}", which is not a host and a port',
            "Write them as 127.0.0.1:8000; the port is 1 to 65535",
        )
    return text(value)


def secret(length: int) -> Kind:
    """A secret of at least ``length`` characters that was drawn, not thought of; or empty."""

    def check(value: Any) -> str:
        word = text(value)
        if word and word.lower().startswith(SPARE_WORDS):
            raise Wrong("is still an example, which everybody knows", DRAW_ONE)
        if word and (len(word) < length or len(set(word)) < 8):
            raise Wrong(f"can be guessed: it needs {length} random characters", DRAW_ONE)
        return word

    return Kind(check)


def token(value: Any) -> str:
    """A secret that somebody else gave us: its form is theirs, but an example is not one."""
    word = text(value)
    if word and (word.lower().startswith(SPARE_WORDS) or len(word) < 8 or len(set(word)) < 4):
        raise Wrong(
            "is not a real one, so calls could not be told from forgeries",
            "Copy it from the console of whoever gave it, or leave it empty",
        )
    return word


def identifier(value: Any) -> str:
    """A carrier's name for one of its things; carriers shape them differently. May be empty."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,64}", text(value)):
        raise Wrong("is not an identifier", "Copy it from the carrier's console, without spaces")
    return text(value)


def database(value: Any) -> str:
    """The address of an SQLite file or a PostgreSQL database. It may hold a password."""
    url = text(value)
    scheme, _, rest = url.partition("://")
    forms = "sqlite:///var/callcenter.db or postgresql://user:password@host/callcenter"
    if scheme not in DATABASES:
        raise Wrong("names neither SQLite nor PostgreSQL", f"Write it as {forms}")
    if scheme == "sqlite" and (not rest.startswith("/") or rest[1:] in ("", ":memory:")):
        raise Wrong("names no file, so nothing would be kept", f"Write it as {forms}")
    if scheme != "sqlite" and "/" not in rest:
        raise Wrong("names no database", f"Write it as {forms}")
    return url


def path(value: Any) -> Path:
    """A file or folder; a relative one stands in the folder where the program was started."""
    if not text(value) or "\0" in text(value):
        raise Wrong("is not a file name", "Write one such as var/keys.toml")
    return Path(text(value))


def optional_path(value: Any) -> Path | None:
    """A file, or none when it is empty."""
    return path(value) if text(value) else None


def optional_url(value: Any) -> str:
    """An http or https address, or empty."""
    return base_url(value) if text(value) else ""


def number(value: Any) -> str:
    """A telephone number as the world writes it (E.164): ``+62318293097``."""
    if not NUMBER.fullmatch(text(value)):
        raise Wrong(
            "is not an international number",
            "Write + and the country first, digits only: +62318293097 for 031-8293097",
        )
    return text(value)


def optional_number(value: Any) -> str:
    """A telephone number (E.164), or empty."""
    return number(value) if text(value) else ""


def numbers(value: Any) -> tuple[str, ...]:
    """Some telephone numbers (E.164), each once; perhaps none."""
    if not isinstance(value, list):
        raise Wrong("is not a list", 'Write it in brackets, as in ["+62318293097"]')
    found = tuple(number(one) for one in value)
    if len(set(found)) < len(found):
        raise Wrong("names a number twice", "Name each number once")
    return found


def lines(value: Any) -> tuple[str, ...]:
    """Telephone numbers (E.164), at least one."""
    if not numbers(value):
        raise Wrong("is empty, so no call could reach this center", "Name at least one line")
    return numbers(value)


def whole(low: int, high: int, unit: str) -> Kind:
    """A whole number from ``low`` to ``high``."""

    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            shown = f'"{value}"' if isinstance(value, str) else value
            raise Wrong(f"is {shown}", f"Write a whole number of {unit}, {low} to {high}")
        return value

    return Kind(check, lambda text: int(text) if re.fullmatch(r"-?\d{1,9}", text) else text)


def yes_or_no(value: Any) -> bool:
    """Whether something is on."""
    if not isinstance(value, bool):
        shown = f'"{value}"' if isinstance(value, str) else value
        raise Wrong(f"is {shown}", "Write true or false, without quotation marks")
    return value


def said(text: str) -> Any:
    """``true`` or ``false`` in an environment variable."""
    return {"true": True, "false": False}.get(text.strip().lower(), text)


def decimal(low: float, high: float, unit: str) -> Kind:
    """A number from ``low`` to ``high``, perhaps with a fraction."""

    def check(value: Any) -> float:
        if (
            not isinstance(value, int | float)
            or isinstance(value, bool)
            or not low <= value <= high
        ):
            raise Wrong(f"is {value}", f"Write a number of {unit}, {low:g} to {high:g}")
        return float(value)

    return Kind(check, lambda text: float(text) if re.fullmatch(r"\d{1,6}(\.\d+)?", text) else text)


def hours(value: Any) -> Hours:
    """Opening hours."""
    try:
        return Hours.parse(text(value))
    except HoursError as error:
        raise Wrong(f"cannot be read: {error}", f"Write it as {EXAMPLE}") from error


def voice(language: str) -> Kind:
    """A voice that speaks ``language``."""

    def check(value: Any) -> str:
        if not voices.speaks(text(value), language):
            known = (
                ", ".join(voices.INDONESIAN[:8]) if language == "id" else "Google.en-US-Wavenet-F"
            )
            raise Wrong(
                f'is "{text(value)}", which does not speak "{language}": it would be silent',
                f"Write one such as {known}",
            )
        return text(value)

    return Kind(check)


def time_of_day(value: Any) -> time:
    """A time of the day, WIB: ``17:00``."""
    match = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", text(value))
    if not match:
        raise Wrong(f'is "{text(value)}", which is not a time', "Write it as 17:00 (WIB)")
    return time(int(match[1]), int(match[2]))


def networks(value: Any) -> tuple[IPv4Network | IPv6Network, ...]:
    """Addresses of machines, or networks of them: ``127.0.0.1``, ``10.1.0.0/16``."""
    if not isinstance(value, list):
        raise Wrong("is not a list", 'Write it in brackets, as in ["127.0.0.1", "10.1.0.0/16"]')
    try:
        return tuple(ip_network(text(one)) for one in value)
    except ValueError as error:
        raise Wrong(
            "names something that is neither an address nor a network",
            "Write each as 127.0.0.1 or 10.1.0.0/16, the bits beyond the mask 0",
        ) from error


def comma_list(text: str) -> list[str]:
    """``a, b`` as two; nothing as none."""
    return [part.strip() for part in text.split(",") if part.strip()]
