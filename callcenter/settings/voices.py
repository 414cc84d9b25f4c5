"""Which voices can speak a sentence: the ones carriers offer for Indonesian and for English.

A voice that does not speak the language of a sentence makes the carrier skip it, so the caller
hears silence. That is why a voice is checked when the program starts and when it is saved.
Carriers offer no Polly and no Neural2 voice for Indonesian, and none at all for Javanese.
"""

import re

INDONESIAN = (
    *(f"Google.id-ID-Standard-{letter}" for letter in "ABCD"),
    *(f"Google.id-ID-Wavenet-{letter}" for letter in "ABCD"),
    *(
        f"Google.id-ID-Chirp3-HD-{star}"
        for star in ("Aoede", "Charon", "Fenrir", "Kore", "Leda", "Orus", "Puck", "Zephyr")
    ),
)

ENGLISH_GOOGLE = re.compile(
    r"Google\.en-(US|GB|AU|IN)-(Standard-[A-J]|Wavenet-[A-J]|Neural2-[A-J]|Chirp3-HD-[A-Z][a-z]+)"
)
ENGLISH_POLLY = re.compile(
    r"Polly\.(Joanna|Salli|Kendra|Kimberly|Ivy|Kevin|Matthew|Justin|Joey|Ruth|Stephen|Danielle"
    r"|Gregory|Amy|Emma|Brian|Arthur|Nicole|Olivia|Russell|Aditi|Raveena|Kajal|Geraint|Ayanda"
    r"|Niamh|Aria)(-Neural|-Generative)?"
)


def speaks(voice: str, language: str) -> bool:
    """Whether ``voice`` is known to speak ``language``: ``id`` or ``en``."""
    if language == "id":
        return voice in INDONESIAN
    return bool(ENGLISH_GOOGLE.fullmatch(voice) or ENGLISH_POLLY.fullmatch(voice))
