"""The line of all who wait, at both centers: who stands where, and who may be offered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Waiting:
    """A caller in the queue. ``since``: the first entry, which a lost agent does not change, nor
    calling again after hanging up. ``behind``: whoever stood here at that moment comes first.
    ``crowd``: of these, which share it, one at a time is offered."""

    call: str
    center: str
    since: datetime
    entry: int
    offers: int  # made so far for this call
    behind: datetime | None = None
    crowd: str = ""

    @property
    def rank(self) -> tuple[datetime, bool, str]:
        """The place in the line of all who wait: that of arrival. Who left the line and came back
        stands where a caller would who had come at the moment when they left it: behind everybody
        who stood there then and stayed, before everybody who came later."""
        return self.behind or self.since, self.behind is not None, self.call


def in_line(waiting: Iterable[Waiting]) -> Iterator[Waiting]:
    """Who may be offered, in order; of a crowd only the first of those who wait. None of them is
    sent away: people who share a telephone are all served, one after the other."""
    crowds: set[str] = set()
    for caller in sorted(waiting, key=lambda it: it.rank):
        if not caller.crowd or caller.crowd not in crowds:
            yield caller
        crowds.add(caller.crowd)
