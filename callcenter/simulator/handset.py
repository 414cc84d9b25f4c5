"""The handset: its page, and the JSON by which the page and programs use telephones."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request

from . import views
from .calls import Call, Phone, number
from .network import Network, Refused, Unknown

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
MODES = ("on", "busy", "off")


def blueprint(network: Network) -> Blueprint:
    """The page at ``/`` and all below ``/handset``."""
    page = Blueprint("handset", __name__, template_folder="page", static_folder="page")
    page.before_request(_only_json)
    page.after_request(_headers)
    page.register_error_handler(Unknown, lambda error: ({"error": str(error)}, 404))
    page.register_error_handler(Refused, lambda error: ({"error": str(error)}, 409))
    page.add_url_rule("/", "index", lambda: render_template("handset.html"))
    _calls(page, network)
    _phones(page, network)
    _sight(page, network)
    return page


def _only_json() -> None:
    """Other pages cannot post JSON here, so no other page can dial."""
    if request.method == "POST" and not request.is_json:
        abort(415)


def _headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _word(name: str, default: str = "") -> str:
    """A text of the JSON body; the body must be an object and the text a text."""
    asked = request.get_json()
    value = asked.get(name, default) if isinstance(asked, dict) else None
    if not isinstance(value, str):
        abort(400)
    return value


def _calls(page: Blueprint, network: Network) -> None:
    @page.post("/handset/calls")
    def dial() -> tuple[Response, int]:
        """Call one of our lines. ``keep`` = "yes" puts a telephone at the caller's number."""
        caller, line, keep = number(_word("from")), _word("to"), _word("keep") == "yes"

        def start() -> Call:
            call = network.dial(line, caller)
            if keep and caller.startswith("+") and caller not in network.phones:
                network.install(caller, "Penelepon")
            return call

        return jsonify(sid=network.clock.ask(start).sid), 201

    @page.get("/handset/calls/<sid>")
    def look(sid: str) -> Response:
        return _do(network, lambda: _call(network, sid), lambda call: None)

    @page.post("/handset/calls/<sid>/keys")
    def press(sid: str) -> Response:
        keys = _word("digits")
        return _do(network, lambda: _call(network, sid), lambda call: network.press(call, keys))

    @page.post("/handset/calls/<sid>/hangup")
    def hang_up(sid: str) -> Response:
        return _do(
            network,
            lambda: _call(network, sid),
            lambda call: network.hang_up(call, by="person"),
        )


def _phones(page: Blueprint, network: Network) -> None:
    def act(number: str, what: Callable[[Call], Any]) -> Response:
        return _do(network, lambda: _in_call(network, number), what)

    @page.post("/handset/phones")
    def install() -> tuple[Response, int]:
        """Put a telephone at a number, or set the one there: ``mode`` is on, busy or off."""
        at, label, mode = number(_word("number")), _word("label"), _word("mode", "on")
        if mode not in MODES or not at.startswith(("+", "client:")):
            abort(400)
        phone = network.clock.ask(
            lambda: views.phone(network, network.install(at, label, mode=mode))
        )
        return jsonify(phone), 201

    @page.get("/handset/phones/<at>")
    def phone_now(at: str) -> Response:
        return jsonify(network.clock.ask(lambda: views.phone(network, _phone(network, at))))

    @page.post("/handset/phones/<at>/answer")
    def answer(at: str) -> Response:
        return act(at, lambda call: network.answer(call.to))

    @page.post("/handset/phones/<at>/reject")
    def reject(at: str) -> Response:
        return act(at, lambda call: network.reject(call.to))

    @page.post("/handset/phones/<at>/keys")
    def press_there(at: str) -> Response:
        keys = _word("digits")
        return act(at, lambda call: network.press(call, keys))

    @page.post("/handset/phones/<at>/hangup")
    def hang_up_there(at: str) -> Response:
        return act(at, lambda call: network.hang_up(call, by="person", status=_end(call)))


def _sight(page: Blueprint, network: Network) -> None:
    @page.get("/handset/state")
    def state() -> Response:
        """Everything for the page; 304 while nothing has happened."""
        seen = network.clock.ask(lambda: views.everything(network))
        answer = jsonify(seen)
        answer.set_etag(str(seen["version"]))
        answer.cache_control.no_cache = True
        answer.make_conditional(request)
        return answer

    @page.get("/handset/log")
    def log() -> Response:
        """What happened on the network after entry number ``after``."""
        after = request.args.get("after", 0, int)
        return jsonify(entries=network.clock.ask(lambda: network.log[max(0, after) :]))


def _do(network: Network, find: Callable[[], Call], what: Callable[[Call], Any]) -> Response:
    """Do something to a call and show what has become of it."""

    def act() -> dict[str, Any]:
        call = find()
        what(call)
        return views.call(network, call)

    return jsonify(network.clock.ask(act))


def _end(call: Call) -> str:
    """A telephone that is hung up while it rings has refused the call."""
    return "completed" if call.answered_at else "busy"


def _call(network: Network, sid: str) -> Call:
    if sid not in network.calls:
        raise Unknown(f"there is no call {sid}")
    return network.calls[sid]


def _phone(network: Network, at: str) -> Phone:
    """A number nobody has put a telephone at can be looked at too: it is off."""
    return network.phones.get(number(at)) or Phone(number(at), "", mode="off")


def _in_call(network: Network, at: str) -> Call:
    """The call a telephone was rung for. Raises ``Refused`` when there is none."""
    for call in network.live.values():
        if call.to == number(at) and call.direction != "inbound":
            return call
    raise Refused(f"the telephone at {number(at)} is in no call")
