"""What the carrier is told: short documents in TwiML, each valid in the place it is asked for."""

from xml.sax.saxutils import escape, quoteattr

from callcenter.fallback.centers import Known

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
RING_S = 30
TALK_S = 3600  # nobody watches the cost of these calls
PAUSE_S = 5


def nothing() -> bytes:
    """The call goes on as it is, or is over."""
    return _response("")


def hang_up() -> bytes:
    return _response("<Hangup/>")


def sorry(known: Known) -> bytes:
    """Nobody can take the call."""
    return _response(_say(known, known.all_gone) + "<Hangup/>")


def apology(known: Known, line: str, *, then: str) -> bytes:
    """Words, then the backup telephone of ``line``, which sees the line as the caller; ``then``
    is the address asked for afterwards. Without such a telephone only words."""
    number = known.backup(line)
    if not number:
        return sorry(known)
    return _response(_say(known, known.system_down) + _dial(number, line, then))


def static(known: Known, line: str) -> bytes:
    """The same for a plain web server or the carrier's own shelf: nobody is asked afterwards."""
    number = known.backup(line)
    if not number:
        return sorry(known)
    said, gone = _say(known, known.system_down), _say(known, known.all_gone)
    return _response(f"{said}{_dial(number, line, '')}{gone}<Hangup/>")


def wait_on(url: str) -> bytes:
    """To somebody in the queue: stay, and ask again at ``url``."""
    return _response(f'<Pause length="{PAUSE_S}"/><Redirect>{escape(url)}</Redirect>')


def leave() -> bytes:
    """To somebody in the queue: out of it. What follows is asked for at the queue's exit."""
    return _response("<Leave/>")


def _say(known: Known, text: str) -> str:
    return f'<Say language="id-ID" voice={quoteattr(known.voice)}>{escape(text)}</Say>'


def _dial(number: str, line: str, then: str) -> str:
    action = f" action={quoteattr(then)}" if then else ""
    return (
        f'<Dial{action} callerId={quoteattr(line)} timeout="{RING_S}" timeLimit="{TALK_S}">'
        f"<Number>{escape(number)}</Number></Dial>"
    )


def _response(inside: str) -> bytes:
    return f"{HEAD}<Response>{inside}</Response>".encode()
