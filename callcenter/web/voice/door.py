"""The carrier's door: size, signature, account and form, in this order, before any meaning."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import unquote_plus

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
REPORTS = {"voice.status", "voice.leg_status", "voice.room", "voice.text_status"}


def facts() -> Facts:
    """What this webhook says."""
    return g.facts


def dialled() -> str:
    """The line that was dialled, E.164: ``?line=`` where a trunk rewrites ``To``."""
    return phone.normalise(request.args.get("line", "")) or facts().dialled


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
    here = house()
    request.max_content_length = LARGEST  # 413, whether or not the length is told beforehand
    body = request.get_data(cache=True)
    asked = request.query_string
    form = fields(body if request.method == "POST" else asked)
    query = f"?{asked.decode('latin-1')}" if asked else ""
    url = f"{here.settings.voice.public_url}{request.path}{query}"
    signed = request.headers.get("X-Twilio-Signature", "")
    if not here.carrier.genuine(request.method, url, form, signed):
        log.warning("webhook refused", why="signature", endpoint=request.endpoint)
        abort(403)
    said = here.carrier.facts(dict(reversed(form)))
    g.facts, g.body = said, body or asked
    _of_ours_and_well_formed(said, here.settings.carrier.account_sid)
    logs.also_about(call=said.call)


def fields(raw: bytes) -> list[tuple[str, str]]:
    """The fields of a form, blank ones too, in order: 400 when it is none, or too long a one.

    As the standard library reads it, at a third of the cost: most values are blank or plain.
    """
    if raw.count(b"&") >= MOST_FIELDS:
        abort(400)
    try:
        parts = [part.partition("=") for part in raw.decode("ascii").split("&") if part]
        if b"%" not in raw and b"+" not in raw:
            return [(name, value) for name, _, value in parts]
        return [(_plain(name), _plain(value) if value else "") for name, _, value in parts]
    except ValueError:
        abort(400)


@lru_cache(1024)  # the same names and words all day long
def _plain(text: str) -> str:
    return unquote_plus(text, errors="strict") if "%" in text or "+" in text else text


def _of_ours_and_well_formed(said: Facts, account: str) -> None:
    if said.account != account:
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
    return Response(status=503) if nobody_listens() else apology()


def nobody_listens() -> bool:
    """Whether this only tells us something: then it is worth the carrier's retry."""
    if request.endpoint == "voice.left":
        return "facts" in g and facts().queue_result == "hangup"
    return request.endpoint in REPORTS


def apology() -> Response:
    """Words that need no database, then the backup telephone of the line that was dialled."""
    policy = house().policy()
    center = policy.center_of(dialled())
    if center and phone.dialable(center.backup_number):
        forward = Forward(center.backup_number, dialled())
        return document((speech.say("system_down", "id", policy), forward))
    return document((speech.say("all_gone", "id", policy), Hangup()))


def document(verbs: Sequence[Verb], urls: Urls | None = None) -> Response:
    """The carrier's document for these verbs."""
    carrier = house().carrier
    return Response(carrier.render(verbs, urls or Urls()), content_type=carrier.content_type)
