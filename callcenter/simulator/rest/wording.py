"""How the REST interface reads parameters, writes times and pages, and refuses."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from ..addresses import absolute
from ..network import Network

Asked = Mapping[str, list[str]]
Answer = tuple[dict[str, Any], int]  # what is answered, and its HTTP status
Routes = dict[tuple[str, str], Callable[..., Answer]]  # by method and path
VERSION = "2010-04-01"
PAGING = ("PageSize", "Page", "PageToken")
NOT_FOUND, BAD_PARAMETER, BAD_URL = 20404, 20001, 21205


class Problem(Exception):
    """A refusal: HTTP status, Twilio's error code, and a sentence."""

    def __init__(self, status: int, code: int, message: str):
        super().__init__(message)
        self.status, self.code = status, code


def missing(path: str) -> Problem:
    return Problem(404, NOT_FOUND, f"The requested resource {path} was not found")


class Parameters:
    """The parameters of one request. Raises ``Problem`` for one that is unknown or ill-formed."""

    def __init__(self, asked: Asked, known: Iterable[str]):
        self._asked = asked
        unknown = sorted(set(asked) - set(known))
        if unknown:
            raise Problem(400, BAD_PARAMETER, f"Unknown parameter {', '.join(unknown)}")

    def __contains__(self, name: str) -> bool:
        return name in self._asked

    def text(self, name: str, default: str = "") -> str:
        return self._asked.get(name, [default])[0]

    def needed(self, name: str, code: int) -> str:
        if not self.text(name):
            raise Problem(400, code, f"{name} is required")
        return self.text(name)

    def words(self, name: str, default: Sequence[str]) -> tuple[str, ...]:
        """Every value of a repeated parameter; Twilio also takes them in one, with spaces."""
        given = [word for value in self._asked.get(name, []) for word in value.split()]
        return tuple(given or default)

    def number(self, name: str, default: int, *, most: int, least: int = 0) -> int:
        value = self.text(name, str(default))
        if not value.isdigit() or not least <= int(value) <= most:
            raise Problem(400, BAD_PARAMETER, f"{name} must be between {least} and {most}")
        return int(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.text(name, "true" if default else "false").lower()
        if value not in ("true", "false"):
            raise Problem(400, BAD_PARAMETER, f"{name} must be true or false")
        return value == "true"

    def url(self, name: str) -> str:
        value = self.text(name)
        if value and not absolute(value):
            raise Problem(400, BAD_URL, f"Url is not a valid URL: {name} must be absolute")
        return value

    def method(self, name: str) -> str:
        return self.one_of(name, ("POST", "GET"))

    def one_of(self, name: str, choices: Sequence[str]) -> str:
        """One of the choices; the first is the default."""
        value = self.text(name, choices[0])
        if value not in choices:
            raise Problem(400, BAD_PARAMETER, f"{name} must be one of {', '.join(choices)}")
        return value


def when(moment: datetime | None) -> str | None:
    """RFC 2822 in UTC, as all times of this interface."""
    return format_datetime(moment.astimezone(UTC)) if moment else None


def uri(network: Network, path: str) -> str:
    return f"/{VERSION}/Accounts/{network.account_sid}{path}"


def page(
    network: Network,
    asked: Asked,
    path: str,
    name: str,
    found: Sequence[Any],
    shape: Callable[[Network, Any], dict],
) -> Answer:
    """One page of ``found`` under ``name``, with the addresses of the pages around it."""
    paging = Parameters({key: asked[key] for key in asked if key in PAGING}, PAGING)
    size = paging.number("PageSize", 50, least=1, most=1000)
    at = paging.number("Page", 0, most=1_000_000)
    last = max(0, (len(found) - 1) // size)
    rest = {key: value for key, value in asked.items() if key not in PAGING}

    def address(number: int) -> str:
        query = urlencode({**rest, "PageSize": size, "Page": number}, doseq=True)
        return f"{uri(network, path)}?{query}"

    answer = {
        name: [shape(network, one) for one in found[at * size : (at + 1) * size]],
        "page": at,
        "page_size": size,
        "start": at * size,
        "end": max(at * size, min(len(found), (at + 1) * size) - 1),
        "uri": address(at),
        "first_page_uri": address(0),
        "next_page_uri": address(at + 1) if at < last else None,
        "previous_page_uri": address(at - 1) if at else None,
    }
    return answer, 200
