"""The settings when nobody gave any: two centers, a simulated carrier, everything under ``var/``.

They are written as a configuration file would be and pass the same checks. Two secrets are drawn
at the first start and kept (mode 600), so that sessions and running calls survive a restart. The
backup numbers are made up; nothing but the simulated network is ever called.
"""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from callcenter.settings.reading import Fault, Given, SettingsError, Tables

ORIGIN = "demo settings"
PORTS = {
    "web": ("WEB_PORT", 8000),
    "voice": ("VOICE_PORT", 8001),
    "fallback": ("FALLBACK_PORT", 8003),
    "network": ("NETWORK_PORT", 8002),
}
ACCOUNT = "AC" + "0" * 32


def tables(environ: Mapping[str, str], folder: Path, faults: list[Fault]) -> Tables:
    """The demo's configuration, its files standing in ``folder``; see ``written``."""
    ports = {table: port(environ, *named, faults) for table, named in PORTS.items()}
    found: Tables = {}
    for name, content in written(ports, folder / "var").items():
        for index, one in enumerate(content) if isinstance(content, list) else [(None, content)]:
            table = name if index is None else f"{name}.{index}"
            place = f"{ORIGIN}: [{name}]" if index is None else f"{ORIGIN}: [[{name}]] {index + 1},"
            found[table] = {key: Given(value, f"{place} {key}") for key, value in one.items()}
    return found


def port(environ: Mapping[str, str], variable: str, default: int, faults: list[Fault]) -> int:
    """The port an environment variable names, else the default."""
    text = environ.get(variable, "").strip()
    if not text:
        return default
    if not text.isdecimal() or not 1 <= int(text[:6]) <= 65535:
        fault = Fault(f"environment: {variable}", f'is "{text}"', "Write a port, 1 to 65535")
        faults.append(fault)
        return default
    return int(text)


def written(ports: Mapping[str, int], var: Path) -> dict[str, Any]:
    """What ``config.toml`` would say."""
    return {
        "web": {
            "public_url": f"http://127.0.0.1:{ports['web']}",
            "bind": f"127.0.0.1:{ports['web']}",
            "secret_key": drawn(var / "secret_key"),
            "second_step": False,
        },
        "voice": {
            "public_url": f"http://127.0.0.1:{ports['voice']}",
            "bind": f"127.0.0.1:{ports['voice']}",
        },
        "fallback": {"bind": f"127.0.0.1:{ports['fallback']}"},
        "database": {"url": f"sqlite:///{var / 'callcenter.db'}"},
        "keys": {"file": str(var / "keys.toml")},
        "carrier": {
            "account_sid": ACCOUNT,
            "auth_token": drawn(var / "carrier_token"),
            "api_base": f"http://127.0.0.1:{ports['network']}",
        },
        "journal": {"directory": str(var / "journal")},
        "recordings": {"directory": str(var / "recordings")},
        "policy": {"snapshot": str(var / "policy.json")},
        "center": [
            {
                "code": "CC1",
                "name": "Call Center 1 Surabaya",
                "lines": ["+62318293097"],
                "backup_number": "+62315550101",
            },
            {
                "code": "CC2",
                "name": "Call Center 2",
                "lines": ["+62318280254"],
                "backup_number": "+62315550102",
            },
        ],
        "network": {"bind": f"127.0.0.1:{ports['network']}"},
    }


def drawn(file: Path) -> str:
    """The secret in a file; where there is none yet, one is drawn and kept there (mode 600)."""
    try:
        if not file.exists():
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            keep(file, secrets.token_hex(32))
        return file.read_text("utf-8").strip()
    except OSError as error:
        reason = (error.strerror or "fault").lower()
        fault = Fault(
            f"{ORIGIN}: {file}",
            f"cannot be kept there ({reason}), so nobody would stay signed in",
            "Start the demo in a folder that you may write to",
        )
        raise SettingsError([fault]) from error


def keep(file: Path, secret: str) -> None:
    """Write a secret whole or not at all; another process that was first has won."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(secret + "\n")
    try:
        os.link(draft, file)
    except FileExistsError:
        pass  # started twice at the same moment: the other's secret is as good, and already in use
    finally:
        draft.unlink()
