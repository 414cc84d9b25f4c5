"""Addresses in webhooks: relative ones, and the overrides a carrier reads from the fragment."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urldefrag, urljoin

LIMIT_S = 15.0  # what a carrier gives any one request about a call, retries included


@dataclass(frozen=True)
class Overrides:
    """How hard the network tries to deliver one request.

    ``retry_on`` holds ``ct`` (no connection), ``rt`` (no answer in time), ``4xx``, ``5xx``,
    ``all``.
    """

    connect_s: float = 5.0
    read_s: float = 15.0
    total_s: float = LIMIT_S
    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})

    def retry(self, failure: str) -> bool:
        return failure in self.retry_on or ("all" in self.retry_on and bool(failure))


def split(url: str) -> tuple[str, Overrides]:
    """The address to request and sign, and the overrides its fragment asked for.

    Values outside the carrier's bounds are brought inside them.
    """
    address, fragment = urldefrag(url)
    asked = dict(parse_qsl(fragment))
    default = Overrides()
    return address, Overrides(
        connect_s=_seconds(asked.get("ct"), 0.1, 10.0, default.connect_s),
        read_s=_seconds(asked.get("rt"), 0.1, LIMIT_S, default.read_s),
        total_s=_seconds(asked.get("tt"), 0.1, LIMIT_S, default.total_s),
        retries=min(5, int(asked["rc"])) if asked.get("rc", "").isdigit() else default.retries,
        retry_on=frozenset(asked["rp"].split(",")) if "rp" in asked else default.retry_on,
    )


def _seconds(milliseconds: str | None, least: float, most: float, default: float) -> float:
    if milliseconds is None or not milliseconds.isdigit():
        return default
    return min(most, max(least, int(milliseconds) / 1000))


def resolve(base: str, url: str) -> str:
    """``url`` as seen from the document at ``base``; its own overrides stay on it."""
    return urljoin(base, url)


def absolute(url: str) -> bool:
    return url.startswith(("http://", "https://"))
