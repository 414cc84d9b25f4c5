"""Fetches a recording's sound. Its address is made of our own base address and the recording's id,
never taken from what somebody tells us, and our password goes to no other place: no redirect is
followed."""

from __future__ import annotations

from callcenter.carriers import CommandFailed, CommandGone

TIMEOUT_S = 10
CHUNK = 64 * 1024
LARGEST = 8 * 1024 * 1024  # two minutes are 2 MiB


def sound(url: str, user: str, secret: str) -> tuple[int, bytes]:
    """The HTTP status, and the sound: at most one byte more than ``LARGEST``."""
    import requests

    try:
        with requests.get(
            url, auth=(user, secret), timeout=TIMEOUT_S, allow_redirects=False, stream=True
        ) as answer:
            sound = bytearray()
            for chunk in answer.iter_content(CHUNK):
                sound += chunk
                if len(sound) > LARGEST:
                    break
            return answer.status_code, bytes(sound[: LARGEST + 1])
    except (requests.RequestException, OSError) as error:
        raise CommandFailed(type(error).__name__) from error


def checked(status: int, body: bytes) -> bytes:
    """The sound that was asked for. Raises Failed or Gone."""
    if status == 200 and 0 < len(body) <= LARGEST:
        return body
    if status in (401, 403, 429) or status >= 500:
        raise CommandFailed(f"HTTP {status}")
    raise CommandGone(f"HTTP {status}, {len(body)} bytes")
