"""The configuration as frozen values: one class per table of ``config.toml``, one field per key.

A new key is one line here, one in ``config.example.toml`` and one in the README's table; reading,
environment variable, checking and the ``..._file`` of a secret follow from the line. What is in a
secret never shows in ``repr``.
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from datetime import time
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from callcenter.rules.hours import Hours
from callcenter.settings import kinds
from callcenter.settings.kinds import Kind


@dataclass(frozen=True)
class Key:
    """What the reader knows of a key beside its name."""

    kind: Kind
    secret: bool  # may come from a file named by NAME_file
    missing: str  # for a key without default: its effect when it is missing


def key(
    kind: Kind | Callable[[Any], Any],
    default: Any = MISSING,
    *,
    missing: str = "",
    secret: bool = False,
) -> Any:
    """A field that is a key of the configuration; without a default it must be given."""
    told = Key(kind if isinstance(kind, Kind) else Kind(kind), secret, missing)
    return field(default=default, repr=not secret, metadata={"key": told})


NUMBERS = Kind(kinds.numbers, kinds.comma_list)
LINES = Kind(kinds.lines, kinds.comma_list)
YES_OR_NO = Kind(kinds.yes_or_no, kinds.said)
NETWORKS = Kind(kinds.networks, kinds.comma_list)


@dataclass(frozen=True, kw_only=True)
class Web:
    """[web]: the people's pages."""

    public_url: str = key(kinds.base_url, missing="so nobody could be sent back to a page")
    bind: str = key(kinds.bind, "127.0.0.1:8000")
    secret_key: str = key(kinds.secret(32), "", secret=True)
    argon2_time_cost: int = key(kinds.whole(1, 20, "passes"), 2)
    argon2_memory_kib: int = key(kinds.whole(8, 1_048_576, "KiB"), 32_768)
    second_step: bool = key(YES_OR_NO, True)  # of supervisors and administrators


@dataclass(frozen=True, kw_only=True)
class Voice:
    """[voice]: the carrier's door. ``public_url`` is the address the carrier calls and signs."""

    public_url: str = key(kinds.base_url, missing="so no call of the carrier could be checked")
    bind: str = key(kinds.bind, "127.0.0.1:8001")


@dataclass(frozen=True, kw_only=True)
class Fallback:
    """[fallback]: the small process that answers when the voice server does not. ``public_url``:
    where the carrier calls it; empty when a proxy brings it what is for [voice] public_url."""

    bind: str = key(kinds.bind, "127.0.0.1:8003")
    public_url: str = key(kinds.optional_url, "")


@dataclass(frozen=True, kw_only=True)
class Database:
    """[database]: SQLite for one machine, PostgreSQL for many."""

    url: str = key(kinds.database, "sqlite:///var/callcenter.db", secret=True)


@dataclass(frozen=True, kw_only=True)
class Keys:
    """[keys]: the file with the keys that seal personal data; never in the database's backup."""

    file: Path = key(kinds.path, Path("var/keys.toml"))


@dataclass(frozen=True, kw_only=True)
class Carrier:
    """[carrier]: the account at the telephone company. Empty: the program runs without one."""

    kind: str = key(kinds.one_of("twilio"), "twilio")
    profile: str = key(kinds.one_of("full", "basic"), "full")
    account_sid: str = key(kinds.identifier, "")
    auth_token: str = key(kinds.token, "", secret=True)
    auth_token_secondary: str = key(kinds.token, "", secret=True)
    api_key_sid: str = key(kinds.identifier, "")
    api_key_secret: str = key(kinds.token, "", secret=True)
    app_sid: str = key(kinds.identifier, "")
    api_base: str = key(kinds.base_url, "https://api.twilio.com")


@dataclass(frozen=True, kw_only=True)
class Journal:
    """[journal]: where calls are written down while the database does not answer."""

    directory: Path = key(kinds.path, Path("var/journal"))
    after_s: float = key(kinds.decimal(0.05, 10, "seconds"), 0.3)


@dataclass(frozen=True, kw_only=True)
class Recordings:
    """[recordings]: where messages that callers left are kept, sealed."""

    directory: Path = key(kinds.path, Path("var/recordings"))


@dataclass(frozen=True, kw_only=True)
class Source:
    """[[source]]: one place applicant data comes from. Order and on/off are policy."""

    kind: str = key(kinds.one_of("csv", "http", "memory"), missing="so it could not be asked")
    name: str = key(kinds.named, missing="so a status could not say where it comes from")
    file: Path | None = key(kinds.optional_path, None)  # csv
    url: str = key(kinds.optional_url, "")  # http
    token: str = key(kinds.token, "", secret=True)  # http
    timeout_s: float = key(kinds.decimal(0.05, 0.5, "seconds"), 0.5)  # http; a caller is waiting


@dataclass(frozen=True, kw_only=True)
class Policy:
    """[policy]: the file from which the voice server starts when there is no database."""

    snapshot: Path = key(kinds.path, Path("var/policy.json"))


@dataclass(frozen=True, kw_only=True)
class Center:
    """[[center]]: one call center, its lines (E.164) and its hours (WIB). Seeds the policy."""

    code: str = key(kinds.code, missing="so its figures would have no name")
    name: str = key(kinds.named, missing="so people could not tell it apart")
    lines: tuple[str, ...] = key(LINES, missing="so no call could reach it")
    backup_number: str = key(kinds.optional_number, "")
    hours: Hours = key(kinds.hours, Hours.parse("always"))
    when_closed: str = key(kinds.one_of("other", "words"), "other")


@dataclass(frozen=True, kw_only=True)
class Queue:
    """[queue]: times of the floor, in seconds. Seeds the policy."""

    target_s: int = key(kinds.whole(1, 3600, "seconds"), 20)
    short_abandon_s: int = key(kinds.whole(0, 300, "seconds"), 5)
    short_service_s: int = key(kinds.whole(0, 300, "seconds"), 10)
    stale_s: int = key(kinds.whole(600, 86400, "seconds"), 14400)
    ring_s: int = key(kinds.whole(5, 120, "seconds"), 20)
    wrap_up_s: int = key(kinds.whole(0, 1800, "seconds"), 60)
    overflow_s: int = key(kinds.whole(0, 3600, "seconds"), 0)
    callback_offer_s: int = key(kinds.whole(0, 3600, "seconds"), 180)
    dark_s: int = key(kinds.whole(10, 120, "seconds"), 15)


@dataclass(frozen=True, kw_only=True)
class Prompts:
    """[prompts]: the voices that speak. Seeds the policy."""

    voice_id: str = key(kinds.voice("id"), "Google.id-ID-Wavenet-A")
    voice_en: str = key(kinds.voice("en"), "Google.en-US-Wavenet-F")


@dataclass(frozen=True, kw_only=True)
class Report:
    """[report]: the recap's cutoff (WIB), and whose calls are tests. Seeds the policy."""

    cutoff: time = key(kinds.time_of_day, time(17))
    test_numbers: tuple[str, ...] = key(NUMBERS, ())


@dataclass(frozen=True, kw_only=True)
class Network:
    """[network]: the simulated telephone network; nothing of it is used with a real carrier."""

    bind: str = key(kinds.bind, "127.0.0.1:8002")
    speed: float = key(kinds.decimal(0.1, 1000, "times real time"), 1.0)
    seed: int = key(kinds.whole(0, 999_999_999, "any kind"), 0)  # 0: another each time


@dataclass(frozen=True, kw_only=True)
class Log:
    """[log]: how much is told on standard error."""

    level: str = key(kinds.one_of("debug", "info", "warning", "error"), "info")
    format: str = key(kinds.one_of("auto", "json", "text"), "auto")


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """[metrics]: which machines may read ``/metrics``."""

    allow: tuple[IPv4Network | IPv6Network, ...] = key(
        NETWORKS, (ip_network("127.0.0.1"), ip_network("::1"))
    )


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything the operator decided, for the whole life of a process."""

    web: Web
    voice: Voice
    fallback: Fallback = Fallback()
    database: Database = Database()
    keys: Keys = Keys()
    carrier: Carrier = Carrier()
    journal: Journal = Journal()
    recordings: Recordings = Recordings()
    sources: tuple[Source, ...] = ()
    policy: Policy = Policy()
    centers: tuple[Center, ...] = ()
    queue: Queue = Queue()
    prompts: Prompts = Prompts()
    report: Report = Report()
    network: Network = Network()
    log: Log = Log()
    metrics: Metrics = Metrics()
    demo: bool = False  # no configuration was given: simulated carrier, made-up numbers
    origin: str = ""  # where the settings came from, for messages


# A list of tables in the file ([[source]]) is a tuple of values in Settings (sources).
LISTS = {"source": Source, "center": Center}
TABLES = {
    "web": Web,
    "voice": Voice,
    "fallback": Fallback,
    "database": Database,
    "keys": Keys,
    "carrier": Carrier,
    "journal": Journal,
    "recordings": Recordings,
    "source": Source,
    "policy": Policy,
    "center": Center,
    "queue": Queue,
    "prompts": Prompts,
    "report": Report,
    "network": Network,
    "log": Log,
    "metrics": Metrics,
}


def keys_of(table: str) -> dict[str, Key]:
    """The keys of a table and what is known of each, in the order they are explained."""
    return {one.name: one.metadata["key"] for one in fields(TABLES[table])}


def names_in(table: str) -> tuple[str, ...]:
    """Every name that may stand in a table, the ``..._file`` of its secrets included."""
    return tuple(
        spelled
        for name, told in keys_of(table).items()
        for spelled in ((name, f"{name}_file") if told.secret else (name,))
    )


def names() -> frozenset[str]:
    """Every key of the configuration, as ``table.key``."""
    return frozenset(f"{table}.{name}" for table in TABLES for name in names_in(table))
