"""``/metrics`` for Prometheus: how the servers and the floor are, from allowed addresses only.

The name of every number is in :data:`METRICS`, what it means in ``docs/metrics.md``. No people,
and no label whose values somebody outside could make up.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from itertools import accumulate
from time import monotonic
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from flask import Blueprint, Flask, Response, current_app, request

from callcenter import __version__, meters
from callcenter.records import journal, vitals
from callcenter.records.database import Unavailable
from callcenter.web import guard
from callcenter.web.house import House, house

if TYPE_CHECKING:
    from callcenter.records.at_work import Today

door = Blueprint("metrics", __name__)

TYPE = "text/plain; version=0.0.4; charset=utf-8"
FRESH_S = 1.0
SIGN_IN = frozenset({"session.sign_in_now", "session.second_step_now"})
# A proxy says so in one of these. Who comes through one is not the address we see.
PASSED_ON = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")

METRICS = {
    "build_info": ("gauge", "Always 1; the version is its label."),
    "requests_total": ("counter", "Requests answered, by view and class of status."),
    "request_seconds": ("histogram", "From the first byte understood to the answer, by part."),
    "live_streams": ("gauge", "Live pages that are connected."),
    "sign_in_failures_total": ("counter", "Sign-ins refused."),
    "breaker_open": ("gauge", "Processes that leave the database alone at present."),
    "database_up": ("gauge", "1 when the database answers this process."),
    "journal_records": ("gauge", "Records of this host that wait for the database."),
    "journal_bytes": ("gauge", "Their size."),
    "journal_oldest_seconds": ("gauge", "Age of the oldest of them."),
    "journal_rejected": ("gauge", "Records that can never be taken: look at them."),
    "policy_version": ("gauge", "The version of the policy that rules."),
    "floor_led_seconds": ("gauge", "Since a worker last moved the floor."),
    "waiting_callers": ("gauge", "Callers who wait now, by center."),
    "longest_wait_seconds": ("gauge", "How long the first of them has waited, by center."),
    "agents": ("gauge", "Agents who are signed in, by center and what they do."),
    "outbox_waiting": ("gauge", "Commands that wait to be sent to the carrier."),
    "outbox_oldest_seconds": ("gauge", "Age of the oldest of them."),
    "outbox_tries": ("gauge", "How often the one was tried that was tried most."),
    "audit_unsealed": ("gauge", "Rows of the access log that are not sealed yet."),
    "calls_today": ("gauge", "Calls of this WIB day, by center and result."),
}

Labels = tuple[tuple[str, str], ...]
Sample = tuple[str, Labels, float]
T = TypeVar("T")


@door.get("/metrics")
@guard.open_to_all
def page() -> Response:
    """All numbers of this server, for an allowed address."""
    if not allowed():
        return Response("not from this address\n", 403, content_type="text/plain")
    return Response(written(samples()), content_type=TYPE)


def allowed() -> bool:
    """By the address that is connected; a header may only take away from that."""
    if any(name in request.headers for name in PASSED_ON):
        return False
    try:
        peer = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    if isinstance(peer, IPv6Address) and peer.ipv4_mapped:
        return any(peer.ipv4_mapped in net for net in house().settings.metrics.allow)
    return any(peer in net for net in house().settings.metrics.allow)


def samples() -> Iterator[Sample]:
    """Every number, in the order of :data:`METRICS` within each part."""
    here = house()
    of_all = kept().now(here)
    yield "build_info", (("version", __version__),), 1
    yield from of_requests(current_app.extensions["callcenter.requests"])
    meters.sheet.put(meters.BREAKER, not here.database.breaker.closed)
    yield "live_streams", (), meters.sheet.total(meters.STREAMS)
    yield "breaker_open", (), meters.sheet.total(meters.BREAKER)
    yield from of_journal(here)
    yield from of_all


def of_requests(counted: meters.Requests) -> Iterator[Sample]:
    """How many, how answered, how quickly."""
    counts, refused = counted.counts(), 0
    for (endpoint, status), count in counts.items():
        yield "requests_total", (("endpoint", endpoint), ("status", status)), count
        refused += count if endpoint in SIGN_IN and status == "4xx" else 0
    yield "sign_in_failures_total", (), refused
    for part in counted.groups:
        buckets, total_s = counted.times(part)
        if sum(buckets):
            yield from histogram("request_seconds", (("part", part),), buckets, total_s)


def histogram(name: str, labels: Labels, buckets: list[int], total: float) -> Iterator[Sample]:
    """Buckets that were counted apart, added up as Prometheus wants them."""
    bounds = (*(f"{bound:g}" for bound in meters.BOUNDS_S), "+Inf")
    for bound, count in zip(bounds, accumulate(buckets), strict=True):
        yield f"{name}_bucket", (*labels, ("le", bound)), count
    yield f"{name}_sum", labels, total
    yield f"{name}_count", labels, sum(buckets)


def of_journal(here: House) -> Iterator[Sample]:
    """What this host wrote down and could not yet take to the diary."""
    backlog = journal.backlog(here.settings.journal.directory)
    yield "journal_records", (), backlog.records
    yield "journal_bytes", (), backlog.bytes
    yield "journal_oldest_seconds", (), age_s(backlog.oldest_at, here.now())
    yield "journal_rejected", (), backlog.rejected


@dataclass
class Kept(Generic[T]):
    """An answer that is asked for again only when it is older than ``fresh_s``; one thread asks."""

    ask: Callable[[House], T]
    fresh_s: float
    lock: threading.Lock = field(default_factory=threading.Lock)
    answer: T | None = None
    asked_at: float = 0.0

    def now(self, here: House) -> T:
        with self.lock:
            if self.answer is None or monotonic() - self.asked_at > self.fresh_s:
                self.answer = self.ask(here)
                self.asked_at = monotonic()
            return self.answer


def open_door(app: Flask, *, today: bool) -> None:
    """``today``: tell the calls of the day too, where no caller waits for this process."""
    app.extensions["callcenter.metrics"] = Kept(Reading(today=today).samples, FRESH_S)
    app.register_blueprint(door)


def kept() -> Kept[list[Sample]]:
    return current_app.extensions["callcenter.metrics"]


class Reading:
    """What is read of the database, by one thread at a time."""

    def __init__(self, *, today: bool) -> None:
        self._wanted = today
        self._today: Today | None = None

    def samples(self, here: House) -> list[Sample]:
        """What the database knows. While it does not answer, that is all there is to say."""
        found: list[Sample] = [("policy_version", (), here.policy().version)]
        try:
            with here.database.reading() as db:
                found += [*of_floor(db, here), *of_outbox(db, here), *self.of_work(db, here)]
        except Unavailable:
            return [*found, ("database_up", (), 0)]
        return [*found, ("database_up", (), 1)]

    def of_work(self, db: Any, here: House) -> Iterator[Sample]:
        """The agents, and the calls of this day."""
        from callcenter.records import at_work  # no caller waits until the figures are loaded

        for (center, state), count in sorted(at_work.agents(db).items()):
            yield "agents", (("center", center), ("state", state)), count
        if self._wanted:
            self._today = self._today or at_work.Today()
            counts = at_work.calls(db, here.policy(), self._today, here.now())
            for (center, result), count in counts.items():
                yield "calls_today", (("center", center), ("result", result)), count


def of_floor(db: Any, here: House) -> Iterator[Sample]:
    """Who waits, and who moves the floor. A center where nobody waits is told of too."""
    now = here.now()
    if led_at := vitals.led_at(db):
        yield "floor_led_seconds", (), age_s(led_at, now)
    lines = vitals.lines(db)
    for code in sorted({center.code for center in here.policy().centers} | set(lines)):
        line, label = lines.get(code), (("center", code),)
        yield "waiting_callers", label, line.callers if line else 0
        yield "longest_wait_seconds", label, age_s(line.since if line else None, now)


def of_outbox(db: Any, here: House) -> Iterator[Sample]:
    """What waits to be done: commands for the carrier, rows for the access log's chain."""
    now, waiting = here.now(), vitals.outbox(db)
    yield "outbox_waiting", (), waiting.waiting
    yield "outbox_oldest_seconds", (), age_s(waiting.oldest_at, now)
    yield "outbox_tries", (), waiting.tries
    yield "audit_unsealed", (), vitals.unsealed(db, now)


def age_s(at: datetime | None, now: datetime) -> float:
    """Seconds since ``at``; 0 where there is nothing that could be old."""
    return max(now - at, timedelta()).total_seconds() if at else 0.0


def written(told: Iterable[Sample]) -> str:
    """Prometheus' text: each metric with its meaning, its samples together."""
    together: dict[str, list[str]] = {name: [] for name in METRICS}
    for name, labels, value in told:
        base = name if name in METRICS else name.rpartition("_")[0]
        pairs = ",".join(f'{key}="{escaped(said)}"' for key, said in labels)
        shown = f"{{{pairs}}}" if pairs else ""
        together[base].append(f"callcenter_{name}{shown} {float(value):.15g}")
    return "".join(_block(name, lines, METRICS[name]) for name, lines in together.items() if lines)


def _block(name: str, lines: list[str], about: tuple[str, str]) -> str:
    kind, meaning = about
    head = f"# HELP callcenter_{name} {meaning}\n# TYPE callcenter_{name} {kind}\n"
    return head + "\n".join(lines) + "\n"


def escaped(said: str) -> str:
    return said.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
