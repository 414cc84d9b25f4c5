"""Music for those who wait, and the recorded sentences. Public: there is nothing in them."""

from __future__ import annotations

import io
import math
import wave
from functools import cache

from flask import Response, send_from_directory

from callcenter.records.policy import PROMPTS
from callcenter.web import guard
from callcenter.web.voice.door import door

RATE = 8000  # what a telephone carries
CHORDS = ((262, 330, 392), (220, 262, 330), (175, 220, 262), (196, 247, 294))
CHORD_S = 3.5
VOLUME = 2400


@door.get("/audio/music")
@guard.signed
def music() -> Response:
    """Half a minute of quiet chords, made here: no licence, no file."""
    return Response(chords(), mimetype="audio/wav", headers={"Cache-Control": "max-age=86400"})


@door.get("/audio/<language>/<prompt>")
@guard.signed
def recording(language: str, prompt: str) -> Response:
    """A recorded sentence: ``callcenter/prompts/LANGUAGE/PROMPT.wav``."""
    return send_from_directory(PROMPTS, f"{language}/{prompt}.wav", mimetype="audio/wav")


@cache
def chords() -> bytes:
    """A WAV file, 8 kHz, 16 bit, mono."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        for chord in CHORDS * 2:
            out.writeframes(b"".join(_sample(chord, n) for n in range(int(RATE * CHORD_S))))
    return file.getvalue()


def _sample(chord: tuple[int, ...], n: int) -> bytes:
    t = n / RATE
    swell = math.sin(math.pi * t / CHORD_S)
    level = sum(math.sin(2 * math.pi * tone * t) for tone in chord) / len(chord)
    return int(VOLUME * swell * level).to_bytes(2, "little", signed=True)
