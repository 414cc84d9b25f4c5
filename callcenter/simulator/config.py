"""What a stand-in network is made of: the account, our lines, the telephones, address and pace."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class LineConfig:
    """One number of ours at the carrier, with the addresses the carrier calls for it."""

    number: str  # E.164
    voice_url: str
    fallback_url: str = ""
    status_url: str = ""


@dataclass(frozen=True)
class PhoneConfig:
    """A telephone somebody can answer on the handset page: an agent's own phone, usually."""

    number: str  # E.164, or "client:NAME" for a softphone
    label: str = ""


@dataclass(frozen=True)
class NetworkConfig:
    """Everything the network needs to know.

    ``speed`` divides what the network itself takes time for: speech, pauses, audio files, the
    moment before a telephone rings. Deadlines that count against a person or against the
    product's own clock (the time-outs of Gather, Dial and Calls, time limits) stay as written.

    ``seed`` makes every SID; ``None`` takes a new one at each start, so that a database that is
    kept never meets the same call twice.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    lines: tuple[LineConfig, ...] = ()
    phones: tuple[PhoneConfig, ...] = ()
    host: str = "127.0.0.1"
    port: int = 8002
    speed: float = 1.0
    seed: int | None = None
