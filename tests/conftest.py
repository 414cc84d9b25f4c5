"""What every test may ask for: a database on each engine, keys, settings and a whole house."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from callcenter import settings as settings_room
from callcenter.records import migrations, sealing
from callcenter.records import policy as policies
from callcenter.records.database import Database
from tests import postgres

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """One folder for all workers of this run."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = Path(tempfile.gettempdir()) / f"callcenter-tests-{run}"
    folder.mkdir(mode=0o755, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def postgres_server(shared_folder: Path) -> Iterator[postgres.Server]:
    with postgres.server_or_skip(shared_folder) as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    migrations.upgrade(f"sqlite:///{path}")
    return path


def fresh_url(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The URL of a migrated, empty database on ``engine``."""
    if engine == "sqlite":
        path = tmp_path / "callcenter.db"
        path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        return f"sqlite:///{path}"
    server = request.getfixturevalue("postgres_server")
    template = server.template("migrated", migrations.upgrade)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    return server.create_database(f"test_{worker}", template)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Both engines: a test that takes this runs twice."""
    return request.param


@pytest.fixture
def database_url(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    return fresh_url(engine, tmp_path, request)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated, empty database; the test runs on SQLite and on PostgreSQL."""
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def keys() -> sealing.Keys:
    return sealing.make()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> settings_room.Settings:
    """The demo's settings, on this test's database, with cheap passwords."""
    return demo_settings(tmp_path, database_url)


def demo_settings(folder: Path, url: str, **more: str) -> settings_room.Settings:
    """``after_s``: a busy machine is no reason to write into the journal."""
    calm = {"CALLCENTER__DATABASE__URL": url, "CALLCENTER__JOURNAL__AFTER_S": "10"}
    environ = calm | more
    return settings_room.load(environ, folder=folder)


@pytest.fixture(scope="session")
def policy(tmp_path_factory: pytest.TempPathFactory):
    """The policy that the demo starts with."""
    folder = tmp_path_factory.mktemp("policy")
    return policies.seed(settings_room.load({}, folder=folder))


@pytest.fixture
def demo_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, the current one, to run commands of the demo in; on ports of its own."""
    for name in [name for name in os.environ if name.startswith("CALLCENTER")]:
        monkeypatch.delenv(name)
    for name in ("WEB_PORT", "VOICE_PORT", "NETWORK_PORT"):
        monkeypatch.setenv(name, str(postgres.free_port()))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent.parent))
    monkeypatch.chdir(tmp_path)
    return tmp_path
