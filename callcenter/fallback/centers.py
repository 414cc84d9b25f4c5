"""Which backup telephone belongs to a line, and the words to say: from the policy's snapshot, or
from the configuration while there is none that can be read."""

import json
import threading
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from callcenter.rules import phone
from callcenter.settings import Settings

SENTENCES = Path(__file__).parent.parent / "prompts" / "id.toml"


@dataclass(frozen=True)
class Known:
    """``backups``: the backup number of each line, "" where there is none. Sentences in
    Indonesian, for ``voice``."""

    backups: Mapping[str, str]
    voice: str
    system_down: str
    all_gone: str

    def backup(self, line: str) -> str:
        """The number to connect with, or "" when there is none that we may dial."""
        number = self.backups.get(line, "")
        return number if number not in self.backups and phone.dialable(number) else ""


def seeded(settings: Settings) -> Known:
    """What the configuration and the sentences of this release say."""
    sentences = tomllib.loads(SENTENCES.read_text("utf-8"))
    return Known(
        {line: center.backup_number for center in settings.centers for line in center.lines},
        settings.prompts.voice_id,
        sentences["system_down"],
        sentences["all_gone"],
    )


def read(text: bytes, seed: Known) -> Known:
    """What a snapshot says; words that it does not have are those of ``seed``. Raises
    ``ValueError`` for what is no snapshot of a policy."""
    try:
        policy: Any = json.loads(text)
        sentences = policy["prompts"].get("id", {})
        known = Known(
            {line: one["backup_number"] for one in policy["centers"] for line in one["lines"]},
            policy["voices"].get("id", seed.voice),
            sentences.get("system_down", seed.system_down),
            sentences.get("all_gone", seed.all_gone),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{error} is missing or of another kind") from error
    told = (*known.backups, *known.backups.values(), known.voice)
    if not all(isinstance(text, str) for text in (*told, known.system_down, known.all_gone)):
        raise ValueError("a number, a voice or a sentence is no text")
    return known


@dataclass
class Current:
    """What is known at this moment; the snapshot is read again when it has changed."""

    snapshot: Path
    seed: Known
    say: Callable[[str], None] = print
    _known: Known | None = None
    _seen: object = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> Known:
        with self._lock:
            if (seen := self._state()) != self._seen:
                self._seen = seen
                self._known = self._read() or self._known
        return self._known or self.seed

    def _state(self) -> object:
        try:
            told = self.snapshot.stat()
        except OSError:
            return "absent"
        return told.st_mtime_ns, told.st_size, told.st_ino

    def _read(self) -> Known | None:
        kept = "what was known before" if self._known else "the configuration"
        try:
            return read(self.snapshot.read_bytes(), self.seed)
        except OSError as error:
            reason = (error.strerror or "fault").lower()
        except ValueError as error:
            reason = f"it is no policy: {error}"
        self.say(
            f"[policy] snapshot: {self.snapshot} cannot be read ({reason}), so callers are "
            f"connected by {kept}. The voice server or the worker writes it again."
        )
        return None
