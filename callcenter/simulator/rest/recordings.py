"""Recordings by REST: their sound, and deleting them. Nobody speaks on this network: silence."""

import io
import wave
from collections.abc import Callable

from flask import Response

from ..network import Network
from .wording import Answer, Asked, Parameters, Routes, missing, uri

RATE = 8000


def delete(network: Network, asked: Asked, sid: str) -> Answer:
    Parameters(asked, ())
    if network.recordings.pop(sid, None) is None:
        raise missing(uri(network, f"/Recordings/{sid}.json"))
    network.note("recording-deleted", None, sid=sid)
    return {}, 204


def media(network: Network) -> Callable[[str], Response]:
    """The view of a recording's sound: the only answer of this interface that is no JSON."""

    def sound(sid: str) -> Response:
        seconds = network.clock.ask(lambda: network.recordings.get(sid))
        if seconds is None:
            return Response(status=404)
        return Response(silence(seconds), content_type="audio/x-wav")

    return sound


def silence(seconds: int) -> bytes:
    """A sound file of that length."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(bytes(2 * RATE * seconds))
    return file.getvalue()


ROUTES: Routes = {("DELETE", "/Recordings/<sid>.json"): delete}
