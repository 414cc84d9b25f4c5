"""Brings the outbox's commands to the carrier: after the commit, with retries, never twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from callcenter import logs
from callcenter.addresses import Addresses, Meeting
from callcenter.carriers import Carrier, CommandFailed, CommandGone
from callcenter.records import callers, diary, outbox
from callcenter.records.database import Database
from callcenter.records.outbox import Due
from callcenter.records.sealing import Keys
from callcenter.rules import events, phone
from callcenter.rules.events import Event
from callcenter.rules.policy import Policy

log = structlog.get_logger("postman")

TRIES = 8
PAUSES_S = (0.2, 0.5, 1, 2, 4, 8, 15, 30)
NOT_YET_S = 0.3  # until an id that a command needs has come in
GIVE_UP = timedelta(seconds=90)


class NotYet(Exception):
    """The command needs an id that the carrier has not told us yet."""


@dataclass(frozen=True)
class Postman:
    """Sends what is due. One per worker; the carrier's library is loaded at the first command."""

    database: Database
    keys: Keys
    carrier: Carrier
    public_url: str
    policy: Callable[[], Policy]
    now: Callable[[], datetime]

    def send_due(self) -> bool:
        """Send everything that is due; gives whether anything was."""
        with self.database.reading() as db:
            due_at = outbox.next_due(db)
        if due_at is None or due_at > self.now():
            return False
        with self.database.transaction() as db:
            due = outbox.lease(db, self.keys, now=self.now())
        for command in due:
            logs.about(call=command.command.call)
            self._send(command)
        logs.about()  # what is told next is about no call
        return bool(due)

    def _send(self, due: Due) -> None:
        """One command: sent, gone (normal when people hang up), refused, or tried again."""
        try:
            happened = getattr(self, f"_{due.command.kind}")(due)
        except NotYet:
            self._later(due, NOT_YET_S, "waits for an id", sent=False)
        except CommandFailed as error:
            pause = PAUSES_S[min(due.attempts, len(PAUSES_S) - 1)]
            log.warning("command not taken", kind=due.command.kind, tries=due.attempts)
            self._later(due, pause * random.uniform(0.8, 1.2), str(error), sent=True)
        except CommandGone as error:
            self._gone(due, error)
        except Exception as error:  # one command that breaks must not stop all the others
            log.error("command broke", kind=due.command.kind, exc_info=error)
            self._later(due, PAUSES_S[-1], type(error).__name__, sent=True)
        else:
            self._done(due, "sent", happened)

    def _ring(self, due: Due) -> tuple[Event, ...]:
        """Call the agent's telephone, unless the offer is over or a dead sender already did."""
        if due.over:
            return ()
        number = due.phone or ""
        if not phone.dialable(number):
            raise CommandGone("the agent's number is none that we dial", 0)
        leg = self._already_rung(due, number) if due.sent_before else None
        meeting = self._meeting(due)
        made = Addresses(self.keys, self.public_url)
        leg = leg or self.carrier.ring(
            to=number,
            shown=due.line,
            url=made.of("leg", meeting, ""),
            status_url=made.of("leg_status", meeting, ""),
            timeout_s=self.policy().queue.ring_s + 5,  # our own clock ends the offer first
        )
        return (self._leg(due, leg),)

    def _already_rung(self, due: Due, number: str) -> str | None:
        """A request without an answer may have been heard: look before ringing again."""
        legs = self.carrier.legs_to(number, due.created_at)
        return legs[0] if legs else None

    def _fetch(self, due: Due) -> tuple[Event, ...]:
        if not due.queue_sid or not due.in_line:  # on the way: the stay's first wait document tells
            raise NotYet
        url = Addresses(self.keys, self.public_url).of("meet", self._meeting(due), due.command.call)
        self.carrier.fetch(call=due.command.call, queue=due.queue_sid, url=url)
        return ()

    def _release(self, due: Due) -> tuple[Event, ...]:
        if due.leg_ended:
            return ()
        if not due.leg:
            if due.rung is False:  # never sent: nobody's telephone rings
                return ()
            raise NotYet
        self.carrier.hang_up(call=due.leg)
        return ()

    def _farewell(self, due: Due) -> tuple[Event, ...]:
        return self._redirect(due, "farewell")

    def _requeue(self, due: Due) -> tuple[Event, ...]:
        return self._redirect(due, "requeue")

    def _hold(self, due: Due) -> tuple[Event, ...]:
        """Music for the caller: the agent is not heard, and does not hear."""
        url = Addresses(self.keys, self.public_url).of("hold", self._meeting(due), "")
        return self._seated(due, due.command.call, hold=True, music=url)

    def _resume(self, due: Due) -> tuple[Event, ...]:
        return self._seated(due, due.command.call, hold=False)

    def _mute(self, due: Due) -> tuple[Event, ...]:
        return self._seated(due, due.leg, muted=True)

    def _unmute(self, due: Due) -> tuple[Event, ...]:
        return self._seated(due, due.leg, muted=False)

    def _seated(self, due: Due, who: str, **changes: Any) -> tuple[Event, ...]:
        """Change how somebody sits in the conference, unless the mind was changed again since. An
        earlier change comes first: two that are on their way together may overtake each other."""
        if due.call_ended or due.overtaken:
            return ()
        if due.behind or not due.conference:
            raise NotYet
        self.carrier.seat(conference=due.conference, call=who, **changes)
        return ()

    def _redirect(self, due: Due, door: str) -> tuple[Event, ...]:
        if due.call_ended:
            return ()
        made = Addresses(self.keys, self.public_url)
        url = made.of(door, self._meeting(due), due.command.call)
        self.carrier.redirect(call=due.command.call, url=url)
        return ()

    def _meeting(self, due: Due) -> Meeting:
        with self.database.reading() as db:
            dialogue = callers.dialogue(db, due.command.call)
        return Meeting(due.command.offer, due.agent, dialogue)

    def _leg(self, due: Due, sid: str) -> Event:
        return events.LegReported(
            subject=events.call(due.command.call),
            thread=f"leg:{due.command.offer}",
            turn="sent",
            at=self.now(),
            offer=due.command.offer,
            agent=due.agent,
            leg=sid,
            status="queued",
        )

    def _gone(self, due: Due, error: CommandGone) -> None:
        """What was asked for is not possible any more; the floor draws the consequences."""
        log.info("command refused", kind=due.command.kind, code=error.code)
        refused = events.CommandRefused(
            subject=events.call(due.command.call),
            thread=f"refused:{due.command.kind}",
            turn=str(due.command.offer),
            at=self.now(),
            offer=due.command.offer,
            what=due.command.kind,
            code=error.code,
        )
        matters = due.command.kind in ("ring", "fetch")
        self._done(due, "gone", (refused,) if matters else (), str(error))

    def _later(self, due: Due, pause_s: float, error: str, *, sent: bool) -> None:
        if self.now() - due.created_at > GIVE_UP or (due.attempts >= TRIES and sent):
            log.error("command given up", kind=due.command.kind, error=error)
            return self._gone(due, CommandGone(error))
        with self.database.transaction() as db:
            at = self.now() + timedelta(seconds=pause_s)
            outbox.again(db, due.command, at=at, error=error, sent=sent)
        return None

    def _done(self, due: Due, result: str, happened: tuple[Event, ...], error: str = "") -> None:
        with self.database.transaction() as db:
            outbox.done(db, due.command, result, now=self.now(), error=error)
            diary.write(db, happened, now=self.now())
