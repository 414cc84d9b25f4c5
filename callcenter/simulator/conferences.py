"""Conferences: who sits in them, who hears whom, and what the product is told about it."""

from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from .calls import Call, Callback, Target
from .script import Over, Stirred
from .webhooks import Postbox

if TYPE_CHECKING:
    from .network import Network

EVENT_GROUPS = {  # the word in statusCallbackEvent that asks for each event
    "conference-start": "start",
    "conference-end": "end",
    "participant-join": "join",
    "participant-leave": "leave",
    "participant-mute": "mute",
    "participant-unmute": "mute",
    "participant-hold": "hold",
    "participant-unhold": "hold",
    "participant-modify": "modify",
}


def word(value: bool) -> str:
    return "true" if value else "false"


@dataclass(eq=False)
class Seat:
    """One participant. ``wait`` is heard before the start, ``hold_music`` on hold."""

    call: Call
    conference: "Conference"
    label: str = ""
    muted: bool = False
    start_on_enter: bool = True
    end_on_exit: bool = False
    beep: str = "true"
    wait: Target | None = None  # None: the carrier's music; an empty address: silence
    hold: bool = False
    hold_music: Target | None = None
    coaching: bool = False
    coaches: str = ""  # the call that alone hears a coaching participant
    joined_at: datetime | None = None

    @property
    def state(self) -> str:
        if self.hold:
            return "held"
        alone = len(self.conference.seats) < 2
        return "waiting" if self.conference.status == "init" or alone else "talking"

    def hears(self, other: "Seat") -> bool:
        """Whether this participant hears the other one now."""
        if self is other or self.conference.status != "in-progress":
            return False
        if self.hold or other.hold or other.muted:
            return False
        return not other.coaching or other.coaches == self.call.sid


@dataclass(eq=False)
class Conference:
    """A room. It starts with two participants of whom one may start it, and ends empty."""

    network: "Network"
    sid: str
    name: str
    created_at: datetime
    updated_at: datetime
    postbox: Postbox
    callback: Callback | None = None  # that of the first participant
    status: str = "init"
    seats: list[Seat] = field(default_factory=list)
    told: int = 0  # SequenceNumber of the last callback
    reason_ended: str | None = None
    ended_by: str | None = None

    def seat(self, key: str) -> Seat | None:
        """The participant with this CallSid or label."""
        return next((s for s in self.seats if key in (s.call.sid, s.label or s.call.sid)), None)

    def join(self, seat: Seat, callback: Callback) -> None:
        if self.callback is None:
            self.callback = callback
        seat.joined_at = self.network.now()
        self.seats.append(seat)
        starts = self.status == "init" and len(self.seats) > 1
        if starts and any(other.start_on_enter for other in self.seats):
            self.status = "in-progress"
            self._tell("conference-start")
            self.stir(except_for=seat)
        self.network.note("joined-conference", seat.call, conference=self.name, label=seat.label)
        self._tell("participant-join", seat)
        self._beep(seat, "onEnter")

    def leave(self, seat: Seat, why: str) -> None:
        """Take a participant out; the room ends with its last one, or with one who ends it."""
        if seat not in self.seats:
            return
        self._remove(seat, why)
        if seat.end_on_exit:
            kicked = "kicked" if why == "participant_kicked" else "left"
            self.end(f"participant-with-end-conference-on-exit-{kicked}", seat)
        elif not self.seats:
            self.end(
                "last-participant-kicked"
                if why == "participant_kicked"
                else "last-participant-left",
                seat,
            )
        else:
            self._beep(seat, "onExit")

    def end(self, reason: str, by: Seat | None = None) -> None:
        """End it for all who are left; their calls go on with whatever follows the Dial."""
        if self.status == "completed":
            return
        self.status, self.reason_ended = "completed", reason
        self.ended_by = by.call.sid if by else None
        for seat in list(self.seats):
            self._remove(seat, "conference_ended")
            self.dismiss(seat)
        self.network.note("conference-ended", None, conference=self.name, reason=reason)
        end = [("ReasonConferenceEnded", reason), ("Reason", reason.replace("-", " "))]
        if by:
            end.append(("CallSidEndingConference", by.call.sid))
        if by and by.label:
            end.append(("ParticipantLabelEndingConference", by.label))
        self._tell("conference-end", None, end)

    def kick(self, seat: Seat) -> None:
        self.leave(seat, "participant_kicked")
        self.dismiss(seat)

    def dismiss(self, seat: Seat) -> None:
        seat.call.task.interrupt(Over(), when=lambda: seat.call.seat is seat)

    def set_hold(self, seat: Seat, hold: bool, music: Target | None) -> None:
        seat.hold, seat.hold_music = hold, music
        self.network.note("held" if hold else "unheld", seat.call, conference=self.name)
        self._tell("participant-hold" if hold else "participant-unhold", seat)
        self.stir(only=seat)

    def set_muted(self, seat: Seat, muted: bool) -> None:
        seat.muted = muted
        self.network.note("muted" if muted else "unmuted", seat.call, conference=self.name)
        self._tell("participant-mute" if muted else "participant-unmute", seat)

    def modify(self, seat: Seat, changes: dict[str, Any]) -> None:
        """Change fields of a seat: ``end_on_exit``, ``beep``, ``coaching``, ``coaches``."""
        for field_, value in changes.items():
            setattr(seat, field_, value)
        self.network.note("modified", seat.call, conference=self.name, **changes)
        self._tell("participant-modify", seat)

    def stir(self, *, only: Seat | None = None, except_for: Seat | None = None) -> None:
        """Make participants listen anew: what they hear in the background has changed."""
        for seat in [only] if only else self.seats:
            if seat is not except_for:
                _stir(seat)

    def _remove(self, seat: Seat, why: str) -> None:
        self.seats.remove(seat)
        self.network.note("left-conference", seat.call, conference=self.name, why=why)
        left = [("ParticipantCallStatus", seat.call.status), ("ReasonParticipantLeft", why)]
        self._tell("participant-leave", seat, left)

    def _beep(self, seat: Seat, moment: str) -> None:
        if seat.beep in ("true", moment) and self.status == "in-progress":
            for other in self.seats:
                if other is not seat:
                    self.network.say(other.call, "Beep", "(bip)", "")

    def _tell(
        self, event: str, seat: Seat | None = None, more: list[tuple[str, str]] | None = None
    ) -> None:
        self.updated_at = self.network.now()
        if not self.callback or not self.callback.url:
            return
        if EVENT_GROUPS[event] not in self.callback.events:
            return
        self.told += 1
        form = [
            ("ConferenceSid", self.sid),
            ("FriendlyName", self.name),
            ("AccountSid", self.network.account_sid),
            ("SequenceNumber", str(self.told)),
            ("Timestamp", format_datetime(self.updated_at)),
            ("StatusCallbackEvent", event),
            *(_about(seat) if seat else ()),
            *(more or ()),
        ]
        self.network.report(self.postbox, self.callback, tuple(form))


def _stir(seat: Seat) -> None:
    seat.call.task.interrupt(Stirred(), when=lambda: seat.call.seat is seat)


def _about(seat: Seat) -> list[tuple[str, str]]:
    form = [
        ("CallSid", seat.call.sid),
        ("Muted", word(seat.muted)),
        ("Hold", word(seat.hold)),
        ("Coaching", word(seat.coaching)),
        ("EndConferenceOnExit", word(seat.end_on_exit)),
        ("StartConferenceOnEnter", word(seat.start_on_enter)),
    ]
    if seat.coaching:
        form.append(("CallSidToCoach", seat.coaches))
    if seat.label:
        form.append(("ParticipantLabel", seat.label))
    return form
