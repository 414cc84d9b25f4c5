"""The policy: seeded once from the configuration and the prompts, then versioned rows, and a
snapshot on disk from which a door starts when there is no database."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, func, select
from sqlalchemy.exc import DBAPIError

from callcenter.records import centers, merging
from callcenter.records.database import Database
from callcenter.records.tables import PolicyRow
from callcenter.rules import policy_faults, speech
from callcenter.rules.policy import (
    LANGUAGES,
    Center,
    Holiday,
    Policy,
    Posko,
    QueueRules,
    Report,
)

POLICY: Table = PolicyRow.__table__  # type: ignore[assignment]
PROMPTS = Path(__file__).parent.parent / "prompts"
FRESH_S = 1.0


def seed(settings: Any) -> Policy:
    """The policy that the configuration (:mod:`callcenter.settings`) and ``prompts/`` describe."""
    salutations = {language: _toml(f"{language}.toml").get("salam", {}) for language in LANGUAGES}
    known = {name for name in QueueRules.__dataclass_fields__ if hasattr(settings.queue, name)}
    return Policy(
        centers=tuple(
            Center(c.code, c.name, c.lines, c.backup_number, str(c.hours), c.when_closed)
            for c in settings.centers
        ),
        queue=QueueRules(**{name: getattr(settings.queue, name) for name in known}),
        voices={"id": settings.prompts.voice_id, "en": settings.prompts.voice_en},
        prompts=shipped(),
        salutations=salutations,
        recordings={language: _recordings(language) for language in LANGUAGES},
        posko=tuple(_posko(entry) for entry in _toml("posko.toml")["posko"]),
        report=Report(f"{settings.report.cutoff:%H:%M}", settings.report.test_numbers),
    )


def newest(db: Connection) -> Policy | None:
    """The version that rules; None in an empty database."""
    row = db.execute(select(POLICY).order_by(POLICY.c.version.desc()).limit(1)).one_or_none()
    return completed(msgspec.convert(row.body, Policy), row.version) if row else None


def completed(policy: Policy, version: int) -> Policy:
    """The policy with the sentences that came with a release after it was written."""
    known = {
        language: prompts | policy.prompts.get(language, {})
        for language, prompts in shipped().items()
    }
    return replace(policy, prompts=known, version=version)


@cache
def shipped() -> dict[str, dict[str, str]]:
    """The sentences of this release, by language."""
    return {
        language: {
            prompt: text
            for prompt, text in _toml(f"{language}.toml").items()
            if isinstance(text, str)
        }
        for language in LANGUAGES
    }


def add(db: Connection, policy: Policy, *, by: str, why: str, now: datetime) -> Policy:
    """Make ``policy`` the next version. Two that were made from one version: the first wins."""
    version = policy.version + 1
    body = msgspec.to_builtins(replace(policy, version=version, shut=()))
    row = {"version": version, "at": now, "by": by, "why": why, "body": body}
    db.execute(merging.insert(db, POLICY).values(row).on_conflict_do_nothing())
    return newest(db) or policy


def ensure(
    db: Connection,
    settings: Any,
    now: datetime,
    *,
    holidays: Callable[[], tuple[Holiday, ...]] = tuple,
) -> Policy:
    """The ruling policy; in an empty database the seed becomes version 1. ``holidays``: the first
    fill of the calendar, asked for only then."""
    if ruling := newest(db):
        return ruling
    first = replace(seed(settings), holidays=holidays())
    return add(db, first, by="config.toml", why="first start", now=now)


class PolicyRefused(Exception):
    """A policy that cannot rule; the text names the place, the fault and the way out."""


def written(policy: Policy) -> str:
    """The policy as one JSON document, to be read and edited by people."""
    return msgspec.json.format(msgspec.json.encode(policy)).decode()


def read(text: bytes) -> Policy:
    """The policy that :func:`written` wrote. Raises :class:`PolicyRefused`."""
    try:
        policy = msgspec.json.decode(text, type=Policy)
    except msgspec.DecodeError as error:
        raise PolicyRefused(f"{error}. Start from `policy show` and change only values.") from error
    return checked(policy)


def checked(policy: Policy) -> Policy:
    """``policy``, if it can rule. Raises :class:`PolicyRefused` with everything that is wrong."""
    texts = shipped()[speech.FALLBACK]
    needed = {prompt: speech.placeholders(text) for prompt, text in texts.items()}
    if wrong := list(policy_faults.faults(policy, needed)):
        raise PolicyRefused("\n".join(wrong))
    return policy


def follow(
    db: Connection, ruling: Policy, wanted: Policy, *, by: str, why: str, now: datetime
) -> Policy:
    """Make ``wanted`` the version after ``ruling``, whatever version it was written from."""
    return add(db, replace(wanted, version=ruling.version), by=by, why=why, now=now)


class Current:
    """The policy of this moment, read again at most once a second. Call it."""

    def __init__(self, database: Database, snapshot: Path) -> None:
        self._database = database
        self._snapshot = snapshot
        self._policy: Policy | None = None
        self._read_at = 0.0

    def __call__(self) -> Policy:
        """Raises :class:`PolicyRefused` when there is neither a database nor a snapshot."""
        if self._policy is None or monotonic() - self._read_at > FRESH_S:
            self._refresh()
            self._read_at = monotonic()
        if self._policy is None:
            raise PolicyRefused(
                f"[policy] snapshot: {self._snapshot} is not there and the database does not "
                "answer, so nobody knows which lines are ours. Start the database, and then run: "
                "python -m callcenter migrate"
            )
        return self._policy

    def _refresh(self) -> None:
        try:
            with self._database.reading() as db:
                version = db.execute(select(func.max(POLICY.c.version))).scalar()
                shut = centers.shut(db)
                known = (self._policy.version, self._policy.shut) if self._policy else None
                if version is None or known == (version, shut):
                    return
                ruling = newest(db)
                self._policy = replace(ruling, shut=shut) if ruling else None
        except DBAPIError:
            self._policy = self._policy or read_snapshot(self._snapshot)
            return
        if self._policy:
            write_snapshot(self._policy, self._snapshot)


def read_snapshot(path: Path) -> Policy | None:
    """The last policy that a process of this host saw."""
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=Policy)
        return completed(kept, kept.version)
    except FileNotFoundError:
        return None


def write_snapshot(policy: Policy, path: Path) -> None:
    """Replace the snapshot in one move: a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(policy)))
    fresh.replace(path)


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((PROMPTS / name).read_text("utf-8"))


def _recordings(language: str) -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in (PROMPTS / language).glob("*.wav")))


def _posko(entry: dict[str, Any]) -> Posko:
    return Posko(
        number=entry["no"],
        name=entry["name"],
        kind=entry["kind"],
        regency_code=entry.get("regency_code", ""),
        address=entry.get("address", "") if entry.get("address_verified") else "",
        hours=entry.get("hours", ""),
        phone=entry.get("phone", ""),
    )
