"""What a carrier can be asked to do with a call. A carrier turns these into its own language."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Spoken:
    """The words of a prompt in ``language``, said by ``voice``, or the ``recording`` of them."""

    text: str
    language: str = "id"
    voice: str = ""
    recording: str = ""  # "jv/greeting": a file that says it, instead of the voice


SILENT = Spoken("")


@dataclass(frozen=True)
class Say:
    """Say a prompt. Two are equal when the prompt is: wording is nobody's business but policy's."""

    prompt: str
    spoken: Spoken = field(default=SILENT, compare=False)


@dataclass(frozen=True)
class Ask:
    """Say prompts and take keys meanwhile: ``digits`` of them, or fewer and ``finish``.

    Silence comes back to us too, as an empty answer after ``timeout_s``.
    """

    says: tuple[Say, ...]
    digits: int = 1
    timeout_s: int = 5
    finish: str = ""


@dataclass(frozen=True)
class Music:
    """About half a minute of music: the pause between two words to somebody who waits."""


@dataclass(frozen=True)
class Listen:
    """Say prompts and play music to somebody who waits: one key, pressed at any time, is an answer.
    Without one the next verb follows."""

    says: tuple[Say, ...] = ()


@dataclass(frozen=True)
class Wait:
    """Stand in a queue until somebody is free; the wait document is asked for meanwhile."""

    queue: str


@dataclass(frozen=True)
class WaitOn:
    """Ask for the next wait document."""


@dataclass(frozen=True)
class GoOn:
    """Ask for the next document at once."""


@dataclass(frozen=True)
class Record:
    """Record what the caller says after a tone, until ``finish``, ``silence_s`` or ``most_s``.

    Nothing said is silence, and comes back to us as that.
    """

    most_s: int = 120
    finish: str = "#"
    silence_s: int = 8


@dataclass(frozen=True)
class Leave:
    """Leave the queue; what follows is asked for at the queue's exit."""


@dataclass(frozen=True)
class Meet:
    """Meet the other one in a conference. ``role``: ``caller`` or ``agent``.

    The conference ends with the caller; when an agent drops, the caller stays.
    """

    room: str
    role: str


@dataclass(frozen=True)
class Forward:
    """Connect with a telephone outside this system; ``shown`` is the number it sees."""

    number: str = field(compare=False)
    shown: str = field(default="", compare=False)


@dataclass(frozen=True)
class Hangup:
    """End the call."""


Verb = Say | Ask | Music | Listen | Wait | WaitOn | GoOn | Record | Leave | Meet | Forward | Hangup
