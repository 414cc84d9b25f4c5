"""Sealed fields and sealed tokens: AES-GCM with a key id, bound to the place they belong to.

A sealed value moved to another row or column does not open. Exact search goes through a *blind
index*: a keyed hash under another key, worthless without the key file.
"""

from __future__ import annotations

import base64
import hmac
import os
import secrets
import tomllib
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Table, select

from callcenter.records import merging
from callcenter.records.tables import MetaRow

META: Table = MetaRow.__table__  # type: ignore[assignment]

NONCE = 12
LENGTH = 32


class SealBroken(Exception):
    """A sealed value was altered, moved, or sealed with a key that is not in the key file."""


class KeysRefused(Exception):
    """The key file is missing, unreadable or belongs to another database."""


@dataclass(frozen=True)
class Keys:
    """The sealing keys by id (the last one seals), and the key of the blind indexes."""

    sealing: dict[str, bytes] = field(repr=False)
    index_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        ciphers = {name: AESGCM(key) for name, key in self.sealing.items()}
        object.__setattr__(self, "_ciphers", ciphers)
        object.__setattr__(self, "_current", next(reversed(self.sealing)))

    def seal(self, value: str, column: str, row_id: str) -> str:
        """``value`` sealed for ``table.column`` of this row: ``keyid.base64``."""
        return self._seal(value.encode(), f"{column}:{row_id}")

    def open(self, sealed: str, column: str, row_id: str) -> str:
        """The value; raises :class:`SealBroken` when it is not the one sealed for this place."""
        return self._open(sealed, f"{column}:{row_id}").decode()

    def index(self, value: str, kind: str) -> str:
        """The blind index of ``value``: equal values of one kind have equal indexes."""
        digest = hmac.digest(self.index_key, f"{kind}\x1f{value}".encode(), sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def token(self, value: bytes, bound_to: str) -> str:
        """``value`` sealed for an address: it opens only with the same ``bound_to``."""
        return self._seal(value, f"token:{bound_to}")

    def open_token(self, token: str, bound_to: str) -> bytes:
        return self._open(token, f"token:{bound_to}")

    def _seal(self, value: bytes, place: str) -> str:
        nonce = os.urandom(NONCE)
        sealed = nonce + self._ciphers[self._current].encrypt(nonce, value, place.encode())
        return f"{self._current}.{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"

    def _open(self, sealed: str, place: str) -> bytes:
        name, _, text = sealed.partition(".")
        cipher = self._ciphers.get(name)
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            if cipher is None or len(raw) <= NONCE:
                raise SealBroken("sealed with an unknown key")
            return cipher.decrypt(raw[:NONCE], raw[NONCE:], place.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBroken("a sealed value does not belong where it was found") from error

    _ciphers: dict[str, AESGCM] = field(init=False, repr=False, compare=False)
    _current: str = field(init=False, repr=False, compare=False)


def make() -> Keys:
    return Keys({"k1": secrets.token_bytes(32)}, secrets.token_bytes(32))


def read(path: Path) -> Keys:
    """The key file: ``index`` and the table ``[sealing]``, 32 bytes each in base64."""
    try:
        parts = tomllib.loads(path.read_text("utf-8"))
        sealing = {name: base64.b64decode(key) for name, key in parts["sealing"].items()}
        index = base64.b64decode(parts["index"])
        if not sealing or any(len(key) != LENGTH for key in (index, *sealing.values())):
            raise ValueError("a key is missing or cut off")
        return Keys(sealing, index)
    except (OSError, KeyError, ValueError, AttributeError, TypeError) as error:
        raise KeysRefused(
            f"[keys] file: {path} cannot be read as a key file ({type(error).__name__}), so "
            "nothing sealed can be opened. Restore it from where your keys are kept."
        ) from error


def write(keys: Keys, path: Path) -> None:
    """Write the key file, readable by its owner only; an existing file is never replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f'index = "{base64.b64encode(keys.index_key).decode()}"', "", "[sealing]"]
    lines += [f'{k} = "{base64.b64encode(v).decode()}"' for k, v in keys.sealing.items()]
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")
    try:
        os.link(draft, path)  # whole or not at all, for whoever reads it at this moment
    finally:
        draft.unlink()


def check_value(keys: Keys) -> str:
    """What a database, and a backup of it, remembers of its keys: it tells them from others."""
    return keys.index("callcenter", "check")


def for_database(db: Connection, path: Path) -> Keys:
    """The keys of this database. They are made only for an empty one, which remembers them.

    Raises :class:`KeysRefused` when the file is gone or fits another database.
    """
    known = db.execute(select(META.c.value).where(META.c.name == "keys")).scalar()
    if known is None and not path.exists():
        with suppress(FileExistsError):  # another process was first; its keys are as good
            write(make(), path)
    if not path.exists():
        raise KeysRefused(
            f"[keys] file: {path} is missing, but the database was sealed with one, so names can "
            "be read and numbers cannot. Restore the file from where your keys are kept."
        )
    keys = read(path)
    check = check_value(keys)
    if known is None:
        row = {"name": "keys", "value": check}
        db.execute(merging.insert(db, META).values(row).on_conflict_do_nothing())
        known = db.execute(select(META.c.value).where(META.c.name == "keys")).scalar()
    if known != check:
        raise KeysRefused(
            f"[keys] file: {path} belongs to another database, so nothing sealed here can be "
            "opened. Point [keys] file at the one that was made with this database."
        )
    return keys
