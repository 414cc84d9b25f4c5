"""Which live columns an event sets. Each merges on its own, so order and repetition are free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Table

from callcenter.records.tables import (
    CallBackRow,
    CallRow,
    CenterRow,
    OfferRow,
    PoskoCountRow,
    PresenceRow,
)
from callcenter.rules import events
from callcenter.rules.calls.staying import STEPS_OUT
from callcenter.rules.events import Event

CALL_BACK: Table = CallBackRow.__table__  # type: ignore[assignment]
CALL: Table = CallRow.__table__  # type: ignore[assignment]
CENTER: Table = CenterRow.__table__  # type: ignore[assignment]
OFFER: Table = OfferRow.__table__  # type: ignore[assignment]
PRESENCE: Table = PresenceRow.__table__  # type: ignore[assignment]
POSKO: Table = PoskoCountRow.__table__  # type: ignore[assignment]

Live = tuple[Table, dict[str, Any]]

TERMINAL = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
# The stay goes on: the caller is being connected, or is still there.
NOT_A_DEPARTURE = frozenset({"bridging-in-process"})


def rows(happened: Iterable[Event], received_at: datetime) -> dict[Table, list[dict[str, Any]]]:
    """The live rows that these events touch, by table."""
    found: dict[Table, list[dict[str, Any]]] = defaultdict(list)
    for event in happened:
        for table, row in columns(event, received_at):
            found[table].append(row)
    return found


def columns(event: Event, received_at: datetime) -> Iterator[Live]:
    """The live rows that ``event`` touches, with the columns it sets in each."""
    if event.subject.startswith("call:"):
        call = {"id": event.of, "received_at": received_at, "unsettled": True}
        yield CALL, call | _of_call(event)
        if offer := _of_offer(event):
            yield OFFER, {"call_id": event.of, "number": event.offer} | offer  # type: ignore[attr-defined]
        if asked := _of_call_back(event):
            yield CALL_BACK, asked
        return
    match event:
        case events.StateChosen():
            body = event.body() | {"agent_id": event.of, "since": event.at}
            yield PRESENCE, body
        case events.CenterStateChosen():
            yield CENTER, event.body() | {"code": event.of, "since": event.at}
        case events.CenterWentDark():
            yield CENTER, {"code": event.of, "dark_at": event.at}
        case events.CenterCameBack():
            yield CENTER, {"code": event.of, "back_at": event.at}
        case events.PoskoCounted():
            key = {"posko": event.posko, "day": event.day}
            yield POSKO, key | {"assisted": event.assisted, "by": event.by, "since": event.at}


def _of_call(event: Event) -> dict[str, Any]:
    match event:
        case events.CallArrived():
            return event.body() | {"arrived_at": event.at}
        case events.CallResumed(before=before, since=since, behind=behind):
            place = {"since_at": _instant(since), "placed_at": _instant(behind)}
            return {"resumes": before} | place
        case events.CallCrowded(crowd=crowd):
            return {"crowd": crowd}
        case events.QueueEntered(queue=queue, entry=entry, language=language):
            stands = {"entries": entry, "queued_at": event.at}
            need = {"reason": event.reason} if event.reason else {}  # of several chosen the last
            return {"queue": queue, "language": language} | need | stands
        case events.Waited(queue_sid=sid):
            first = (event.turn, event.entry) == ("0", 1) and event.estimate_s is not None
            return ({"queue_sid": sid} if sid else {}) | (
                {"estimate_s": event.estimate_s} if first else {}
            )
        case events.QueueLeft() if event.result not in NOT_A_DEPARTURE:
            left: dict[str, Any] = {"departures": event.entry}
            if event.result == "hangup":
                left["ended_at"] = left["gave_up_at"] = event.at
            return left | ({"queue_sid": event.queue_sid} if event.queue_sid else {})
        case events.WaitEnded(entry=entry, goes=goes):
            stepped_out = {"stepped_out": entry} if goes in STEPS_OUT else {}
            return {"departures": entry} | stepped_out
        case events.CallBackRequested(window=window) if window:
            return {"promised_at": event.at}
        case events.CallerFetched(entry=entry):
            return {"departures": entry}
        case events.CallOffered(offer=offer):
            return {"offers": offer}
        case events.CallReported(status=status) if status in TERMINAL:
            return {"ended_at": event.at}
        case events.CallerHungUp() | events.CallBlocked():
            return {"ended_at": event.at}
    return {}


def _instant(iso: str) -> datetime:
    return datetime.fromisoformat(iso)


def _of_call_back(event: Event) -> dict[str, Any]:
    """A request of ours; of another switch's we only count that there was one."""
    match event:
        case events.CallBackRequested(window=window) if window:
            told = {"id": event.id, "call_id": event.of, "turn": int(event.turn)}
            when = {"asked_at": event.at, "due_at": datetime.fromisoformat(event.due_at)}
            return told | when | {"window": window, "language": event.language}
        case events.CallBackTaken(request=request, ticket=ticket):
            return {"id": request, "ticket_id": ticket}
    return {}


def _of_offer(event: Event) -> dict[str, Any]:
    match event:
        case events.CallOffered():
            return {
                "agent_id": event.agent,
                "center": event.center,
                "overflow": event.overflow,
                "entry": event.entry,
                "offered_at": event.at,
            }
        case events.OfferAccepted():
            return {"end": "accepted", "end_at": event.at}
        case events.OfferDeclined():
            return {"end": "declined", "end_at": event.at}
        case events.OfferExpired():
            return {"end": "expired", "end_at": event.at}
        case events.OfferWithdrawn():
            return {"end": "withdrawn", "end_at": event.at}
        case events.CallerFetched():
            return {"fetched_at": event.at}
        case events.HangUpAsked():
            return {"hang_up_asked_at": event.at}
        case events.CommandRefused(what=what):
            return {"refused": what}
        case events.HandlingEnded(talked=talked, why=why):
            over = {} if talked else {"over_at": event.at}
            return {"handling_ended_at": event.at, "talked": talked, "why": why} | over
        case events.WrapUpEnded():
            return {"over_at": event.at}
    return _of_talk(event) or _of_leg(event)


def _of_talk(event: Event) -> dict[str, Any]:
    match event:
        case events.HoldAsked(change=change) | events.ResumeAsked(change=change):
            return {"hold_asked": change}
        case events.HoldTold(change=change):
            return {"hold_told": change}
        case events.HoldStarted(offer=offer) if offer:
            return {"held_at": event.at}
        case events.HoldEnded(offer=offer) if offer:
            return {"unheld_at": event.at}
        case events.MuteAsked(change=change):
            return {"mute_asked": change}
        case events.MuteTold(change=change):
            return {"mute_told": change}
    return {}


def _of_leg(event: Event) -> dict[str, Any]:
    match event:
        case events.LegReported(leg=leg, status="in-progress"):
            return {"leg": leg, "leg_answered_at": event.at}
        case events.LegReported(leg=leg, status=status) if status in TERMINAL:
            return {"leg": leg, "leg_ended_at": event.at, "leg_end": status}
        case events.LegReported(leg=leg):
            return {"leg": leg}
        case events.ParticipantJoined(role=role, conference=conference):
            return {f"{role}_joined_at": event.at, "conference": conference or None}
        case events.ParticipantLeft(role=role):
            return {f"{role}_left_at": event.at}
    return {}
