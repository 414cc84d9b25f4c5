"""From a TOML file and environment variables to values with their places; nothing is judged yet.

A table is named ``web``, the first of a list ``center.0``. What came last counts: an environment
variable stands above the file, and a secret given in one of its two spellings (``auth_token``,
``auth_token_file``) displaces both spellings of what stood below it.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from callcenter.settings.shape import LISTS, TABLES, keys_of, names_in

PREFIX = "CALLCENTER__"


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the configuration, for the operator."""

    place: str  # file, table and key, or environment variable
    fault: str  # what is wrong, and its effect
    way_out: str

    def __str__(self) -> str:
        return f"{self.place} {self.fault}. {self.way_out}{'' if self.way_out[-1] == '?' else '.'}"


class SettingsError(Exception):
    """The configuration cannot be used. ``faults`` are all that were found; the text lists them."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(f"- {fault}" for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Given:
    """A value somebody wrote, and where."""

    value: Any
    place: str


Tables = dict[str, dict[str, Given]]


def file(path: Path) -> dict[str, Any]:
    """What is in a TOML file. Raises ``SettingsError`` where it cannot be read at all."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        fault = Fault(f"{path}:", f"is not TOML: {error}", "Compare it with config.example.toml")
    except UnicodeDecodeError:
        fault = Fault(f"{path}:", "is not UTF-8 text", "Save it again as UTF-8")
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        fault = Fault(
            f"{path}:",
            f"cannot be read: {reason}",
            "Correct CALLCENTER_CONFIG, or unset it to use ./config.toml or the demo",
        )
    raise SettingsError([fault])


def tables(written: Mapping[str, Any], origin: str, faults: list[Fault]) -> Tables:
    """The tables of a file, each key with its place; what is unknown is a fault."""
    found: Tables = {}
    for name, content in written.items():
        if name not in TABLES:
            fault = "is not a table" if isinstance(content, dict | list) else "stands in no table"
            faults.append(Fault(f"{origin}: {name}", fault, meant(name, TABLES, "[{}]")))
        elif not isinstance(content, list if name in LISTS else dict):
            form = f"[[{name}]]" if name in LISTS else f"[{name}]"
            faults.append(Fault(f"{origin}: {name}", "is written in another way", f"Write {form}"))
        elif name in LISTS:
            for index, one in enumerate(content):
                place = f"{origin}: [[{name}]] number {index + 1},"
                found[f"{name}.{index}"] = table(name, one, place, faults)
        else:
            found[name] = table(name, content, f"{origin}: [{name}]", faults)
    return found


def table(name: str, content: Any, place: str, faults: list[Fault]) -> dict[str, Given]:
    """The keys of one table that are known."""
    if not isinstance(content, dict):
        faults.append(Fault(place, "is not a table", f"Write [[{name}]] and its keys below"))
        return {}
    for key in content:
        if key not in names_in(name):
            faults.append(
                Fault(f"{place} {key}", "is not a key of this table", elsewhere(name, key))
            )
    return {
        key: Given(value, f"{place} {key}")
        for key, value in content.items()
        if key in names_in(name)
    }


def elsewhere(name: str, key: str) -> str:
    """The way out for a key that is not known in a table."""
    if close := get_close_matches(key, names_in(name), 1):
        return f"Did you mean {close[0]}?"
    others = [f"[{other}]" for other in TABLES if key in names_in(other)]
    return f"It belongs in {' or '.join(others)}" if others else meant(key, names_in(name), "{}")


def meant(word: str, known: Any, form: str) -> str:
    """The way out for a word that is not known: the likeliest one, or all there are."""
    if close := get_close_matches(word, list(known), 1):
        return f"Did you mean {form.format(close[0])}?"
    return f"Remove it, or write one of: {', '.join(form.format(one) for one in known)}"


def environment(found: Tables, environ: Mapping[str, str], faults: list[Fault]) -> Tables:
    """``found`` with every ``CALLCENTER__TABLE__KEY`` laid over it."""
    above: Tables = {}
    for variable in sorted(name for name in environ if name.startswith(PREFIX)):
        place = f"environment: {variable}"
        name, key = place_named_by(variable)
        kind = name.partition(".")[0]
        if kind not in TABLES or key not in names_in(kind) or (kind in LISTS) is not ("." in name):
            faults.append(Fault(place, "is not a setting", meant(variable, variables(), "{}")))
            continue
        told = keys_of(kind).get(key)
        value = told.kind.from_text(environ[variable]) if told else environ[variable]
        above.setdefault(name, {})[key] = Given(value, place)
    return laid_over(found, above, faults)


def place_named_by(variable: str) -> tuple[str, str]:
    """``CALLCENTER__CENTER__0__NAME`` as ``("center.0", "name")``; nonsense as names unknown."""
    parts = variable.removeprefix(PREFIX).lower().split("__")
    if len(parts) == 3 and re.fullmatch(r"\d{1,3}", parts[1]):
        return f"{parts[0]}.{int(parts[1])}", parts[2]
    return (parts[0], parts[1]) if len(parts) == 2 else ("", "")


def variables() -> list[str]:
    """The names of all environment variables; of a list, those of its first."""
    return [
        f"{PREFIX}{table}{'__0' if table in LISTS else ''}__{key}".upper()
        for table in TABLES
        for key in names_in(table)
    ]


def laid_over(below: Tables, above: Tables, faults: list[Fault]) -> Tables:
    """Both layers as one. A list grows by one at a time, or the numbers would have a hole."""
    whole = {name: dict(content) for name, content in below.items()}
    for name, content in sorted(above.items(), key=order):
        kind, _, index = name.partition(".")
        if index and int(index) > 0 and f"{kind}.{int(index) - 1}" not in whole:
            first = next(iter(content.values()))
            faults.append(
                Fault(first.place, "leaves out numbers before it", "Number them 0, 1, 2 and so on")
            )
            continue
        kept = whole.setdefault(name, {})
        for key in content:
            kept.pop(other_spelling(key), None)
        kept.update(content)
    return whole


def order(entry: tuple[str, Any]) -> tuple[str, int]:
    """Lists in the order of their numbers."""
    kind, _, index = entry[0].partition(".")
    return kind, int(index or 0)


def other_spelling(key: str) -> str:
    """``auth_token_file`` for ``auth_token``, and the reverse."""
    return key.removesuffix("_file") if key.endswith("_file") else f"{key}_file"
