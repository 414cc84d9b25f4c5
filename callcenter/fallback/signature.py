"""The carrier's signature, checked once more: this room leans on no other carrier code."""

import base64
import hmac
from collections.abc import Iterable, Sequence

LENGTH = 28  # base64 of 20 bytes


def sign(token: str, url: str, form: Iterable[tuple[str, str]]) -> str:
    """HMAC-SHA1 over the address, its query included, and the sorted fields, blank ones too."""
    fields = "".join(f"{key}{value}" for key, value in sorted(set(form)))
    return base64.b64encode(hmac.digest(token.encode(), f"{url}{fields}".encode(), "sha1")).decode()


def genuine(
    tokens: Sequence[str], url: str, form: Sequence[tuple[str, str]], signature: str
) -> bool:
    """Whether one of ``tokens`` made ``signature``. Without a token nothing is genuine."""
    if len(signature) != LENGTH or not signature.isascii():
        return False
    return any(hmac.compare_digest(sign(token, url, form), signature) for token in tokens if token)
