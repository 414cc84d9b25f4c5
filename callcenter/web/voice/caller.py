"""The caller's documents: the first ring, every key, the wait, and what comes after it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import structlog
from flask import Response, abort

from callcenter.addresses import Meeting
from callcenter.carriers import Urls
from callcenter.records import audit, callbacks, callers, diary, floor, pace
from callcenter.records import returning as calls_before
from callcenter.records.database import Unavailable
from callcenter.records.journal import JournalFailed
from callcenter.rules import dialogue, events, phone, returning, speech, waiting
from callcenter.rules.dialogue import Dialogue
from callcenter.rules.events import Event
from callcenter.rules.policy import Center
from callcenter.rules.returning import Earlier
from callcenter.rules.verbs import Ask, Forward, GoOn, Hangup, Meet, Record, Verb, Wait
from callcenter.rules.waiting import Place
from callcenter.web import guard
from callcenter.web.house import house
from callcenter.web.voice import farewell, keypad
from callcenter.web.voice.door import (
    METHODS,
    addresses,
    apology,
    dialled,
    document,
    door,
    facts,
)
from callcenter.web.voice.reporting import report

log = structlog.get_logger("voice")

BROKEN = frozenset({"queue-full", "system-error", "error"})
# Our wait begins with "please wait", the carrier's after it; a report this late is a late one.
ASKED_TO_WAIT = timedelta(seconds=20)


@door.route("/incoming", methods=METHODS)
@guard.signed
def incoming() -> Response:
    """A call reached one of our lines."""
    said, policy = facts(), house().policy()
    if not said.call:
        abort(400)
    line = dialled()
    center = policy.center_of(line)
    if center is None:
        return _no_line_of_ours()
    state = Dialogue(said.call, number=phone.caller(said.caller).number or "")
    return say(dialogue.after(state, _arrived(line, center)))


@door.route("/fallback", methods=METHODS)
@guard.signed
def fallback() -> Response:
    """The carrier could not get, or not read, another document of ours; perhaps the first."""
    log.error("the carrier fell back", error=facts().error_code)
    center = house().policy().center_of(dialled())
    if center and facts().call:
        with suppress(JournalFailed):
            _arrived(dialled(), center)
    return apology()


def _arrived(line: str, center: Center) -> tuple[Event, ...]:
    """Keep that the call is here, and whose it is."""
    said, now = facts(), house().now()
    who = phone.caller(said.caller)
    arrived = dialogue.arrive(
        said.call,
        line,
        center,
        withheld=who.withheld,
        test=who.number in house().policy().report.test_numbers,
        now=now,
    )
    caller = callers.of_call(said.call)
    happened = (arrived, *dialogue.found_closed(arrived, house().policy()))
    if len(happened) == 1 and who.number:
        happened += returning.recognised(arrived, _before(who.number), house().policy().queue)
    sealed = callers.sealed(house().keys, caller, number=who.number, now=now)
    return house().keeper.keep(happened, who=(sealed,), now=now)


def _before(number: str) -> tuple[Earlier, ...]:
    """What this number called lately; without a database it never did."""
    here = house()
    most = here.policy().queue.crowd_calls + 1
    try:
        with here.database.glance() as db:
            return calls_before.before(
                db, here.keys, number, call=facts().call, most=most, now=here.now()
            )
    except Unavailable:
        return ()


@door.route("/answer/<token>", methods=METHODS)
@guard.signed
def answer(token: str) -> Response:
    """The caller answered the question that ``token`` stands for, or stayed silent."""
    state, keys = addresses().open("answer", token, facts().call, Dialogue), facts().digits
    finding = keypad.finding(state, keys)
    word = finding.word if finding else keys
    policy = house().policy()
    happened = dialogue.decide(state, word, policy, house().now())
    written = _write(happened, _to_call_back(state, happened))
    return say(dialogue.after(dialogue.heard(state, keys, policy, finding), written))


def _to_call_back(state: Dialogue, happened: Sequence[Event]) -> tuple[callers.Caller, ...]:
    """The number that a request for a call back is about, kept sealed with it."""
    asked = (it for it in happened if isinstance(it, events.CallBackRequested))
    return tuple(callbacks.sealed(house().keys, it, state.number) for it in asked)


@door.route("/wait/<token>", methods=METHODS)
@guard.signed
def wait(token: str) -> Response:
    """What a waiting caller hears now; the carrier asks again when it has been heard, or when a key
    was pressed meanwhile."""
    state, key = addresses().open("wait", token, facts().call, Dialogue), facts().digits
    state = waiting.pressed(_with_number(state), key)
    policy, place = house().policy(), _place(state)
    turn = waiting.decide(state, place, facts().queue_sid, policy, house().now(), key=key)
    written = _write(turn)
    next_url = addresses().of("wait", waiting.following(state, place), state.call)
    urls = Urls(next=next_url, audio=addresses().audio)
    return document(waiting.script(state, written, policy), urls)


def _with_number(state: Dialogue) -> Dialogue:
    """The number to call back, also after a meeting, whose documents do not carry it."""
    if state.number:
        return state
    return replace(state, number=phone.caller(facts().caller).number or "")


def _place(state: Dialogue) -> Place:
    """Where the caller stands: by our floor, or by the carrier's queue while ours is unknown."""
    try:
        with house().database.reading() as db:
            led = floor.led(db, house().now())
            return Place(floor.position(db, state.call), led, pace.look(db, house().now()))
    except Unavailable:
        return Place(facts().queue_position, led=False)


@door.route("/left/<token>", methods=METHODS)
@guard.signed
def left(token: str) -> Response:
    """How a stay in the queue ended, in the carrier's word."""
    said = facts()
    state = _with_number(addresses().open("left", token, said.call, Dialogue))
    at = house().now()
    if said.queue_result == "hangup" and state.queued_at and said.queue_time_s is not None:
        at = min(at, state.queued_at + timedelta(seconds=said.queue_time_s) + ASKED_TO_WAIT)
    reported = report(
        events.QueueLeft,
        said.queue_result,
        call=said.call,
        thread=f"queue:{state.entry}",
        at=at,
        entry=state.entry,
        result=said.queue_result,
        waited_s=said.queue_time_s,
        queue_sid=said.queue_sid,
    )
    goes_on = dialogue.exited(state, "queue_left", at)
    if said.queue_result in BROKEN:
        return say(dialogue.after(state, _write((reported, goes_on))))
    _write((reported,))
    if said.queue_result == "leave":
        return say(dialogue.after(state, _decided(goes_on)))
    return document(())  # hung up, or on the way to an agent


def _decided(otherwise: Event) -> tuple[Event, ...]:
    """Why the caller left on our word: by the last turn of the wait. ``otherwise`` if unknown: then
    they are asked whether it was for a call back."""
    try:
        with house().database.reading() as db:
            return diary.stored(db, (otherwise,)) or (otherwise,)
    except Unavailable:
        return (otherwise,)


@door.route("/meet/<token>", methods=METHODS)
@guard.signed
def meet(token: str) -> Response:
    """The caller comes out of the queue and into the conference with the agent."""
    meeting = addresses().open("meet", token, facts().call, Meeting)
    return document((Meet(meeting.room, "caller"),), meeting_urls(meeting, facts().call))


@door.route("/requeue/<token>", methods=METHODS)
@guard.signed
def requeue(token: str) -> Response:
    """The agent was lost: the caller waits again, in the old place."""
    meeting = addresses().open("requeue", token, facts().call, Meeting)
    state = meeting.dialogue
    return say(dialogue.after(state, _write(dialogue.returned(state, house().now()))))


@door.route("/met/<token>", methods=METHODS)
@guard.signed
def met(token: str) -> Response:
    """The meeting is over and this side is still on the line."""
    meeting = addresses().open("met", token, facts().call, Meeting)
    if facts().status == "completed" or facts().call != meeting.call:
        return document((Hangup(),))
    if _finished(meeting):
        return farewell.part(meeting.dialogue)
    returned = dialogue.returned(meeting.dialogue, house().now())
    return say(dialogue.after(meeting.dialogue, _write(returned)))


def _finished(meeting: Meeting) -> bool:
    """Whether the agent ended it; where nobody can tell, no caller is sent away."""
    try:
        with house().database.reading() as db:
            offer = floor.offered(db, meeting.call, meeting.offer)
    except Unavailable:
        return False
    return offer is not None and offer.why == "agent_left"


@door.route("/forwarded/<token>", methods=METHODS)
@guard.signed
def forwarded(token: str) -> Response:
    """The other telephone was answered and is done, or nobody was there."""
    state = addresses().open("forwarded", token, facts().call, Dialogue)
    answered = facts().dial_status in ("completed", "answered") and facts().bridged is not False
    return document((Hangup(),)) if answered else say(replace(state, node="gone"))


def say(state: Dialogue) -> Response:
    """The document for where the caller stands, with the addresses that it needs."""
    verbs = dialogue.script(state, house().policy())
    if isinstance(verbs[-1], Record):  # the carrier tells a recording to the document's address
        return document((GoOn(),), Urls(next=addresses().of("message", state, state.call)))
    return document(verbs, _urls(state, verbs))


def meeting_urls(meeting: Meeting, leg: str) -> Urls:
    """The addresses of a conference, for the caller's or the agent's leg."""
    return Urls(
        met=addresses().of("met", meeting, leg),
        room=addresses().of("room", meeting, meeting.room),
        audio=addresses().audio,
    )


def _urls(state: Dialogue, verbs: Sequence[Verb]) -> Urls:
    made, call = addresses(), state.call
    last = verbs[-1]
    return Urls(
        next=made.of("answer", state, call) if isinstance(last, Ask) else "",
        wait=made.of("wait", state, call) if isinstance(last, Wait) else "",
        left=made.of("left", state, call) if isinstance(last, Wait) else "",
        met=made.of("forwarded", state, call) if isinstance(last, Forward) else "",
        audio=made.audio,
    )


def _write(happened: Sequence[Event], who: Sequence[callers.Caller] = ()) -> tuple[Event, ...]:
    return house().keeper.keep(happened, who=who, now=house().now())


def _no_line_of_ours() -> Response:
    """Somebody dialled a number that the carrier sends us and the policy does not know."""
    log.error("call to an unknown line", what="security", line_known=bool(facts().dialled))
    with suppress(Unavailable), house().database.transaction() as db:
        audit.note(
            db,
            who="carrier",
            what="unknown_line",
            subject=events.call(facts().call),
            why="no center has this line",
            now=house().now(),
            result="refused",
        )
    return document((speech.say("line_unknown", "id", house().policy()), Hangup()))
