"""What a request means and what is answered: size and method, signature, account, form, and only
then which of our addresses was asked for.

Addresses carry sealed words that this room cannot open. Their first part tells enough: whether
somebody waits in the queue, comes out of it, or is to be told something.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from callcenter.carriers.twilio import signature
from callcenter.fallback import documents
from callcenter.fallback.centers import Known
from callcenter.fallback.notebook import Notebook
from callcenter.fallback.telling import tell
from callcenter.rules import phone
from callcenter.settings import Settings

MOST_FIELDS = 200
CALL = re.compile(r"[A-Za-z0-9_-]{0,128}")
WAITS = 3  # short pauses while the voice server may come back, then out of the queue
TRIES = "#ct=1000&rt=3000&rc=2&rp=ct,rt,5xx"  # as in all addresses that we hand out

REPORTS = frozenset({"status", "leg_status", "room"})  # the carrier tells, and is told nothing
AGENTS = frozenset({"leg", "key", "leg_status", "room"})  # about an agent's telephone
CONNECTED = frozenset({"completed", "answered"})
STRANDED = frozenset({"leave", "queue-full", "error", "system-error"})  # out of a queue, alone


@dataclass(frozen=True)
class Request:
    """One request as it came. ``path`` and ``query`` are raw."""

    method: str
    path: str
    query: str
    body: bytes
    signed: str


@dataclass(frozen=True)
class Asked:
    """A request of the carrier, checked. ``base``: our address by which it came."""

    door: str
    path: str
    base: str
    query: Mapping[str, str]
    form: Mapping[str, str]

    def says(self, name: str) -> str:
        return self.form.get(name, "")

    @property
    def line(self) -> str:
        """The line that was dialled: the one named by a trunk, else what the carrier says."""
        return phone.normalise(self.query.get("line", "")) or (
            phone.normalise(self.says("To") or self.says("Called")) or ""
        )

    @property
    def of_an_agent(self) -> bool:
        """Whether this is about a telephone that we rang, not about a caller."""
        return self.door in AGENTS or self.says("Direction").startswith("outbound")


class Refused(Exception):
    """Not answered: ``status`` is that of HTTP."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class Answering:
    """Answers requests. ``known()`` and ``now()`` are asked anew each time."""

    settings: Settings
    known: Callable[[], Known]
    notebook: Notebook
    now: Callable[[], datetime]

    def answer(self, request: Request) -> bytes | None:
        """The document; None where the carrier only told us something. Raises :class:`Refused`."""
        asked = self._asked(request)
        self._note(asked)
        if asked.door in REPORTS:
            return None
        try:
            return document(asked, self.known())
        except Exception as error:  # whatever broke, the caller hears something
            self._tell("error", "answering broke; the call was ended", error=type(error).__name__)
            return documents.hang_up()

    def _asked(self, request: Request) -> Asked:
        """The request, if the carrier signed it for one of our addresses, and it is of ours."""
        if request.method not in ("GET", "POST"):
            raise Refused(405)
        query = _fields(request.query.encode("latin-1"))
        form = _fields(request.body) if request.method == "POST" else query
        base = self._signed_for(request, form if request.method == "POST" else ())
        said = dict(reversed(form))
        if said.get("AccountSid", "") != self.settings.carrier.account_sid:
            self._tell("warning", "webhook refused", why="account")
            raise Refused(403)
        if not CALL.fullmatch(said.get("CallSid", "")):
            self._tell("warning", "webhook refused", why="malformed")
            raise Refused(400)
        door = request.path.removeprefix("/voice/").partition("/")[0]
        return Asked(door, request.path, base, dict(reversed(query)), said)

    def _signed_for(self, request: Request, form: Sequence[tuple[str, str]]) -> str:
        """Which of our two addresses the request was signed for. Raises :class:`Refused`."""
        tokens = self.settings.carrier.auth_token, self.settings.carrier.auth_token_secondary
        query = f"?{request.query}" if request.query else ""
        for base in (self.settings.fallback.public_url, self.settings.voice.public_url):
            url = f"{base}{request.path}{query}"
            if base and signature.genuine(tokens, url, form, request.signed):
                return base
        self._tell("warning", "webhook refused", why="signature")
        raise Refused(403)

    def _note(self, asked: Asked) -> None:
        """Write down which call was here. A full disk is no reason to leave a caller alone."""
        call = asked.says("CallSid")
        if not call or asked.of_an_agent:
            return
        try:
            left = asked.door == "left" and asked.says("QueueResult") in STRANDED
            self.notebook.note(call, asked.line, self.now(), left=left)
        except OSError as error:
            told = (
                f"[journal] directory cannot be written ({(error.strerror or 'fault').lower()}), "
                "so this call is answered and stands only here. Free the disk, or point it "
                "elsewhere."
            )
            self._tell("error", told, call=call)

    def _tell(self, level: str, event: str, **known: str) -> None:
        tell(level, event, self.now(), **known)


def document(asked: Asked, known: Known) -> bytes:
    """What the caller, or the agent's telephone, is told."""
    match asked.door:
        case "wait":
            return _wait(asked)
        case "left" if asked.says("QueueResult") not in STRANDED:
            return documents.nothing()  # hung up, or on the way to an agent
        case "forwarded" | "dialled":
            return _after_the_backup(asked, known)
        case "farewell" | "survey":
            return documents.hang_up()
        case "met" if asked.says("CallStatus") == "completed":
            return documents.nothing()
        case _ if asked.of_an_agent:
            return documents.hang_up()
    then = f"{asked.base}/voice/dialled{TRIES}"
    return documents.apology(known, asked.line, then=then)


def _wait(asked: Asked) -> bytes:
    """A voice server that is started again finds its queue as it was; one that stays away does
    not keep callers in a queue that nobody serves."""
    turn = asked.query.get("standing", "0")
    turns = int(turn) if turn.isascii() and turn.isdecimal() and len(turn) == 1 else WAITS
    if turns >= WAITS:
        return documents.leave()
    return documents.wait_on(f"{asked.base}{asked.path}?standing={turns + 1}{TRIES}")


def _after_the_backup(asked: Asked, known: Known) -> bytes:
    spoke = asked.says("DialCallStatus") in CONNECTED and asked.says("DialBridged") != "false"
    return documents.hang_up() if spoke else documents.sorry(known)


def _fields(raw: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
            errors="strict",
        )
    except ValueError as error:
        raise Refused(400) from error
