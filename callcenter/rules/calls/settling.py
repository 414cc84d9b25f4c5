"""How the events of one call, live or imported, become a :class:`Call`.

Our own events name what they are about by number (an entry, an offer); those of another switch
are told apart by their times. Everything is computed from the set of events, so the order in
which they came, and how often, makes no difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from callcenter.rules import events
from callcenter.rules.calls import staying, talking
from callcenter.rules.calls.call import ABANDONED, ANSWERED, FLOW_OUT, Call, CallBack, Stay, Talk
from callcenter.rules.calls.staying import Draft
from callcenter.rules.calls.told import Told
from callcenter.rules.events import Event

NO_RESULT = frozenset({"", "none", "no_result", "abandoned", "hangup", "timeout", "error"})
GIVES = frozenset({"posko_told", "status"})  # nodes of the menu that give what was asked for


def settle(happened: Iterable[Event]) -> Call | None:
    """The call after its events; None when none of them says to which center it came."""
    told = Told(happened)
    arrived = next(iter(told.of(events.CallArrived)), None)
    if arrived is None:
        return None
    ended_at, after_the_end = _end(told)
    drafts = staying.drafts(told)
    stays = [_stay(draft, ended_at, drafts[place + 1 :]) for place, draft in enumerate(drafts)]
    answers = [replace(t, stay=n) for n, draft in enumerate(drafts) for t in draft.talks]
    spoken = [talk for talk in answers if stays[talk.stay].how == ANSWERED]
    talks, out_of_place = talking.completed(told, spoken, stays, ended_at)
    call_back, not_asked_for = _call_back(told)
    noted = {event.code for event in told.of(events.OutcomeNoted)}
    refused = bool(told.of(events.CallBlocked))
    impossible = (
        after_the_end,
        out_of_place,
        not_asked_for,
        len(answers) - len(spoken),
        _backwards(spoken, stays),
        refused and bool(stays),
        bool(answers) and not told.of(events.QueueEntered),
    )
    return Call(
        id=arrived.of,
        center=arrived.center,
        channel=arrived.channel,
        arrived_at=min(event.at for event in told.all),
        ended_at=ended_at,
        test=arrived.test or "test" in noted,
        blocked=not stays and (refused or _found_closed(told, ended_at, call_back)),
        contained=_contained(told),
        stays=tuple(stays),
        talks=talks,
        call_back=call_back,
        dispositions=tuple(sorted(noted - {"test"})),
        anomalies=sum(impossible),
        **_said_of_it(told),
    )


def _end(told: Told) -> tuple[datetime | None, int]:
    """When the call ended: at the first end after which the caller did nothing more. And how much
    of it came too early: ends that were none, entries into a queue after the only end."""
    entered = [event.at for event in told.of(events.QueueEntered)]
    last = max([*entered, *(event.at for event in told.of(events.AgentAnswered))], default=None)
    blocks = told.of(events.CallBlocked) if entered else []
    ends = sorted({end.at for end in told.ends() if end not in blocks})
    final = [at for at in ends if last is None or at >= last]
    if final:
        return final[0], ends.index(final[0])
    return (ends[0], sum(at > ends[0] for at in entered)) if ends else (None, 0)


def _stay(draft: Draft, ended_at: datetime | None, following: Sequence[Draft]) -> Stay:
    """How the stay ended: by whatever came first. It never ends before it begins."""
    ways = [(talk.at, 0, ANSWERED) for talk in draft.talks]
    ways += [(at, 1, how) for at, how in draft.exits]
    if following:  # another queue took the caller over
        ways.append((following[0].entered_at, 2, FLOW_OUT))
    elif ended_at:
        ways.append((ended_at, 2, ABANDONED))
    made = Stay(draft.queue, draft.entered_at, missed=draft.missed, transfers=draft.transfers)
    if not ways:
        return made
    at, _, how = min(ways)
    return replace(made, left_at=max(at, draft.entered_at), how=how)


def _backwards(spoken: Sequence[Talk], stays: Sequence[Stay]) -> int:
    """Answers stamped before the entry that they answer: their wait is 0, and they are counted."""
    return sum(talk.at < stays[talk.stay].entered_at for talk in spoken)


def _call_back(told: Told) -> tuple[CallBack | None, int]:
    """The promise and who kept it, and how many call backs nobody had asked for."""
    asked = told.of(events.CallBackRequested)
    answers = told.of(events.CallBackAnswered)
    kept = [answer for answer in answers if asked and answer.at >= asked[0].at]
    not_asked_for = len(answers) - len(kept)
    if not asked:
        return None, not_asked_for
    if not kept:
        return CallBack(asked[0].at), not_asked_for
    over = [end.at for end in told.of(events.CallBackEnded) if end.at >= kept[0].at]
    made = CallBack(asked[0].at, kept[0].at, min(over, default=None), kept[0].agent)
    return made, not_asked_for


def _said_of_it(told: Told) -> dict[str, Any]:
    """The caller's first answers in the survey, by question; nothing for none."""
    answers = [it for it in told.of(events.SurveyAnswered) if it.answer]
    first = {it.question: it.answer for it in reversed(answers)}
    return {"solved": first.get("solved", ""), "satisfied": int(first.get("satisfied", 0))}


def _contained(told: Told) -> bool:
    """Whether the menu gave a result: what was asked for, not merely that something was heard."""
    results = any(e.result.lower() not in NO_RESULT for e in told.of(events.IvrResult))
    menu = any(e.goes in GIVES for e in told.of(events.MenuChosen))
    return results or menu or bool(told.of(events.MessageLeft))


def _found_closed(told: Told, ended_at: datetime | None, call_back: CallBack | None) -> bool:
    """Whether the caller came outside the hours and left with nothing: no call back, no message,
    no status and no posko. That, too, was a call that we refused."""
    found = bool(ended_at and told.of(events.CenterClosed))
    return found and call_back is None and not _contained(told)
