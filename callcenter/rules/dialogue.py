"""The dialogue with a caller: ``decide`` what an answer means, ``evolve`` the state by what
happened, ``script`` what is said now. Pure functions; the state travels in the next address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce

from callcenter.rules import events, speech, spoken
from callcenter.rules.events import Event
from callcenter.rules.menu import MENU, Node
from callcenter.rules.policy import Center, Policy
from callcenter.rules.verbs import Ask, Forward, Hangup, Say, Verb, Wait

MAX_TURNS = 40  # somebody who has pressed this many keys needs a person


@dataclass(frozen=True)
class Dialogue:
    """Where one caller stands. It travels sealed in the next URL, so any process can go on."""

    call: str
    center: str = ""
    line: str = ""
    node: str = "language"
    language: str = "id"
    turn: int = 0
    misses: int = 0
    reason: str = ""
    found: str = ""  # what a keyed number was read as: a regency
    entry: int = 0  # how many times this caller entered the queue
    waits: int = 0  # wait documents heard since then
    alone: int = 0  # of these the last in a row in which no floor was there
    arrived_at: datetime | None = None
    queued_at: datetime | None = None

    def event(self, kind: type[Event], *, n: int = 0, at: datetime, **body: object) -> Event:
        """An event of this turn: a repeated webhook computes the same id."""
        return kind(
            subject=events.call(self.call), thread="ivr", turn=str(self.turn), n=n, at=at, **body
        )


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


def decide(state: Dialogue, answer: str, policy: Policy, now: datetime) -> tuple[Event, ...]:
    """What one answer means: the keys pressed, ``""`` for silence, or a word looked up.

    A caller who misses ``tries`` times goes to a person: nobody is cut off for not knowing keys.
    """
    node = MENU[state.node]
    if state.turn >= MAX_TURNS:
        return _go(state, state.event(events.MenuAbandoned, at=now, goes="handed"))
    word, meaning = _read(node, answer, policy)
    if goes := node.options.get(word):
        if node.languages:
            language = node.languages.get(word, state.language)
            chosen = state.event(events.LanguageChosen, at=now, language=language, goes=goes)
        else:
            reason = node.reasons.get(word, "")
            chosen = state.event(
                events.MenuChosen, at=now, answer=meaning, goes=goes, reason=reason
            )
        return _go(state, chosen)
    if state.misses + 1 < node.tries:
        return (state.event(events.InputMissed, at=now),)
    return _go(state, state.event(events.MenuAbandoned, at=now, goes="handed"))


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
            return _turn(state, node=goes, language=language, misses=0)
        case events.MenuChosen(goes=goes, reason=reason, answer=answer):
            found = answer if "." in answer else state.found
            return _turn(state, node=goes, misses=0, reason=reason or state.reason, found=found)
        case events.MenuAbandoned(goes=goes):
            return _turn(state, node=goes, misses=0)
        case events.InputMissed():
            return _turn(state, misses=state.misses + 1)
        case events.QueueEntered(entry=entry):
            node = "again" if entry > 1 else state.node
            return replace(state, entry=entry, node=node, waits=0, alone=0, queued_at=event.at)
        case events.WaitEnded(goes=goes):
            return _turn(state, node=goes)
    return state


def after(state: Dialogue, happened: Iterable[Event]) -> Dialogue:
    """The dialogue after several events."""
    return reduce(evolve, happened, state)


def script(state: Dialogue, policy: Policy) -> tuple[Verb, ...]:
    """What the caller hears now."""
    node = MENU[state.node]
    says = _says(state, node, policy)
    if node.queue:
        return *says, Wait(node.queue)
    if node.ends:
        return *says, Hangup()
    if node.forwards:
        return *says, Forward(policy.center(state.center).backup_number, state.line)
    return (Ask(says, digits=node.digits, timeout_s=node.timeout_s),)


def beyond_the_queue(state: Dialogue, policy: Policy) -> str:
    """The node for a caller whom nobody takes: the center's backup telephone, if it has one."""
    return "backup" if policy.center(state.center).backup_number else "gone"


def _says(state: Dialogue, node: Node, policy: Policy) -> tuple[Say, ...]:
    prompts = node.prompts
    if state.misses:
        prompts = ("no_input", *(node.again or node.prompts))
    values = speech.salutation(state.arrived_at, state.language, policy) if state.arrived_at else {}
    return tuple(_say(prompt, state, values, policy) for prompt in prompts)


def _say(prompt: str, state: Dialogue, values: dict[str, str], policy: Policy) -> Say:
    match prompt:
        case "sp_read":
            posko = policy.posko_of(state.found)
            told = {
                "nama": spoken.place(posko.name, state.language) if posko else "",
                "alamat": spoken.place(posko.address, state.language) if posko else "",
                "hari_jam": spoken.hours(posko.hours, state.language) if posko else "",
            }
            prompt = "sp_read" if told["alamat"] else "sp_read_name"
            return speech.say(prompt, state.language, policy, values=told)
        case "greeting" | "goodbye":
            return speech.say(prompt, state.language, policy, values=values)
        case "privacy_full":
            return speech.say(
                prompt, state.language, policy, values={"masa_simpan": policy.retention_words}
            )
    return speech.say(prompt, state.language, policy)


def _read(node: Node, answer: str, policy: Policy) -> tuple[str, str]:
    """The word to look up in the options, and what the diary keeps of the answer."""
    if node.reads == "regency" and len(answer) == node.digits and answer.isdecimal():
        code = f"{answer[:2]}.{answer[2:]}"
        return ("found" if policy.posko_of(code) else "unknown"), code
    return answer, answer


def _go(state: Dialogue, chosen: Event) -> tuple[Event, ...]:
    """The choice, and the entry into the queue where it leads to one."""
    node = MENU[chosen.goes]  # type: ignore[attr-defined]
    if not node.queue:
        return (chosen,)
    entered = _entered(evolve(state, chosen), "ivr", state.entry + 1, chosen.at)
    return chosen, replace(entered, turn=chosen.turn, n=1)


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


def _turn(state: Dialogue, **changed: object) -> Dialogue:
    return replace(state, turn=state.turn + 1, **changed)  # type: ignore[arg-type]
