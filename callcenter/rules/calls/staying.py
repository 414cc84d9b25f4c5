"""The stays in queues of one call, each with the answers, exits and missed rings that are its."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from callcenter.rules import events
from callcenter.rules.calls.call import ABANDONED, FLOW_OUT, Talk
from callcenter.rules.calls.told import Told
from callcenter.rules.events import Event

SKEW = timedelta(seconds=5)  # the clocks of one switch differ by less
# Where nobody answered and we said good-bye there was no way out of the queue: that is a loss.
WAYS_OUT = frozenset({"backup"})
# Out of the queue to ask for a call back: what came of it tells what the stay was.
STEPS_OUT = frozenset({"cb_confirm", "cb_ask", "queue_left"})


@dataclass
class Draft:
    """A stay in a queue while its events are being gathered."""

    queue: str
    entered_at: datetime
    entries: set[int]
    talks: list[Talk] = field(default_factory=list)
    exits: list[tuple[datetime, str]] = field(default_factory=list)
    missed: int = 0
    transfers: int = 0

    def answered_by(self, at: datetime) -> bool:
        """Whether somebody had answered at that moment."""
        return any(talk.at <= at for talk in self.talks)


def drafts(told: Told) -> list[Draft]:
    """The stays, the earliest first. An answer without any queue makes one that began with the
    call: that wait is longer than it was, never shorter."""
    found = [Draft(e.queue, e.at, {e.entry}) for e in told.of(events.QueueEntered)]
    answers = sorted(_answers(told), key=lambda it: (it[0].at, it[1]))
    if answers and not found:
        found = [Draft("", min(event.at for event in told.all), set())]
    for talk, entry in answers:
        _answer(found, talk, entry)
    place = 0
    for event in told.all if found else ():
        place += isinstance(event, events.QueueEntered)
        here = max(0, place - 1)
        draft = _numbered(found, _entry(told, event)) or found[here]
        _leave(draft, found[here - 1] if here else None, event)
        if isinstance(event, events.WaitEnded) and (how := _left_for(told, event)):
            draft.exits.append((event.at, how))
    return _joined(found)


def _answers(told: Told) -> list[tuple[Talk, int]]:
    """Every moment when an agent and the caller were connected, with the entry it belongs to (0
    where only time can tell). Of an offer of ours: when the later of the two came in."""
    found = [(Talk(0, event.agent, "", event.at), 0) for event in told.of(events.AgentAnswered)]
    refused = told.of(events.OfferDeclined, events.OfferExpired, events.OfferWithdrawn)
    ended = {event.offer for event in refused}  # type: ignore[attr-defined]
    for offer in told.of(events.CallOffered):
        callers = told.about(offer.offer, events.ParticipantJoined, role="caller")
        agents = told.about(offer.offer, events.ParticipantJoined, role="agent")
        if callers and agents and offer.offer not in ended:
            at = max(callers[0].at, agents[0].at)
            found.append((Talk(0, offer.agent, offer.center, at, offer.offer), offer.entry))
    return found


def _answer(found: list[Draft], talk: Talk, entry: int) -> None:
    """Put an answer where it belongs; the same agent again in one stay is the same answer."""
    draft = _of(found, entry, talk.at)
    if not entry and draft.talks:  # what began a moment "later" is what was answered
        later = [d for d in found if not d.talks and talk.at < d.entered_at <= talk.at + SKEW]
        draft = later[0] if later else draft
    if not draft.talks or talk.offer or draft.talks[-1].agent != talk.agent:
        draft.talks.append(talk)


def _leave(draft: Draft, before: Draft | None, event: Event) -> None:
    """What ``event`` means for the stay it is about, besides an answer."""
    match event:
        case events.QueueLeft(result="hangup"):
            draft.exits.append((event.at, ABANDONED))
        case events.OfferExpired() | events.RingTimedOut() | events.OfferDeclined(why="no-answer"):
            draft.missed += 1
        case events.Transferred() if draft.answered_by(event.at):
            draft.transfers += 1
        case events.Transferred(to=draft.queue):
            if before and before.talks:  # it brought the caller here, stamped a moment later
                before.transfers += 1
        case events.CallBackRequested() | events.IvrResult() | events.Transferred():
            if draft.entered_at <= event.at and not draft.answered_by(event.at):
                draft.exits.append((event.at, FLOW_OUT))


def _left_for(told: Told, left: events.WaitEnded) -> str:
    """How a stay ended that the caller left on our word. Who asked for a call back, or left a
    message, has not given up. Empty for one who stepped out and goes on waiting, or still may."""
    came_back = [e.at for e in told.of(events.QueueEntered) if e.entry > left.entry]
    until = min(came_back, default=None)
    asked = told.of(events.CallBackRequested, events.MessageLeft)
    got = any(left.at <= it.at and (until is None or it.at <= until) for it in asked)
    if left.goes in WAYS_OUT or got:
        return FLOW_OUT
    if left.goes in STEPS_OUT and (came_back or not told.ends()):
        return ""
    return ABANDONED


def _entry(told: Told, event: Event) -> int:
    """The entry that an event of our own is about; 0 for those of another switch."""
    if isinstance(event, events.OfferExpired | events.OfferDeclined):
        offered = told.about(event.offer, events.CallOffered)
        return offered[0].entry if offered else 0
    return getattr(event, "entry", 0)


def _numbered(found: list[Draft], entry: int) -> Draft | None:
    return next((draft for draft in found if entry and entry in draft.entries), None)


def _of(found: list[Draft], entry: int, at: datetime) -> Draft:
    """The stay with this entry, else the one that had begun last at that moment, else the first."""
    begun = [draft for draft in found if draft.entered_at <= at]
    return _numbered(found, entry) or (begun[-1:] or found)[0]


def _joined(found: list[Draft]) -> list[Draft]:
    """A caller who enters the queue in which they already stand goes on waiting: a lost agent
    gives back the old place, and a webhook that came twice is no second offer."""
    joined: list[Draft] = []
    for draft in found:
        before = joined[-1] if joined else None
        if before and before.queue == draft.queue and not (before.talks or before.exits):
            before.entries |= draft.entries
            before.talks, before.exits = draft.talks, draft.exits
            before.missed += draft.missed
            before.transfers += draft.transfers
        else:
            joined.append(draft)
    return joined
