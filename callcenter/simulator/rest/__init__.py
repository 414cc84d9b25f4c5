"""The part of Twilio's REST interface that a call center uses, below ``/2010-04-01/Accounts``.

Strict where the real one is lenient: a parameter this network does not know is refused, so that
a misspelt one is found here and not on the first day.
"""

import hmac
from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request

from ..network import Network
from . import calls, conferences, messages, numbers, queues, recordings
from .wording import Answer, Asked, Problem, Routes, missing, uri

METHODS = ("GET", "POST", "PUT", "DELETE")
ROUTES: Routes = {
    **calls.ROUTES,
    **queues.ROUTES,
    **conferences.ROUTES,
    **numbers.ROUTES,
    **messages.ROUTES,
    **recordings.ROUTES,
}


def blueprint(network: Network) -> Blueprint:
    """All routes of the account of ``network``."""
    rest = Blueprint("rest", __name__, url_prefix="/2010-04-01/Accounts/<account>")

    @rest.before_request
    def check() -> Response | None:
        """Basic auth with the account's SID and token; no other account exists."""
        account, given = (request.view_args or {}).pop("account"), request.authorization
        sid, token = (given.username, given.password) if given else ("", "")
        known = account == network.account_sid == sid
        right = network.config.auth_token.encode()
        if known and hmac.compare_digest((token or "").encode(), right):
            return None
        return _refusal(Problem(401, 20003, "Authenticate"))

    for (method, path), action in ROUTES.items():
        name = f"{method} {path}".replace(".", "_")
        rest.add_url_rule(path, name, _view(network, action), methods=[method])
    rest.add_url_rule("/Recordings/<sid>.wav", "sound", recordings.media(network))
    rest.add_url_rule("/<path:path>", "absent", _view(network, _absent), methods=METHODS)
    return rest


def _absent(network: Network, asked: Asked, path: str) -> Answer:
    raise missing(uri(network, f"/{path}"))


def _view(network: Network, action: Callable[..., Answer]) -> Callable[..., Response]:
    """One route: its action runs on the loop; what it refuses becomes Twilio's kind of JSON."""

    def view(**keys: str) -> Response:
        given = request.args if request.method == "GET" else request.form
        asked = given.to_dict(flat=False)
        try:
            answer, status = network.clock.ask(lambda: action(network, asked, **keys))
        except Problem as problem:
            _note(network, problem.status)
            return _refusal(problem)
        _note(network, status)
        if status == 204:
            return Response(status=204)
        return _json(answer, status)

    return view


def _note(network: Network, status: int) -> None:
    method, path = request.method, request.path.split(network.account_sid, 1)[1]
    network.clock.ask(lambda: network.note("rest", None, method=method, path=path, status=status))


def _refusal(problem: Problem) -> Response:
    answer = {
        "code": problem.code,
        "message": str(problem),
        "more_info": f"https://www.twilio.com/docs/errors/{problem.code}",
        "status": problem.status,
    }
    return _json(answer, problem.status)


def _json(answer: dict, status: int) -> Response:
    response = jsonify(answer)
    response.status_code = status
    return response
