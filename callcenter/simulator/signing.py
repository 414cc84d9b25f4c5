"""The signature a carrier puts on its requests, so that nobody else can pretend to be it."""

import hmac
from base64 import b64encode
from collections.abc import Iterable

Form = tuple[tuple[str, str], ...]


def signature(url: str, form: Iterable[tuple[str, str]], token: str) -> str:
    """Base64 of HMAC-SHA1 over the URL followed by every key and value, sorted by key.

    Blank values count. Of a repeated key each different value counts once, sorted. ``url`` is
    the one requested, with its query and without fragment.
    """
    values: dict[str, set[str]] = {}
    for key, value in form:
        values.setdefault(key, set()).add(value)
    text = url + "".join(key + value for key in sorted(values) for value in sorted(values[key]))
    return b64encode(hmac.digest(token.encode(), text.encode(), "sha1")).decode()
