"""Events that are the carrier's reports: none excludes another, each is kept once."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from flask import g

from callcenter.rules import events
from callcenter.rules.events import Event
from callcenter.web.house import house
from callcenter.web.voice.door import facts

E = TypeVar("E", bound=Event)


def report(
    kind: type[E],
    word: str,
    *,
    call: str,
    thread: str,
    at: datetime | None = None,
    **body: Any,
) -> E:
    """The event of this webhook: ``word`` is its status. ``at``: the carrier's time, else now."""
    return kind(
        subject=events.call(call),
        thread=thread,
        turn=events.report(word, facts().sequence, g.body),
        at=at or facts().at or house().now(),
        **body,
    )
