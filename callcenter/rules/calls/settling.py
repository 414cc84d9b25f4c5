"""How the events of one call, live or imported, become a :class:`Call`.

Events name what they are about by number (an entry, an offer) when they are our own; those of
another switch are told apart by their times. Everything is computed from the set of events, so
the order in which they came, and how often, makes no difference.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from callcenter.rules import events
from callcenter.rules.calls.call import (
    ABANDONED,
    ANSWERED,
    FLOW_OUT,
    Call,
    CallBack,
    Stay,
    Talk,
)
from callcenter.rules.calls.talking import talks_of
from callcenter.rules.calls.told import Told
from callcenter.rules.events import Event

SKEW = timedelta(seconds=5)  # two clocks of one switch differ by less
NO_RESULT = frozenset({"", "none", "no_result", "abandoned", "hangup", "timeout", "error"})
GIVES = frozenset({"posko_told"})  # nodes of the menu that give what was asked for
# Nobody answered and the caller was told good-bye: that is no way out of the queue, it is a loss.
WAYS_OUT = frozenset({"backup"})


@dataclass
class Draft:
    """A stay in a queue while its events are being gathered."""

    queue: str
    entered_at: datetime
    entries: set[int] = field(default_factory=set)
    talks: list[Talk] = field(default_factory=list)
    exits: list[tuple[datetime, str]] = field(default_factory=list)
    missed: int = 0
    transfers: int = 0

    def answered_by(self, at: datetime) -> bool:
        """Whether somebody had answered at that moment."""
        return any(talk.at <= at for talk in self.talks)


def settle(happened: Iterable[Event]) -> Call | None:
    """The call after its events; None when none of them says to which center it came."""
    told = Told(happened)
    arrived = next(iter(told.of(events.CallArrived)), None)
    if arrived is None:
        return None
    ended_at, after_the_end = _end(told)
    drafts, talks, strays = _gathered(told, ended_at)
    stays = [_stay(draft, talks, ended_at, drafts[i + 1 :]) for i, draft in enumerate(drafts)]
    spoken = [talk for talk in talks if stays[talk.stay].how == ANSWERED]
    call_back, out_of_order = _call_back(told)
    blocked = bool(told.of(events.CallBlocked))
    backwards = sum(talk.at < stays[talk.stay].entered_at for talk in spoken)
    noted = [event.code for event in told.of(events.OutcomeNoted)]
    wrapped, unmatched = talks_of(told, spoken, stays, ended_at)
    return Call(
        id=arrived.of,
        center=arrived.center,
        channel=arrived.channel,
        arrived_at=min(event.at for event in told.all),
        ended_at=ended_at,
        test=arrived.test or "test" in noted,
        blocked=blocked and not stays,
        contained=_contained(told),
        stays=tuple(stays),
        talks=wrapped,
        call_back=call_back,
        dispositions=tuple(sorted({code for code in noted if code != "test"})),
        anomalies=backwards
        + strays
        + after_the_end
        + out_of_order
        + unmatched
        + (len(talks) - len(spoken))
        + (blocked and bool(stays)),
    )


def _end(told: Told) -> tuple[datetime | None, int]:
    """When the call ended: at the first end after which the caller did nothing more. Earlier ones
    are counted, as are those of a call that went on without any other end."""
    busy = [e.at for e in told.of(events.QueueEntered, events.AgentAnswered)]
    last = max(busy, default=None)
    ends = told.ends()
    final = [end for end in ends if last is None or end.at >= last]
    if final:
        return final[0].at, len({end.at for end in ends if end.at < final[0].at})
    return (ends[0].at if ends else None), 0


def _gathered(told: Told, ended_at: datetime | None) -> tuple[list[Draft], list[Talk], int]:
    """The stays with everything that belongs to each, their talks in order, and how many answers
    there were without any queue."""
    drafts = [Draft(e.queue, e.at, {e.entry}) for e in told.of(events.QueueEntered)]
    answers = _live_answers(told) + [(e.at, 0, e.agent, "") for e in told.of(events.AgentAnswered)]
    strays = bool(answers) and not drafts
    if strays:  # connected without a queue: the wait is that since the arrival, not nothing
        drafts = [Draft("", min(event.at for event in told.all))]
    for at, entry, agent, center in sorted(answers):
        _answered(drafts, at, entry, agent, center)
    _exits(told, drafts)
    drafts = _joined(drafts)
    talks = [
        replace(talk, stay=number) for number, draft in enumerate(drafts) for talk in draft.talks
    ]
    return drafts, talks, int(strays)


def _live_answers(told: Told) -> list[tuple[datetime, int, str, str]]:
    """``(at, entry, agent, agent's center)`` of our own offers in which both came together."""
    refused = told.of(events.OfferDeclined, events.OfferExpired, events.OfferWithdrawn)
    ended = {event.offer for event in refused}
    found = []
    for offer in told.of(events.CallOffered):
        callers = told.about(offer.offer, events.ParticipantJoined, role="caller")
        agents = told.about(offer.offer, events.ParticipantJoined, role="agent")
        if callers and agents and offer.offer not in ended:
            at = max(callers[0].at, agents[0].at)
            found.append((at, offer.entry, offer.agent, offer.center))
    return found


def _answered(drafts: list[Draft], at: datetime, entry: int, agent: str, center: str) -> None:
    """Put one answer where it belongs; the same agent again in one stay is the same answer."""
    draft = _of_entry(drafts, entry) or _of_time(drafts, at)
    if not entry and draft.talks:  # a stay that began a moment "later" is what was answered
        begins = [d for d in drafts if not d.talks and at < d.entered_at <= at + SKEW]
        draft = begins[0] if begins else draft
    if not any(talk.agent == agent for talk in draft.talks):
        draft.talks.append(Talk(0, agent, center, at))


def _exits(told: Told, drafts: list[Draft]) -> None:
    """The ways out of each stay that were not an answer, its missed rings and its transfers."""
    if not drafts:
        return
    for event in told.all:
        draft = _of_entry(drafts, _entry(told, event)) or _of_time(drafts, event.at)
        match event:
            case events.WaitEnded(goes=goes):
                draft.exits.append((event.at, FLOW_OUT if goes in WAYS_OUT else ABANDONED))
            case events.QueueLeft(result="hangup"):
                draft.exits.append((event.at, ABANDONED))
            case events.OfferExpired() | events.RingTimedOut():
                draft.missed += 1
            case events.OfferDeclined(why="no-answer"):
                draft.missed += 1
            case events.Transferred() if draft.answered_by(event.at):
                draft.transfers += 1
            case events.Transferred(to=to) if to != draft.queue:
                draft.exits.append((event.at, FLOW_OUT))
            case events.CallBackRequested() | events.IvrResult():
                if draft.entered_at <= event.at and not draft.answered_by(event.at):
                    draft.exits.append((event.at, FLOW_OUT))


def _entry(told: Told, event: Event) -> int:
    """The entry that an event of our own is about; 0 for those of another switch."""
    if isinstance(event, events.OfferExpired | events.OfferDeclined):
        offered = told.about(event.offer, events.CallOffered)
        return offered[0].entry if offered else 0
    return getattr(event, "entry", 0)


def _joined(drafts: list[Draft]) -> list[Draft]:
    """A caller who enters the queue in which they already stand goes on waiting: a lost agent
    gives back the old place, and a webhook that came twice is no second offer."""
    joined: list[Draft] = []
    for draft in drafts:
        before = joined[-1] if joined else None
        if before and before.queue == draft.queue and not before.talks and not before.exits:
            before.entries |= draft.entries
            before.talks, before.exits = draft.talks, draft.exits
            before.missed += draft.missed
            before.transfers += draft.transfers
        else:
            joined.append(draft)
    return joined


def _of_entry(drafts: list[Draft], entry: int) -> Draft | None:
    return next((draft for draft in drafts if entry and entry in draft.entries), None)


def _of_time(drafts: list[Draft], at: datetime) -> Draft:
    """The stay that had begun last at that moment, else the first."""
    return next((draft for draft in reversed(drafts) if draft.entered_at <= at), drafts[0])


def _stay(
    draft: Draft, talks: list[Talk], ended_at: datetime | None, following: list[Draft]
) -> Stay:
    """How the stay ended: by whatever came first."""
    ways = [(talk.at, 0, ANSWERED) for talk in draft.talks]
    ways += [(at, 1, how) for at, how in draft.exits]
    if following:  # another queue took the caller over
        ways.append((following[0].entered_at, 2, FLOW_OUT))
    elif ended_at:
        ways.append((ended_at, 2, ABANDONED))
    made = Stay(
        draft.queue, draft.entered_at, missed=draft.missed, transfers=draft.transfers
    )
    if not ways:
        return made
    at, _, how = min(ways)
    return replace(made, left_at=max(at, draft.entered_at), how=how)


def _call_back(told: Told) -> tuple[CallBack | None, int]:
    """The promise and who kept it; and how much of it cannot have been so."""
    asked = told.of(events.CallBackRequested)
    answers, ends = told.of(events.CallBackAnswered), told.of(events.CallBackEnded)
    if not asked:
        return None, len(answers)
    kept = [answer for answer in answers if answer.at >= asked[0].at]
    if not kept:
        return CallBack(asked[0].at), len(answers)
    over = [end.at for end in ends if end.at >= kept[0].at]
    made = CallBack(asked[0].at, kept[0].at, min(over, default=None), kept[0].agent)
    return made, len(answers) - len(kept)


def _contained(told: Told) -> bool:
    """Whether the menu gave a result: what was asked for, not merely that it was heard."""
    results = any(e.result.lower() not in NO_RESULT for e in told.of(events.IvrResult))
    menu = any(e.goes in GIVES for e in told.of(events.MenuChosen))
    return results or menu or any(e.result for e in told.of(events.DialogueEnded))
