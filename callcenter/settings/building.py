"""From values with their places to ``Settings``: each by its kind, then what must fit together.

Every fault is collected, so that the operator corrects the file once. A rule between values is
skipped while one of them is itself at fault: its message would only confuse.
"""

import re
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

from callcenter.settings.kinds import DRAW_ONE, Wrong
from callcenter.settings.reading import Fault, Given, SettingsError, Tables
from callcenter.settings.shape import LISTS, TABLES, Key, Settings, keys_of

TWILIO = ".twilio.com"  # the end of all its addresses
LEAST_MEMORY_KIB = 19_456
SOURCE_KEYS = {"csv": {"file"}, "http": {"url", "token", "timeout_s"}, "memory": set()}
SOURCE_NEEDS = {"csv": "file", "http": "url"}


@dataclass(frozen=True)
class Draft:
    """The values that are good by themselves, by table; and where all of them were written."""

    values: dict[str, dict[str, Any]]
    given: Tables
    origin: str
    demo: bool

    def pick(self, table: str, *names: str) -> tuple[Any, ...]:
        """Values of one table, or ``()`` when one of them is at fault."""
        good = self.values.get(table, {})
        return tuple(good[name] for name in names) if all(name in good for name in names) else ()

    def every(self, kind: str) -> list[str]:
        """The names of all tables of a list, in order: ``center.0``, ``center.1``."""
        return [name for name in self.values if name.partition(".")[0] == kind]

    def fault(self, table: str, key: str, fault: str, way_out: str) -> Fault:
        """A fault at the place of a key, written or not."""
        given = self.given.get(table, {})
        written = given.get(key) or given.get(f"{key}_file")
        return Fault(written.place if written else place(self.origin, table, key), fault, way_out)


def place(origin: str, table: str, key: str) -> str:
    """Where a key that nobody wrote would stand."""
    kind, _, index = table.partition(".")
    return (
        f"{origin}: [[{kind}]] number {int(index) + 1}, {key}"
        if index
        else (f"{origin}: [{kind}] {key}")
    )


def build(given: Tables, origin: str, faults: list[Fault], *, demo: bool) -> Settings:
    """The settings. Raises ``SettingsError`` with all faults, those found earlier included."""
    names = [name for name in TABLES if name not in LISTS]
    names += [name for name in given if name.partition(".")[0] in LISTS]
    values = {name: checked(name, given.get(name, {}), origin, faults) for name in names}
    draft = Draft(values, given, origin, demo)
    for rule in RULES:
        faults.extend(rule(draft))
    if faults:
        raise SettingsError(faults)
    made = {name: TABLES[name.partition(".")[0]](**content) for name, content in values.items()}
    return Settings(
        **{name: made[name] for name in made if "." not in name},
        sources=tuple(made[name] for name in draft.every("source")),
        centers=tuple(made[name] for name in draft.every("center")),
        demo=demo,
        origin=origin,
    )


def checked(
    table: str, given: dict[str, Given], origin: str, faults: list[Fault]
) -> dict[str, Any]:
    """The good values of one table, defaults included; each bad one becomes a fault."""
    kind = table.partition(".")[0]
    defaults = {one.name: one.default for one in fields(TABLES[kind])}
    good: dict[str, Any] = {}
    for name, told in keys_of(kind).items():
        at = given.get(name) or given.get(f"{name}_file")
        if at is None and defaults[name] is not MISSING:
            good[name] = defaults[name]
            continue
        try:
            good[name] = value(name, told, given)
        except Wrong as wrong:
            where = at.place if at else place(origin, table, name)
            faults.append(Fault(where, wrong.fault, wrong.way_out))
    return good


def value(name: str, told: Key, given: dict[str, Given]) -> Any:
    """One value by its kind, read from its file where that is given. Raises ``Wrong``."""
    spelled = f"{name}_file"
    if name in given and spelled in given:
        raise Wrong(f"is given twice, also as {spelled}", "Keep one of the two")
    if spelled in given:
        return told.kind.check(secret_in(given[spelled].value))
    if name not in given:
        raise Wrong(f"is missing, {told.missing}", "Write it as config.example.toml shows")
    return told.kind.check(given[name].value)


def secret_in(name: Any) -> str:
    """What a file holds, without the line's end. Raises ``Wrong``."""
    if not isinstance(name, str) or not name.strip():
        raise Wrong("is not a file name", "Write the file that holds the secret")
    try:
        return Path(name).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise Wrong(
            f"names {name}, which cannot be read ({(reason or 'fault').lower()})",
            "Make the file readable for the user who runs the program, or correct its name",
        ) from error


def session_key(draft: Draft) -> Iterator[Fault]:
    """Without a key anybody could sign himself in."""
    if draft.pick("web", "secret_key") == ("",):
        fault = "is empty, so a sign-in could be forged"
        yield draft.fault("web", "secret_key", fault, DRAW_ONE)


def password_cost(draft: Draft) -> Iterator[Fault]:
    """OWASP's least for argon2id with two passes; the demonstration's passwords guard nothing."""
    match draft.pick("web", "argon2_memory_kib"):
        case (int(memory),) if memory < LEAST_MEMORY_KIB and not draft.demo:
            yield draft.fault(
                "web",
                "argon2_memory_kib",
                f"is {memory}, so stolen passwords could be guessed quickly",
                f"Write at least {LEAST_MEMORY_KIB}",
            )


def carrier_account(draft: Draft) -> Iterator[Fault]:
    """An account and its token go together; the second token is for changing the first."""
    match draft.pick("carrier", "account_sid", "auth_token", "auth_token_secondary"):
        case (str(sid), "", _) if sid:
            yield draft.fault(
                "carrier",
                "auth_token",
                "is empty, so calls from the carrier cannot be checked",
                "Copy it from the carrier's console, or leave account_sid empty to try without "
                "a telephone",
            )
        case ("", str(token), _) if token:
            yield draft.fault(
                "carrier",
                "account_sid",
                "is empty, so calls of any account would be taken for ours",
                "Copy it from the carrier's console, beside the token",
            )
        case (_, str(token), str(second)) if second and second == token:
            yield draft.fault(
                "carrier",
                "auth_token_secondary",
                "is the same as auth_token, so it would change nothing",
                "Leave it empty until a new token is being introduced",
            )


def twilio_account(draft: Draft) -> Iterator[Fault]:
    """Twilio's accounts have one form; the simulator's is not one of them."""
    match draft.pick("carrier", "account_sid", "api_base"):
        case (str(sid), str(base)) if sid and base.endswith(TWILIO):
            if not re.fullmatch(r"AC[0-9a-f]{32}", sid) or not sid.strip("AC0"):
                yield draft.fault(
                    "carrier",
                    "account_sid",
                    "is not a Twilio account, so no call could be made",
                    "Copy it from the console: AC and 32 characters; or correct api_base",
                )


def carrier_key(draft: Draft) -> Iterator[Fault]:
    """An API key is two things, and the one does nothing without the other."""
    match draft.pick("carrier", "api_key_sid", "api_key_secret"):
        case (str(sid), str(secret)) if bool(sid) != bool(secret):
            empty = "api_key_secret" if sid else "api_key_sid"
            yield draft.fault(
                "carrier",
                empty,
                "is empty, so telephones in the browser could not sign in",
                "Copy both parts of the key from the carrier's console, or leave both empty",
            )


def doors(draft: Draft) -> Iterator[Fault]:
    """No two servers listen at one place."""
    tables = ("web", "voice", "network" if draft.demo else "fallback")
    taken: dict[str, str] = {}
    for table in tables:
        for bind in draft.pick(table, "bind"):
            if bind in taken:
                fault = f"is the same as that of [{taken[bind]}], so one of them could not start"
                yield draft.fault(table, "bind", fault, "Give it another port")
            taken[bind] = table


def centers(draft: Draft) -> Iterator[Fault]:
    """There is a center; codes, names and lines are of one center each."""
    if not draft.every("center"):
        yield Fault(
            f"{draft.origin}: [[center]]",
            "is missing, so no call has a place to go",
            "Write at least one, as config.example.toml shows",
        )
    for key in ("code", "name"):
        yield from once(draft, "center", key)
    owner: dict[str, int] = {}
    for index, center in enumerate(draft.every("center")):
        for line in (line for lines in draft.pick(center, "lines") for line in lines):
            if line in owner and owner[line] != index:
                fault = f"has a line of center {owner[line] + 1}, so a call would belong to both"
                yield draft.fault(center, "lines", fault, "Give each line to one center")
            owner[line] = index


def backups(draft: Draft) -> Iterator[Fault]:
    """A call sent away must not come back."""
    every = draft.every("center")
    ours = {line for one in every for lines in draft.pick(one, "lines") for line in lines}
    for center in every:
        for backup in draft.pick(center, "backup_number"):
            if backup in ours:
                yield draft.fault(
                    center,
                    "backup_number",
                    "is one of our own lines, so a call sent there would come back for ever",
                    "Name a telephone that somebody answers without this system",
                )


def once(draft: Draft, kind: str, key: str) -> Iterator[Fault]:
    """A value that no two tables of a list may share."""
    seen: set[str] = set()
    for table in draft.every(kind):
        for value in draft.pick(table, key):
            if value in seen:
                fault = f'is "{value}", as before, so the two could not be told apart'
                yield draft.fault(table, key, fault, "Give it another")
            seen.add(value)


def sources(draft: Draft) -> Iterator[Fault]:
    """Each source has its own name, and the keys of its kind only."""
    yield from once(draft, "source", "name")
    for table in draft.every("source"):
        for kind in draft.pick(table, "kind"):
            needed = SOURCE_NEEDS.get(kind, "")
            if needed and not any(draft.pick(table, needed) or ["at fault"]):
                fault = f'is empty, so a source of kind "{kind}" could not be asked'
                yield draft.fault(table, needed, fault, "Write where it is")
            for key in draft.given.get(table, {}):
                plain = key.removesuffix("_file")
                if plain not in {"kind", "name"} | SOURCE_KEYS[kind]:
                    fault = f'means nothing to a source of kind "{kind}"'
                    yield draft.fault(table, key, fault, "Remove it, or correct the kind")


RULES = (
    session_key,
    password_cost,
    carrier_account,
    twilio_account,
    carrier_key,
    doors,
    centers,
    backups,
    sources,
)
