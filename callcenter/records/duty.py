"""What an agent does at the desk, written down. Whoever was first wins, and the other is told;
ringing, hanging up and the next call are the floor's, which reads what stands here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from callcenter.records import desk, diary
from callcenter.rules import events, in_call
from callcenter.rules.policy import QueueRules


def choose_state(
    db: Connection,
    *,
    agent: str,
    center: str,
    version: str,
    state: str,
    reason: str,
    now: datetime,
) -> bool:
    """The agent is ``available``, on a ``break`` for a reason, or ``offline``. False when the
    state was changed since the form was rendered (``version``): then nothing is written."""
    chosen = events.StateChosen(
        subject=events.agent(agent),
        thread="presence",
        turn=version,
        at=now,
        state=state,
        center=center,
        reason=reason,
        by="agent",
    )
    if desk.presence(db, agent).version != version:
        return diary.says(diary.stored(db, [chosen]), chosen)
    return diary.says(diary.write(db, [chosen], now=now), chosen)


def decline(
    db: Connection, *, agent: str, call: str, number: int, rules: QueueRules, now: datetime
) -> bool:
    """The agent does not take this offer. False when it is not, or no longer, theirs to decline."""
    declined = events.OfferDeclined(
        **_about(call, number, "offer", now), offer=number, agent=agent, why="desk"
    )
    offer = desk.live_offer(db, agent, rules)
    if offer is None or (offer.call, offer.number) != (call, number):
        return diary.says(diary.stored(db, [declined]), declined)
    return diary.says(diary.write(db, [declined], now=now), declined)


def hang_up(
    db: Connection, *, agent: str, call: str, number: int, rules: QueueRules, now: datetime
) -> bool:
    """The agent ends the conversation. False when there is none of theirs."""
    asked = events.HangUpAsked(**_about(call, number, "hang_up", now), offer=number, agent=agent)
    if not _stands(db, agent, call, number, desk.TALKING, rules):
        return diary.says(diary.stored(db, [asked]), asked)
    return diary.says(diary.write(db, [asked], now=now), asked)


def hold(
    db: Connection,
    *,
    agent: str,
    call: str,
    number: int,
    change: int,
    rules: QueueRules,
    now: datetime,
) -> bool:
    """The caller hears music (``change`` is odd), or is taken back (even). ``change`` is the one
    after those that the form knew of: a double click is one. False when there is no conversation
    of theirs, or the form is an old one."""
    kind = events.HoldAsked if in_call.on(change) else events.ResumeAsked
    about = _about(call, number, f"hold:{number}", now) | {"turn": str(change)}
    asked = kind(**about, offer=number, agent=agent, change=change)
    return _changed(db, asked, "hold_asked", rules)


def mute(
    db: Connection,
    *,
    agent: str,
    call: str,
    number: int,
    change: int,
    rules: QueueRules,
    now: datetime,
) -> bool:
    """The agent's side is silent (``change`` is odd), or heard again (even); else as above."""
    about = _about(call, number, f"mute:{number}", now) | {"turn": str(change)}
    muted = in_call.on(change)
    asked = events.MuteAsked(**about, offer=number, agent=agent, change=change, muted=muted)
    return _changed(db, asked, "mute_asked", rules)


def _changed(db: Connection, asked: Any, count: str, rules: QueueRules) -> bool:
    """Write a change of mind that follows the last one; of two at once the first is written."""
    offer = desk.live_offer(db, asked.agent, rules)
    stands = offer is not None and (offer.call, offer.number) == (asked.of, asked.offer)
    if offer is None or not stands or offer.phase != desk.TALKING:
        return False
    if asked.change != getattr(offer.so, count) + 1:
        return diary.says(diary.stored(db, [asked]), asked)
    return diary.says(diary.write(db, [asked], now=asked.at), asked)


def end_wrap_up(
    db: Connection, *, agent: str, call: str, number: int, rules: QueueRules, now: datetime
) -> bool:
    """The agent is done with the notes. False when there was no wrap-up of theirs to end; the
    clock's word is as good as the agent's."""
    ended = events.WrapUpEnded(
        **_about(call, number, "wrap_up", now), offer=number, agent=agent, by="agent"
    )
    if not _stands(db, agent, call, number, desk.WRAP_UP, rules):
        return diary.won(diary.stored(db, [ended]), ended)
    return diary.won(diary.write(db, [ended], now=now), ended)


def dispose(
    db: Connection, *, agent: str, call: str, code: str, rules: QueueRules, now: datetime
) -> bool:
    """The call was no case: ``code`` is a disposition, and there is no ticket. False when the
    agent never took this call, or something else was recorded of it."""
    noted = events.OutcomeNoted(**_about(call, 0, "disposition", now), code=code, reason="")
    offer = desk.taken(db, agent, call, rules)
    if offer is None or offer.phase == desk.CONNECTING:
        return False
    if desk.recorded(db, call):
        return diary.says(diary.stored(db, [noted]), noted)
    return diary.says(diary.write(db, [noted], now=now), noted)


def _stands(
    db: Connection, agent: str, call: str, number: int, phase: str, rules: QueueRules
) -> bool:
    offer = desk.live_offer(db, agent, rules)
    return offer is not None and (offer.call, offer.number, offer.phase) == (call, number, phase)


def _about(call: str, number: int, thread: str, now: datetime) -> dict[str, Any]:
    return {"subject": events.call(call), "thread": thread, "turn": str(number), "at": now}
