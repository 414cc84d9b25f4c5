"""Where the bench stands: a fresh database on an engine, and the settings of a server on it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from callcenter import logs, settings
from callcenter.records import migrations
from callcenter.settings import Settings
from tests import postgres

ENGINES = ("sqlite", "postgresql")
STDERR = 2


@dataclass(frozen=True)
class Ground:
    """A folder with a migrated database: ``environ`` is what a program there is started with."""

    engine: str
    folder: Path
    environ: Mapping[str, str]

    @property
    def settings(self) -> Settings:
        return settings.load(dict(self.environ), folder=self.folder)


@contextmanager
def fresh(engine: str, **more: str) -> Iterator[Ground]:
    """A new database of the product; raises ``tests.postgres.Unavailable`` where there is none."""
    with folder() as here, database(engine, here) as url:
        migrations.upgrade(url)
        port = postgres.free_port()
        own = {"CALLCENTER__DATABASE__URL": url, "VOICE_PORT": str(port)}
        yield Ground(engine, here, own | more)


@contextmanager
def folder() -> Iterator[Path]:
    """A new folder, removed at the end."""
    made = Path(tempfile.mkdtemp(prefix="callcenter-bench-"))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def database(engine: str, here: Path) -> Iterator[str]:
    """An empty database: a file in ``here``, or a server of its own with the tests' settings."""
    if engine == "sqlite":
        yield f"sqlite:///{here / 'callcenter.db'}"
        return
    with postgres.server(here) as server:
        yield server.create_database("bench")


@contextmanager
def quiet(file: Path) -> Iterator[None]:
    """Logs as a server writes them, into ``file`` instead of the terminal."""
    kept = os.dup(STDERR)
    out = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.dup2(out, STDERR)
        logs.set_up("info", "json", "voice")
        yield
    finally:
        os.dup2(kept, STDERR)
        os.close(kept)
        os.close(out)
