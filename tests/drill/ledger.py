"""The ledger held against the diary: what was acknowledged is there, once, with its caller."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import quantiles

from sqlalchemy import select

from callcenter.records.sealing import SealBroken
from callcenter.records.tables import CallerRow, EventRow
from callcenter.rules import events
from tests.drill.house import House
from tests.drill.load import Webhook


@dataclass
class Account:
    """What the ledger and the diary add up to."""

    webhooks: int = 0
    calls: int = 0
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    first_failures: int = 0
    not_answered: list[str] = field(default_factory=list)
    apologies: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)  # callers who are not there, or another
    failures: Counter[str] = field(default_factory=Counter)

    def told(self) -> str:
        """In one line."""
        shown = ", ".join(f"{count} {kind}" for kind, count in self.failures.most_common())
        share = 100 * self.first_failures / max(1, self.webhooks)
        return (
            f"{self.calls} calls, {self.webhooks} webhooks, p50 {self.p50_ms:.0f} ms, "
            f"p99 {self.p99_ms:.0f} ms, failed at first {share:.2f} % ({shown or 'none'}), "
            f"apologies {len(self.apologies)}, not answered {len(self.not_answered)}, "
            f"lost {len(self.lost)}, twice {len(self.twice)}, callers missing {len(self.strangers)}"
        )

    def faults(self) -> list[str]:
        """Some of what must not be; empty when nothing was lost."""
        named = {
            "not answered": self.not_answered,
            "answered with an apology": self.apologies,
            "acknowledged and lost": self.lost,
            "there twice": self.twice,
            "without its caller": self.strangers,
        }
        return [f"{name}: {one}" for name, all_ in named.items() for one in all_[:5]]


def settle(house: House, hooks: Sequence[Webhook]) -> Account:
    """Compare. To be asked when the journal is empty."""
    account = Account(webhooks=len(hooks), calls=len({hook.call for hook in hooks}))
    cuts = quantiles([hook.ms for hook in hooks], n=100, method="inclusive")
    account.p50_ms, account.p99_ms = cuts[49], cuts[98]
    for hook in hooks:
        account.first_failures += bool(hook.failures)
        account.failures.update(hook.failures[:1])
        if hook.apology:
            account.apologies.append(f"{hook.step} at {hook.at:.1f} s")
        if not 200 <= hook.status < 300 or hook.fault:
            told = f"{hook.step} at {hook.at:.1f} s: {hook.status} {hook.failures} {hook.fault}"
            account.not_answered.append(told)
    events_in(house, hooks, account)
    callers_in(house, hooks, account)
    return account


def events_in(house: House, hooks: Iterable[Webhook], account: Account) -> None:
    """Each kind as often as it was acknowledged, and never more often than it was sent."""
    must: dict[str, Counter[str]] = defaultdict(Counter)
    may: dict[str, Counter[str]] = defaultdict(Counter)
    for hook in hooks:
        may[hook.call].update(hook.kinds or ["Waited", "WaitEnded"])
        if hook.acknowledged:
            must[hook.call].update(hook.kinds)
        if hook.step == "left leave":
            may[hook.call]["WaitEnded"] += 1
    there = held(house)
    for call in may:
        for kind in may[call]:
            found = there[call][kind]
            if found < must[call][kind]:
                account.lost.append(f"{call} {kind}: {found} of {must[call][kind]}")
            if found > may[call][kind]:
                account.twice.append(f"{call} {kind}: {found} of {may[call][kind]}")


def held(house: House) -> dict[str, Counter[str]]:
    """The kinds of events of each call in the diary, counted."""
    there: dict[str, Counter[str]] = defaultdict(Counter)
    rows = select(EventRow.__table__.c.subject, EventRow.__table__.c.kind)
    with house.reading() as database, database.reading() as db:
        for subject, kind in db.execute(rows):
            there[subject.removeprefix("call:")][kind] += 1
    return there


def callers_in(house: House, hooks: Iterable[Webhook], account: Account) -> None:
    """The sealed number opens to the one that was sent."""
    with house.reading() as database, database.reading() as db:
        known = {row.id: row.number for row in db.execute(select(CallerRow.__table__))}
    for hook in hooks:
        if hook.step != "incoming" or not hook.acknowledged:
            continue
        caller = events.event_id(events.call(hook.call), "arrival", "0")
        if caller not in known or opened(house, known[caller], caller) != hook.number:
            account.strangers.append(f"{hook.call} at {hook.at:.1f} s")


def opened(house: House, sealed: str | None, caller: str) -> str:
    try:
        return house.keys.open(sealed, "caller.number", caller) if sealed else ""
    except SealBroken:
        return "broken"
