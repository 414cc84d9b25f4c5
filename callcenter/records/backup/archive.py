"""The file of a backup: a zip with one member a table (one JSON array a row, one row a line), the
policy to be read by people, and a manifest that says what must be in it.

The manifest carries a proof that only the key file can make, and the checksum of every member: a
file that was damaged, cut off or altered is told from a whole one before anything is done with it.
Every engine writes and reads the same. The keys are never in it.
"""

from __future__ import annotations

import hmac
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO

import msgspec

from callcenter.records import sealing
from callcenter.records.sealing import Keys

FORMAT = 1
MANIFEST, PROOF, POLICY = "manifest.json", "manifest.proof", "policy.json"
LONGEST_TEXT = 16 * 1024 * 1024
CHUNK = 1 << 20
# What the library raises for a file in which bytes were changed.
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, RuntimeError)


class BackupRefused(Exception):
    """A backup is not made or not restored; the text says why and what to do."""


class Column(msgspec.Struct, frozen=True):
    """``kind``: text, int, bool, instant, date, json."""

    name: str
    kind: str


class Member(msgspec.Struct, frozen=True):
    """One table as it stands in the file."""

    table: str
    columns: tuple[Column, ...]
    rows: int
    bytes: int
    sha256: str

    @property
    def name(self) -> str:
        return member_name(self.table)


class Manifest(msgspec.Struct, frozen=True):
    """What must be in the file. ``step``: the migration that its tables are at; ``keys``: the
    check value of the key file; ``sealing``: one of each sealing key in it; ``policy``: the
    checksum of the policy, empty when none rules."""

    format: int
    made_at: datetime
    version: str
    step: str
    engine: str
    keys: str
    sealing: dict[str, str]
    tables: tuple[Member, ...]
    policy: str = ""

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(member.rows for member in self.tables)


def member_name(table: str) -> str:
    return f"tables/{table}.jsonl"


def proof(keys: Keys, manifest: bytes) -> str:
    """What only the owner of the key file can make of a manifest."""
    key = hmac.digest(keys.index_key, b"callcenter backup", sha256)
    return hmac.digest(key, manifest, sha256).hex()


def sealing_checks(keys: Keys) -> dict[str, str]:
    """One check value for each sealing key: it tells the key, and nothing of it."""
    return {
        name: hmac.digest(key, b"callcenter backup check", sha256).hex()[:32]
        for name, key in keys.sealing.items()
    }


# --- writing


@dataclass
class Writer:
    """Adds members to the file and remembers what was written."""

    archive: zipfile.ZipFile
    at: datetime
    members: list[Member] = field(default_factory=list)

    def table(
        self, name: str, columns: tuple[Column, ...], lines: Iterable[tuple[int, bytes]]
    ) -> None:
        """``lines``: some rows at a time, how many and as lines."""
        checksum, rows, size = sha256(), 0, 0
        with self._open(member_name(name)) as out:
            for count, some in lines:
                out.write(some)
                checksum.update(some)
                rows, size = rows + count, size + len(some)
        self.members.append(Member(str(name), columns, rows, size, checksum.hexdigest()))

    def text(self, name: str, content: bytes) -> None:
        with self._open(name) as out:
            out.write(content)

    def _open(self, name: str) -> IO[bytes]:
        told = zipfile.ZipInfo(name, self.at.astimezone(UTC).timetuple()[:6])
        told.compress_type = zipfile.ZIP_DEFLATED
        told.external_attr = 0o600 << 16
        return self.archive.open(told, "w", force_zip64=True)


@contextmanager
def drafted(path: Path) -> Iterator[Path]:
    """Where to write what is to be ``path``: it gets its name when the body is through, and is
    nobody else's to read.

    Raises :class:`BackupRefused` when something stands there already or it cannot be written.
    """
    if path.exists():
        raise BackupRefused(f"{path} is there already and is not overwritten. Choose another name.")
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield draft
        _name(draft, path)
    except OSError as error:
        raise BackupRefused(
            f"{path} cannot be written ({_reason(error)}), so there is no backup. Choose a folder "
            "with space in which this user may write."
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


@contextmanager
def writing(draft: Path, at: datetime) -> Iterator[Writer]:
    """A new file for its owner alone, on the disk when the body is through."""
    file = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(file, "w+b") as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
            yield Writer(zipped, at)
        out.flush()
        os.fsync(out.fileno())


def _name(draft: Path, path: Path) -> None:
    """Give the file its name, never that of another; some disks know no second name."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:
        if path.exists():
            raise
        draft.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system that cannot promise it
            os.fsync(folder)
    finally:
        os.close(folder)


# --- reading


class Archive:
    """A backup file that is open for reading."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path = path
        self._archive = archive
        self._manifest = self._small(MANIFEST)
        self._proof = self._small(PROOF).decode("ascii", "replace")
        self.manifest = msgspec.json.decode(self._manifest, type=Manifest)

    def prove(self, keys: Keys) -> None:
        """Raises :class:`BackupRefused` unless ``keys`` are those of the backup, and everything
        is in it as it was written."""
        told = self.manifest
        if told.keys != sealing.check_value(keys):
            raise BackupRefused(
                f"{self.path} was made with another key file, so nothing sealed in it could be "
                "opened. Point [keys] file at the copy that belongs to it."
            )
        if not hmac.compare_digest(proof(keys, self._manifest), self._proof):
            raise self.damaged("its manifest was changed")
        known = sealing_checks(keys)
        if missing := [name for name, check in told.sealing.items() if known.get(name) != check]:
            raise BackupRefused(
                f"{self.path} needs the sealing key(s) {', '.join(missing)}, which the key file "
                "does not hold. Point [keys] file at the copy that belongs to it."
            )
        for member in told.tables:
            self._prove(member)
        if told.policy and sha256(self._small(POLICY)).hexdigest() != told.policy:
            raise self.damaged("the policy is not as it was written")

    def _prove(self, member: Member) -> None:
        checksum, size, rows = sha256(), 0, 0
        for chunk in self.chunks(member):
            checksum.update(chunk)
            size, rows = size + len(chunk), rows + chunk.count(b"\n")
            if size > member.bytes:
                break
        if (checksum.hexdigest(), size, rows) != (member.sha256, member.bytes, member.rows):
            raise self.damaged(f"table {member.table} is not as it was written")

    def chunks(self, member: Member) -> Iterator[bytes]:
        """A table, some of its bytes at a time."""
        try:
            with self._archive.open(member.name) as file:
                while chunk := file.read(CHUNK):
                    yield chunk
        except (*DAMAGE, OSError) as error:
            raise self.damaged(f"table {member.table} cannot be read") from error

    def lines(self, member: Member) -> Iterator[bytes]:
        """A table, row by row."""
        rest = b""
        for chunk in self.chunks(member):
            *lines, rest = (rest + chunk).split(b"\n")
            yield from lines

    def _small(self, name: str) -> bytes:
        try:
            with self._archive.open(name) as file:
                return file.read(LONGEST_TEXT)
        except (*DAMAGE, OSError) as error:
            raise _no_backup(self.path) from error

    def damaged(self, fault: str) -> BackupRefused:
        return BackupRefused(
            f"{self.path}: {fault}, so it is damaged or was altered and nothing of it is used. "
            "Take another backup."
        )


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The backup at ``path``. Raises :class:`BackupRefused` for what is none that we can read."""
    try:
        zipped = zipfile.ZipFile(path)
    except OSError as error:
        raise BackupRefused(
            f"{path} cannot be read ({_reason(error)}). Name the file of a backup."
        ) from error
    except DAMAGE as error:
        raise _no_backup(path) from error
    with zipped:
        try:
            archive = Archive(path, zipped)
        except (*DAMAGE, OSError) as error:
            raise _no_backup(path) from error
        if archive.manifest.format != FORMAT:
            raise BackupRefused(
                f"{path} was made by a newer release, so this one cannot read it. Install that "
                "release, or one after it."
            )
        yield archive


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


def _no_backup(path: Path) -> BackupRefused:
    return BackupRefused(
        f"{path} is no backup of this program, or it was cut off, so nothing of it is used. Take "
        "another one."
    )
