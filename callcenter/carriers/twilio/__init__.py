"""Twilio, and every carrier that speaks its webhooks, TwiML and REST."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from callcenter.carriers import Facts, Urls
from callcenter.carriers.twilio import facts, signature, twiml
from callcenter.carriers.twilio.rest import Rest
from callcenter.rules.verbs import Verb


class Twilio(Rest):
    """See :class:`callcenter.carriers.Carrier`."""

    content_type = "text/xml; charset=utf-8"

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self._tokens = (settings.auth_token, settings.auth_token_secondary)

    def genuine(self, method: str, url: str, form: Sequence[tuple[str, str]], signed: str) -> bool:
        fields = form if method == "POST" else ()  # a GET carries everything in its address
        return signature.genuine(self._tokens, url, fields, signed)

    def facts(self, form: Mapping[str, str]) -> Facts:
        return facts.facts(form)

    def render(self, verbs: Sequence[Verb], urls: Urls) -> bytes:
        return twiml.render(verbs, urls)
