"""The carrier's door: size, signature, account and form, in this order, before any meaning."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

import structlog
from flask import Blueprint, Response, abort, current_app, g, request

from callcenter import logs
from callcenter.addresses import Addresses
from callcenter.carriers import Facts, Urls
from callcenter.records.sealing import SealBroken
from callcenter.rules import phone, speech
from callcenter.rules.verbs import Forward, Hangup, Verb
from callcenter.web.house import house

door = Blueprint("voice", __name__, url_prefix="/voice")
log = structlog.get_logger("voice")

LARGEST = 64 * 1024
MOST_FIELDS = 200
OPEN = {"voice.music", "voice.recording"}  # what is public anyway: music and recorded sentences
METHODS = ["GET", "POST"]


def facts() -> Facts:
    """What this webhook says."""
    return g.facts


def addresses() -> Addresses:
    """Where the carrier will find us next."""
    return current_app.extensions["callcenter.addresses"]


@door.before_request
def only_the_carrier() -> None:
    """Refuse whatever the carrier did not sign for this address, before anything is read into it.

    The address is the configured one, never what Host or a proxy's header claims.
    """
    if request.endpoint in OPEN:
        return
    request.max_content_length = LARGEST  # 413, whether or not the length is told beforehand
    body = request.get_data(cache=True)
    form = _fields(body if request.method == "POST" else request.query_string)
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    url = f"{house().settings.voice.public_url}{request.path}{query}"
    signed = request.headers.get("X-Twilio-Signature", "")
    if not house().carrier.genuine(request.method, url, form, signed):
        log.warning("webhook refused", why="signature", endpoint=request.endpoint)
        abort(403)
    g.facts = house().carrier.facts(dict(reversed(form)))
    g.body = body or request.query_string
    _of_ours_and_well_formed(g.facts)
    logs.also_about(call=g.facts.call)


def _fields(raw: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
            errors="strict",
        )
    except (UnicodeDecodeError, ValueError):
        abort(400)


def _of_ours_and_well_formed(said: Facts) -> None:
    if said.account != house().settings.carrier.account_sid:
        log.warning("webhook refused", why="account", endpoint=request.endpoint)
        abort(403)
    if said.malformed or "\x00" in said.call:
        log.warning("webhook refused", why="malformed", field=said.malformed)
        abort(400)


@door.errorhandler(SealBroken)
def not_our_token(_: SealBroken) -> Response:
    """A token of another call or door, or an altered one: nothing is told, nothing is done."""
    log.warning("webhook refused", why="token", endpoint=request.endpoint)
    return Response(status=400)


@door.errorhandler(Exception)
def still_answer(error: Exception) -> Response:
    """Whatever broke, the caller hears a sentence and reaches the center's other telephone."""
    if isinstance(code := getattr(error, "code", None), int):
        return Response(status=code)
    kind = type(error).__name__
    log.error("webhook failed", error=kind, endpoint=request.endpoint, exc_info=error)
    if request.endpoint in ("voice.status", "voice.leg_status", "voice.room"):
        return Response(status=503)  # a report is worth the carrier's retry
    return apology()


def apology() -> Response:
    """Words that need no database, then the backup telephone of the line that was dialled."""
    policy = house().policy()
    center = policy.center_of(facts().dialled)
    if center and phone.dialable(center.backup_number):
        forward = Forward(center.backup_number, facts().dialled)
        return document((speech.say("system_down", "id", policy), forward))
    return document((speech.say("all_gone", "id", policy), Hangup()))


def document(verbs: Sequence[Verb], urls: Urls | None = None) -> Response:
    """The carrier's document for these verbs."""
    carrier = house().carrier
    return Response(carrier.render(verbs, urls or Urls()), content_type=carrier.content_type)
