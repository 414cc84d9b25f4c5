"""A telephone network that brings calls at a steady rate and does what our documents say.

It speaks signed webhooks and retries as the carrier does, by the rules that our addresses carry: a
connection that fails or takes a second, an answer that takes three, or a 5xx, is tried again, twice
at most, with the same fields and the same idempotency token. As a program it takes a plan (JSON) on
standard input and prints the ledger: one line (JSON) for each webhook, with what came of it.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

from twilio.request_validator import RequestValidator

CONNECT_S, READ_S, RETRIES = 1.0, 3.0, 2  # #ct=1000&rt=3000&rc=2&rp=ct,rt,5xx
VERBS = {"Say", "Play", "Gather", "Enqueue", "Redirect", "Leave", "Dial", "Hangup", "Pause"}
FORM = "application/x-www-form-urlencoded; charset=UTF-8"
ONE_IN = 8  # callers who hide their number


@dataclass(frozen=True)
class Plan:
    """How many calls to bring, and where."""

    base: str
    account: str
    token: str
    lines: Sequence[str]
    rate: float  # calls a second
    seconds: float
    seed: int


@dataclass
class Webhook:
    """One webhook and what came of it. ``kinds``: the events that a 2xx stands for."""

    call: str
    step: str
    kinds: list[str]
    number: str = ""  # of the caller, who must be known when this is acknowledged
    at: float = 0.0  # seconds since the plan began
    ms: float = 0.0  # from the first attempt to the last answer
    failures: list[str] = field(default_factory=list)  # of attempts, in order
    status: int = 0  # of the last answer; 0: there was none
    fault: str = ""  # what is wrong with an answer that came
    apology: bool = False  # answered for a caller of whom nothing could be written down

    @property
    def acknowledged(self) -> bool:
        return 200 <= self.status < 300 and not self.apology


class NotAnswered(Exception):
    """No attempt brought an answer that a carrier can use: the caller hears a fault."""


class Network:
    """The calls of one plan, and their ledger."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.validator = RequestValidator(plan.token)
        self.ledger: list[Webhook] = []
        self.begun = time.monotonic()
        parts = urlsplit(plan.base)
        self.place = parts.hostname, parts.port

    async def run(self) -> None:
        """Bring every call at its moment, whatever became of those before; SIGTERM ends it."""
        calls, over = [], asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
        for number in range(round(self.plan.rate * self.plan.seconds)):
            pause = self.begun + number / self.plan.rate - time.monotonic()
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), max(pause, 0))
            if over.is_set():
                break
            calls.append(asyncio.create_task(self.call(number)))
        await asyncio.gather(*calls)

    async def call(self, number: int) -> None:
        with suppress(NotAnswered):
            await Call(self, number).live()

    async def send(self, hook: Webhook, url: str, form: dict[str, str]) -> ElementTree.Element:
        """Send as the carrier does: the document, empty for a 204. Raises :class:`NotAnswered`."""
        self.ledger.append(hook)
        url = url.partition("#")[0]
        signed = self.validator.compute_signature(url, form)
        request = self.request(url, urlencode(form).encode(), signed)
        begun = time.monotonic()
        hook.at = begun - self.begun
        try:
            return await self.attempts(hook, request)
        finally:
            hook.ms = (time.monotonic() - begun) * 1000

    async def attempts(self, hook: Webhook, request: bytes) -> ElementTree.Element:
        for _ in range(1 + RETRIES):
            try:
                hook.status, body = await self.attempt(request)
            except (OSError, EOFError) as error:  # not there, too late, or not whole
                hook.failures.append(type(error).__name__)
                continue
            if hook.status < 500:
                return read(hook, body)
            hook.failures.append(str(hook.status))
        raise NotAnswered

    async def attempt(self, request: bytes) -> tuple[int, bytes]:
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection(*self.place), timeout=CONNECT_S
        )
        try:
            writer.write(request)
            return await asyncio.wait_for(answer(reader), timeout=READ_S)
        finally:
            writer.close()

    def request(self, url: str, body: bytes, signed: str) -> bytes:
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        lines = (
            f"POST {target} HTTP/1.1",
            f"Host: {parts.netloc}",
            "User-Agent: TwilioProxy/1.1",
            f"Content-Type: {FORM}",
            f"Content-Length: {len(body)}",
            f"X-Twilio-Signature: {signed}",
            f"I-Twilio-Idempotency-Token: {uuid.uuid4()}",
            "Connection: close",
        )
        return "\r\n".join((*lines, "", "")).encode("latin-1") + body


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status = int(head.split(None, 2)[1])
    length = head.partition("content-length:")[2].split("\r\n", 1)[0].strip()
    return status, await reader.readexactly(int(length or 0))


def read(hook: Webhook, body: bytes) -> ElementTree.Element:
    """The document of an answer; raises :class:`NotAnswered` when a carrier could not use it."""
    if hook.status == 204 and not body:
        return ElementTree.Element("Response")
    try:
        document = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        hook.fault = "no document"
        raise NotAnswered from None
    strange = {verb.tag for verb in document} - VERBS
    if hook.status != 200 or document.tag != "Response" or strange:
        hook.fault = f"{document.tag} {sorted(strange)}"
        raise NotAnswered
    return document


class Call:
    """One caller: rings, presses a key or two, waits for as long as patience lasts, hangs up."""

    def __init__(self, network: Network, number: int) -> None:
        plan = network.plan
        self.network, self.chance = network, Random(f"{plan.seed}-{number}")
        self.sid = f"CA{self.chance.getrandbits(128):032x}"
        hidden = number % ONE_IN == 0
        self.number = "" if hidden else f"+62812{plan.seed % 10_000:04d}{number:05d}"
        self.line = plan.lines[number % len(plan.lines)]
        self.keys = self.chance.choice((("0",), ("1", "0"), ("1",), ("0",)))
        self.patience = self.chance.randint(1, 5)  # wait documents
        self.entry = 0

    async def live(self) -> None:
        document = await self.posts("incoming", "/voice/incoming", ["CallArrived"], who=True)
        for pressed in self.keys:
            gather = document.find("Gather")
            if gather is None:
                break
            await self.moment()
            kinds = ["MenuChosen"] if pressed == "0" and self.keys[0] != "0" else ["LanguageChosen"]
            kinds += ["QueueEntered"] if pressed == "0" else []
            document = await self.posts("answer", address(gather), kinds, Digits=pressed)
        enqueue = document.find("Enqueue")
        if enqueue is not None:
            document = await self.waits(enqueue)
        await self.leaves(document, enqueue)

    async def waits(self, enqueue: ElementTree.Element) -> ElementTree.Element:
        """Hear wait documents until patience ends, or until one sends the caller away."""
        url, document = enqueue.get("waitUrl", ""), enqueue
        for turn in range(self.patience):
            document = await self.posts(
                "wait", url, [], QueueSid="QU1", QueuePosition="1", QueueTime=str(turn)
            )
            sent_away = document.find("Leave") is not None
            self.sent.kinds = ["WaitEnded"] if sent_away else ["Waited"]
            if sent_away:
                return await self.left(enqueue, "leave")
            await self.moment()
            if document.find("Redirect") is not None:
                url = document.findtext("Redirect", "")
        return document

    async def left(self, enqueue: ElementTree.Element, result: str) -> ElementTree.Element:
        told = {"QueueResult": result, "QueueTime": "3", "QueueSid": "QU1"}
        return await self.posts(f"left {result}", enqueue.get("action", ""), ["QueueLeft"], **told)

    async def leaves(
        self, document: ElementTree.Element, enqueue: ElementTree.Element | None
    ) -> None:
        """The end of the call: its reports come at once and in no order."""
        dial = document.find("Dial")
        if dial is not None and dial.get("action"):
            await self.moment()
            dialled = {"DialCallStatus": "completed", "DialBridged": "true"}
            await self.posts("forwarded", dial.get("action", ""), [], **dialled)
        reports = [self.status()]
        if enqueue is not None and dial is None and document.find("Hangup") is None:
            reports.append(self.left(enqueue, "hangup"))
        self.chance.shuffle(reports)
        for outcome in await asyncio.gather(*reports, return_exceptions=True):
            if isinstance(outcome, Exception) and not isinstance(outcome, NotAnswered):
                raise outcome

    async def status(self) -> ElementTree.Element:
        told = {"CallStatus": "completed", "CallDuration": "9", "SequenceNumber": "0"}
        return await self.posts("status", "/voice/status", ["CallReported"], **told)

    async def posts(
        self, step: str, where: str, kinds: list[str], *, who: bool = False, **fields: str
    ) -> ElementTree.Element:
        plan = self.network.plan
        form = {
            "AccountSid": plan.account,
            "CallSid": self.sid,
            "From": self.number or "anonymous",
            "To": self.line,
            "Direction": "inbound",
            "CallStatus": "in-progress",
            "FromCity": "",
            **fields,
        }
        url = where if where.startswith("http") else plan.base + where
        self.sent = hook = Webhook(self.sid, step, kinds, self.number if who else "")
        document = await self.network.send(hook, url, form)
        hook.apology = apologises(step, document)
        return document

    async def moment(self) -> None:
        await asyncio.sleep(self.chance.uniform(0.1, 0.9))


def apologises(step: str, document: ElementTree.Element) -> bool:
    """Whether this is the door's word when it could keep nothing: the backup telephone, or
    good-bye, to somebody who asked for neither."""
    if step.startswith(("left", "forwarded", "status")):
        return False
    return document.find("Dial") is not None or document.find("Hangup") is not None


def address(gather: ElementTree.Element) -> str:
    return gather.get("action", "")


def lines(ledger: Sequence[Webhook]) -> Iterator[str]:
    return (json.dumps(asdict(hook)) for hook in ledger)


async def bring(told: dict[str, Any]) -> Sequence[Webhook]:
    network = Network(Plan(**told))
    await network.run()
    return network.ledger


def main() -> int:
    for line in lines(asyncio.run(bring(json.load(sys.stdin)))):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
