"""The dialogue with a caller: ``decide`` what an answer means, ``evolve`` the state by what
happened, ``script`` what is said now. Pure functions; the state travels in the next address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import reduce

from callcenter.rules import calendar, centers, events, keyed, wib
from callcenter.rules.events import Event
from callcenter.rules.menu import CLOSED, MENU, Node
from callcenter.rules.policy import Center, Policy
from callcenter.rules.saying import says
from callcenter.rules.standing import Dialogue, Finding
from callcenter.rules.verbs import Ask, Forward, Hangup, Record, Verb, Wait

__all__ = ["Dialogue", "Finding"]

MAX_TURNS = 40  # somebody who has pressed this many keys needs a person
MAX_CHECKS = 3  # look-ups of a status that find nothing: then it is guessing


def arrive(call: str, line: str, center: Center, *, withheld: bool, test: bool, now: datetime):
    """A call reached a line of ours: the event that opens it."""
    return events.CallArrived(
        subject=events.call(call),
        thread="arrival",
        turn="0",
        at=now,
        line=line,
        center=center.code,
        withheld=withheld,
        test=test,
    )


def found_closed(arrived: events.CallArrived, policy: Policy) -> tuple[Event, ...]:
    """What else is to be written of a call that arrives when nobody is there."""
    if centers.receives(policy, policy.center(arrived.center), arrived.at):
        return ()
    place = {"subject": arrived.subject, "thread": arrived.thread, "turn": arrived.turn}
    return (events.CenterClosed(**place, n=1, at=arrived.at),)


def decide(state: Dialogue, answer: str, policy: Policy, now: datetime) -> tuple[Event, ...]:
    """What one answer means: the keys pressed, ``""`` for silence, or a word looked up.

    A caller who misses ``tries`` times goes to a person, or outside the hours hears what else can
    be done: nobody is cut off for not knowing keys.
    """
    node = MENU[state.node]
    if state.turn >= MAX_TURNS:
        return _gave_up(state, policy, now)
    word, meaning = keyed.read(node, answer, policy, now)
    if option := node.options.get(word):
        goes = _leads(state, option, policy, now)
        if node.languages:
            language = node.languages.get(word, state.language)
            chosen = state.event(events.LanguageChosen, at=now, language=language, goes=goes)
        else:
            reason = node.reasons.get(word, "")
            chosen = state.event(
                events.MenuChosen, at=now, answer=meaning, goes=goes, reason=reason
            )
        return _go(state, chosen, word, policy)
    if state.misses + 1 < node.tries:
        wrong = word if word in node.missed else ""
        return (state.event(events.InputMissed, at=now, answer=wrong),)
    return _gave_up(state, policy, now)


def heard(state: Dialogue, answer: str, policy: Policy, finding: Finding | None = None) -> Dialogue:
    """The state with what was just keyed or looked up. It goes into the next token and nowhere
    else: the events tell only what kind of answer it was."""
    node = MENU[state.node]
    match node.reads:
        case "nik" if answer not in keyed.PLAIN:
            state = replace(state, keyed=answer, nik=answer)
        case "phone" if number := keyed.number(answer, policy):
            state = replace(state, number=number)
    return replace(state, finding=finding) if finding else state


def left_message(
    state: Dialogue, recording: str, duration_s: int, *, number: str, policy: Policy, now: datetime
) -> tuple[Event, ...]:
    """The caller has left a message: it becomes a ticket with this ``number``. ``recording``: the
    carrier's id of it."""
    left = state.event(
        events.MessageLeft, at=now, recording=recording, duration_s=duration_s, goes="voicemail_ok"
    )
    opened = events.TicketOpened(
        subject=events.ticket(message_ticket(state)),
        thread="opened",
        turn="0",
        at=now,
        number=number,
        channel="voicemail",
        center=state.center,
        line=state.line,
        call=state.call,
        test=state.number in policy.report.test_numbers,
    )
    return left, opened


def message_ticket(state: Dialogue) -> str:
    """The id of the ticket that a message left now becomes; a repeated webhook makes the same."""
    return events.event_id(events.call(state.call), "message", str(state.turn))


def exited(state: Dialogue, goes: str, now: datetime) -> Event:
    """The caller leaves the queue on our word and goes on at ``goes``. One answer per stay."""
    return events.WaitEnded(
        subject=events.call(state.call),
        thread="exit",
        turn=str(state.entry),
        at=now,
        entry=state.entry,
        goes=goes,
    )


def returned(state: Dialogue, now: datetime) -> tuple[Event, ...]:
    """The agent was lost in the conversation: the caller stands in the queue again."""
    entry = state.entry + 1
    return (_entered(replace(state, node="again", turn=entry), "requeue", entry, now),)


def evolve(state: Dialogue, event: Event) -> Dialogue:
    """The dialogue after one event. Events about something else leave it as it was."""
    match event:
        case events.CallArrived():
            return replace(
                state, line=event.line, center=event.center, arrived_at=event.at, node="language"
            )
        case events.LanguageChosen(language=language, goes=goes):
            return _turn(state, event, node=goes, language=language)
        case events.MenuChosen(goes=goes, reason=reason, answer=answer):
            found = answer if "." in answer else state.found
            return _turn(state, event, node=goes, reason=reason or state.reason, found=found)
        case events.MenuAbandoned(goes=goes) | events.MessageLeft(goes=goes):
            return _turn(state, event, node=goes)
        case events.InputMissed(answer=answer):
            return _turn(state, event, misses=state.misses + 1, missed=answer)
        case events.StatusAsked(result="unverified"):
            return replace(state, checks=state.checks + 1)
        case events.CallBackRequested(window=window, due_at=due_at):
            return replace(state, window=window, due_at=(due_at and wib.at(due_at)) or None)
        case events.TicketOpened(number=number):
            return replace(state, ticket=number)
        case events.CallResumed(language=language, reason=reason):
            return replace(state, node="welcome_back", language=language, reason=reason)
        case events.CallCrowded():
            return replace(state, crowded=True)
        case events.QueueEntered():
            return _stands(state, event)
        case events.WaitEnded(goes=goes):
            return _turn(state, event, node=goes, misses=state.misses)
    return state


def _stands(state: Dialogue, entered: events.QueueEntered) -> Dialogue:
    """In the queue. After a lost agent the turns are counted anew, beside those of before: what
    the carrier is sent to then knows nothing of them."""
    lost = entered.thread == "requeue"
    place = {"node": "again", "thread": f"ivr:{entered.entry}"} if lost else {}
    since = state.queued_at if entered.entry > 1 and state.queued_at else entered.at
    fresh = {"entry": entered.entry, "queued_at": since, "closed": False}
    return replace(state, waits=0, alone=0, pressed=0, **place, **fresh)  # type: ignore[arg-type]


def after(state: Dialogue, happened: Iterable[Event]) -> Dialogue:
    """The dialogue after several events."""
    return reduce(evolve, happened, state)


def script(state: Dialogue, policy: Policy) -> tuple[Verb, ...]:
    """What the caller hears now."""
    node = MENU[state.node]
    said = says(state, node, policy)
    if node.queue:
        return *said, Wait(node.queue)
    if node.ends:
        return *said, Hangup()
    if node.forwards:
        return *said, Forward(policy.center(state.center).backup_number, state.line)
    if node.records:
        return *said, Record()
    return (Ask(said, digits=node.digits, timeout_s=node.timeout_s, finish=node.finish),)


def beyond_the_queue(state: Dialogue, policy: Policy) -> str:
    """The node for a caller whom nobody takes: the center's backup telephone, if it has one."""
    return "backup" if policy.center(state.center).backup_number else "gone"


def to_call_back(state: Dialogue, policy: Policy) -> str:
    """The node for a caller who wants to be called back: is this the number, or which one is?"""
    return "cb_confirm" if keyed.may_call(state.number, policy) else "cb_ask"


def _leads(state: Dialogue, option: str, policy: Policy, now: datetime) -> str:
    """Where an option leads this caller now: outside the hours nobody waits for a person."""
    is_open = centers.receives(policy, policy.center(state.center), now)
    if option == "beyond":
        return beyond_the_queue(state, policy)
    if state.entry and option in ("agents", "handed"):
        return "back"  # whoever stood in the queue has a place in it, also after the hours
    spent = state.checks + (option == "unverified") >= MAX_CHECKS
    if option == "call_back":
        return to_call_back(state, policy)
    if spent and option in ("ask_nik", "unverified"):
        return "agents" if is_open else "no_more_checks"
    if is_open or not (MENU[option].queue or option in CLOSED):
        return option
    if not state.closed and option in ("main", "agents"):
        return "closed"
    return CLOSED.get(option, "no_agent")


def _gave_up(state: Dialogue, policy: Policy, now: datetime) -> tuple[Event, ...]:
    goes = _leads(state, "handed", policy, now)
    return _go(state, state.event(events.MenuAbandoned, at=now, goes=goes), "", policy)


def _go(state: Dialogue, chosen: Event, word: str, policy: Policy) -> tuple[Event, ...]:
    """The choice, and what is true with it: they stand or fall together."""
    here, goes, at = MENU[state.node], chosen.goes, chosen.at  # type: ignore[attr-defined]
    followed: list[Event] = []
    if here.looks_up and word in ("verified", "unverified", "down"):
        followed.append(state.event(events.StatusAsked, at=at, result=word))
    if window := _window(state, here, goes, word):
        followed.append(_request(state, window, policy, at))
    if goes == "closed" and not state.closed:
        followed.append(state.event(events.CenterClosed, at=at))
    if MENU[goes].queue:
        entered = _entered(evolve(state, chosen), state.thread, state.entry + 1, at)
        followed.append(replace(entered, turn=chosen.turn))
    return chosen, *(replace(event, n=n) for n, event in enumerate(followed, 1))


def _window(state: Dialogue, here: Node, goes: str, word: str) -> str:
    """The time for which a call back is asked for by this answer; empty where it asks for none.

    The number being right is the request; a time chosen then is the same request with that time.
    """
    if goes == "cb_window" and state.node == "cb_confirm":
        return calendar.SOON
    chosen = here.windows.get(word, "")
    return chosen if chosen != state.window else ""


def _request(state: Dialogue, window: str, policy: Policy, now: datetime) -> Event:
    """Who asks for it while waiting keeps the place among those who are to be called: as soon as
    somebody is there means since the caller began to wait."""
    due_at = calendar.due(policy, policy.center(state.center), window, now)
    if window == calendar.SOON and due_at <= now and state.entry and state.queued_at:
        due_at = min(state.queued_at, due_at)
    return state.event(
        events.CallBackRequested,
        at=now,
        window=window,
        due_at=due_at.isoformat(),
        language=state.language,
        reason=state.reason,
    )


def _entered(state: Dialogue, thread: str, entry: int, now: datetime) -> events.QueueEntered:
    return events.QueueEntered(
        subject=events.call(state.call),
        thread=thread,
        turn=str(state.turn),
        at=now,
        queue=MENU[state.node].queue,
        entry=entry,
        reason=state.reason,
        language=state.language,
    )


def _turn(state: Dialogue, event: Event, **changed: object) -> Dialogue:
    """The next turn. Whoever has heard that nobody is there knows it from then on."""
    fresh = {"misses": 0, "missed": "", "closed": state.closed or changed.get("node") == "closed"}
    more = {"turn": state.turn + 1, "at": event.at} | fresh | changed
    return replace(state, **more)  # type: ignore[arg-type]
