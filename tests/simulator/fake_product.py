"""A product of a few lines for the network to talk to: documents by path, and all it was told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask, Response, request
from twilio.request_validator import RequestValidator

from callcenter.simulator.config import LineConfig, NetworkConfig, PhoneConfig

SID = "AC" + "0" * 32
TOKEN = "test-token-0123456789abcdef0123"
BASE = "http://product.test"
START = datetime(2020, 4, 13, 2, 0, tzinfo=UTC)  # 09:00 WIB
LINE, SECOND_LINE = "+62318293097", "+62318280254"
AGENT, SECOND_AGENT = "+6281100000001", "+6281100000002"
CALLER, SECOND_CALLER = "+6281234567890", "+6281234567891"


@dataclass(frozen=True)
class Heard:
    """One request of the network. ``signed`` is what Twilio's own validator says of it."""

    path: str
    method: str
    form: dict[str, str]
    headers: dict[str, str]
    signed: bool
    query: str = ""


class Product:
    """Set ``documents[path]`` to TwiML, to (status, text), or to a function of the form."""

    def __init__(self, base: str = BASE):
        self.base = base
        reports = ("/status", "/leg-status", "/child", "/room")
        self.documents: dict[str, object] = dict.fromkeys(reports, "<Response/>")
        self.heard: list[Heard] = []
        self.app = Flask("fake_product")
        self.app.add_url_rule("/<path:path>", "any", self._answer, methods=["GET", "POST"])

    def url(self, path: str) -> str:
        return self.base + path

    def says(self, path: str, *verbs: str) -> None:
        self.documents[path] = f"<Response>{''.join(verbs)}</Response>"

    def told(self, path: str) -> list[dict[str, str]]:
        """The forms that came to one path, in order."""
        return [heard.form for heard in self.heard if heard.path == path]

    def paths(self) -> list[str]:
        return [heard.path for heard in self.heard]

    def _answer(self, path: str) -> Response:
        form = dict(request.form)
        url = self.base + request.full_path.rstrip("?")
        signature = request.headers.get("X-Twilio-Signature", "")
        signed = RequestValidator(TOKEN).validate(url, form, signature)
        query = request.query_string.decode()
        self.heard.append(
            Heard(f"/{path}", request.method, form, dict(request.headers), signed, query)
        )
        document = self.documents.get(f"/{path}", (404, "nothing here"))
        if isinstance(document, Callable):
            document = document(form)
        if isinstance(document, Response):
            return document
        status, text = document if isinstance(document, tuple) else (200, document)
        return Response(text, status, content_type="text/xml; charset=utf-8")


def config(product: Product, *, fallback: str = "", **more) -> NetworkConfig:
    """A network of two lines and two telephones; ``more`` are other fields of its config."""
    lines = tuple(
        LineConfig(number, product.url("/voice"), fallback, product.url("/status"))
        for number in (LINE, SECOND_LINE)
    )
    phones = (PhoneConfig(AGENT, "Petugas 1"), PhoneConfig(SECOND_AGENT, "Petugas 2"))
    return NetworkConfig(SID, TOKEN, lines, phones, **({"seed": 1} | more))


def words(call) -> list[str]:
    """All that the person on a call has heard."""
    return [said.text for said in call.said]


def kinds(network, *wanted: str) -> list[dict]:
    """The entries of these kinds in the network's log."""
    return [entry for entry in network.log if entry["kind"] in wanted]
