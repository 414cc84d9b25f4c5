"""Finding people by a name that somebody heard over the telephone.

Names here are one field, often one word, with titles before and degrees behind, and one name has
many spellings: Moch., Muhammad; Soeharto, Suharto; Rizki, Rizqy. ``keys`` finds candidates in any
database by equality alone; ``score`` puts them in order. Both are the same everywhere because
both are here, and not in an engine's extension.
"""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

KEY_LENGTH = 40  # as long as the column that keeps a key
STRANGERS = 2 / 3  # of the letters in common: with fewer, two words have nothing to do
COMMON = 0.5  # what a Muhammad or an initial weighs beside another word
ALIKE = 0.9  # from here on two words are one, spelt in two ways

# Said and written before a name, with or without a point.
TITLES = frozenset(
    (
        *("h", "hj", "haji", "hajah", "kh", "kyai", "nyai", "ust", "ustad", "ustadz", "ustadzah"),
        *("dr", "drs", "dra", "drg", "drh", "ir", "prof", "r", "rr", "ra", "rm", "raden", "gus"),
        *("bapak", "bpk", "pak", "ibu", "bu", "sdr", "sdri", "tn", "ny", "nn", "alm", "almh"),
    )
)
# Written behind a name: after a comma, or with points in them. "Se" and "Ma" are names otherwise.
DEGREES = frozenset(
    (
        *("sh", "se", "st", "sp", "sag", "spd", "spdi", "spsi", "ssos", "ssi", "sip", "skom"),
        *("sikom", "skep", "skm", "stp", "sked", "sfarm", "spt", "ama", "amd", "amdkeb", "amdkep"),
        *("mm", "mh", "mt", "ma", "mp", "msi", "msc", "mpd", "mpdi", "mkom", "mkes", "mag", "mhum"),
        *("map", "mba", "phd", "ns", "apt", "ak", "sst", "spog", "lc", "bsc", "ba"),
    )
)

MUHAMMAD = "muhamad"
MUHAMMADS = frozenset(
    ("m", "moh", "mohd", "moch", "mokh", "muh", "muhd", "much", "mukh", "mhd", "mochd", "md")
)
MUHAMMAD_IN_FULL = re.compile(r"m[ou](?:h|ch|kh)+am+[ae][dt]")
SHORT_FORMS = {"abd": "abdul", "abdl": "abdul", "ach": "ahmad", "akh": "ahmad", "achm": "ahmad"}

# Spellings of one sound, in the order in which they are replaced: of before 1947 first.
SPELLINGS = (
    ("^abdul([rsnzt])", r"abdu\1"),  # Abdul Rahman, Abdurrahman
    *(("oe", "u"), ("dj", "j"), ("tj", "c"), ("nj", "ny"), ("sj", "sy")),
    *(("kh", "h"), ("ch(?=[lr])", "k"), ("ch", "h"), ("sy", "s"), ("sh", "s"), ("ts", "s")),
    *(("dz", "z"), ("th", "t"), ("dh", "d"), ("bh", "b"), ("gh", "g"), ("ph", "f"), ("zh", "z")),
    *(("q", "k"), ("x", "ks"), ("v", "f"), ("ai(?=[^aiueo])", "ae"), ("ay$", "ai"), ("ey$", "ei")),
    *(
        (r"(?<=[^aiueo])y(?=[^aiueo]|$)", "i"),
        ("ie$", "i"),
        ("i(?=[aou])", "y"),
        (r"(.)\1+", r"\1"),
    ),
)
# What an ear does not tell apart. J and Y: the old J is the Y of today (Jusuf, Yusuf).
SOUNDS = str.maketrans("fzyeo", "psjiu")
VOWELS = re.compile(r"(?<=.)[aiu]")  # an opening vowel is heard


def words(name: str) -> list[str]:
    """The words of a name in plain lower-case letters, without titles and degrees.

    A name of nothing else keeps them: there are people called Gus.
    """
    found: list[tuple[str, bool]] = []
    for place, part in enumerate(plain(name).split(",")):
        for written in part.split():
            joined = written.replace(".", "")
            dotted = "." in written.rstrip(".") or place > 0
            if joined in DEGREES and dotted:
                found.append((joined, False))
            else:
                found += [(word, word not in TITLES) for word in written.split(".") if word]
    return [word for word, belongs in found if belongs] or [word for word, _ in found]


def plain(text: str) -> str:
    """Lower case without accents and marks; points and commas stay, hyphens part words."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    letters = re.sub(r"['`´‘’ʻʼ]", "", letters)  # Ma'ruf is one word
    kept = (ch if ch.isalnum() or ch in ".," else " " for ch in letters if not is_mark(ch))
    return "".join(kept)


def is_mark(ch: str) -> bool:
    """An accent, parted from its letter."""
    return unicodedata.category(ch) == "Mn"


@lru_cache(maxsize=4096)  # one search compares the same few words with hundreds of names
def spelling(word: str) -> str:
    """One spelling for all that are read alike: ``Soetjipto`` is ``sucipto``."""
    if word in MUHAMMADS or MUHAMMAD_IN_FULL.fullmatch(word):
        return MUHAMMAD
    word = SHORT_FORMS.get(word, word)
    for old, new in SPELLINGS:
        word = re.sub(old, new, word)
    return word


@lru_cache(maxsize=4096)
def skeleton(word: str) -> str:
    """What is left of a word when vowels are not trusted: ``Moeljono`` and ``Mulyono``: mljn.

    A short word keeps them, or Siti and Sutu would be one.
    """
    sounds = spelling(word).translate(SOUNDS)
    bare = VOWELS.sub("", sounds)
    return bare if len(bare) > 2 else sounds


def rare(word: str) -> bool:
    """Whether a word tells people apart: every third man is a Muhammad, initials are anybody's."""
    return len(word) > 1 and spelling(word) != MUHAMMAD


def telling(name: str) -> list[str]:
    """The words worth searching by: the rare ones, unless the name has none."""
    found = words(name)
    return [word for word in found if rare(word)] or found


def keys(name: str) -> tuple[str, ...]:
    """What a name is stored under, and looked up by: one shared key makes a candidate.

    A key for each word and one for each pair written as one (Nur Hidayat, Nurhidayat), at most
    ``KEY_LENGTH`` long. The more keys two names share, the better; a name without letters has none.
    """
    found = telling(name)
    bones = [skeleton(word) for word in found]
    bones += [skeleton(first + second) for first, second in pairwise(found)]
    # The ch of Chandra is a c, that of Achmad an h.
    bones += [skeleton(word.replace("ch", "c")) for word in found if "ch" in word and rare(word)]
    return tuple(dict.fromkeys(bone[:KEY_LENGTH] for bone in bones if bone))


def score(query: str, name: str) -> tuple[float, str]:
    """How well ``name`` answers ``query``, from 0 to 1, and why.

    The reasons, best first: ``exact``, ``word_order``, ``spelling`` (every word is there, read
    alike), ``part`` (some words, or some of the longer name), ``similar`` and ``none``.
    """
    asked, had = words(query), words(name)
    if not asked or not had:
        return 0.0, "none"
    if asked == had:
        return 1.0, "exact"
    if sorted(asked) == sorted(had):
        return 0.97, "word_order"
    if joined(asked) == joined(had):
        return 0.95, "spelling"
    found = matched(asked, had)
    if not found:
        return 0.0, "none"
    weights = {word: 1.0 if rare(word) else COMMON for word in asked}
    value = sum(likeness * weights[word] for word, likeness in found)
    value /= sum(weights[word] for word in asked)
    value *= 1 - 0.15 * (len(had) - len(found)) / len(had)  # words that nobody asked for
    if min(likeness for _, likeness in found) < ALIKE:
        return round(value, 4), "similar"
    whole = len(found) == len(asked) == len(had)
    return round(value, 4), "spelling" if whole else "part"


def joined(found: list[str]) -> str:
    """The whole name in one word and one spelling."""
    return spelling("".join(map(spelling, found)))


def matched(asked: list[str], had: list[str]) -> list[tuple[str, float]]:
    """The words asked for that the name has, each with how alike they are; the best pairs first."""
    pairs = sorted(
        ((alike(one, other), -i, -j) for i, one in enumerate(asked) for j, other in enumerate(had)),
        reverse=True,
    )
    found, used_asked, used_had = [], set(), set()
    for likeness, i, j in pairs:
        if likeness and i not in used_asked and j not in used_had:
            found.append((asked[-i], likeness))
            used_asked.add(i)
            used_had.add(j)
    return found


def alike(one: str, other: str) -> float:
    """How alike two words are, from 0 to 1; below ``STRANGERS`` nothing."""
    if one == other:
        return 1.0
    spelt, other_spelt = spelling(one), spelling(other)
    if spelt == other_spelt:
        return 0.95
    if skeleton(one) == skeleton(other):
        return 0.88
    if 1 in (len(one), len(other)) and spelt[:1] == other_spelt[:1]:
        return 0.7  # an initial
    compared = SequenceMatcher(None, spelt, other_spelt, autojunk=False)
    if compared.real_quick_ratio() < STRANGERS or compared.quick_ratio() < STRANGERS:
        return 0.0
    ratio = compared.ratio()
    return 0.8 * ratio if ratio >= STRANGERS else 0.0
