"""One web server for one door: gunicorn with threads, set up here and nowhere else.

SIGTERM finishes the requests under way, SIGHUP reads the settings again and changes the workers
when the new ones can answer (:mod:`callcenter.cli.running.arbiter`). gunicorn's own access log is
never on: addresses under ``/voice/`` are sealed tokens of running calls. What may be told of a
request is told by :mod:`callcenter.web.access`.
"""

import gc
import logging
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from callcenter import create_app, logs, meters, settings
from callcenter.cli import refusals
from callcenter.cli.running.arbiter import Patient, keep_promise, promise

# A webhook is answered in milliseconds; a live page holds a thread for up to 25 s.
THREADS = {"voice": 8, "people": 256}
WORKERS = 2
LONGEST_LINE = 8190  # a sealed token may be long; gunicorn's own limit is 4094
KEPT_S = {"voice": 2, "people": 15}  # connections between requests; a page fetches all the time
ROOMS = {
    "voice": ("callcenter.web.voice", "callcenter.records.opening"),
    "people": ("callcenter.web.people", "callcenter.records.opening"),
}
GRACE_S = 30  # longer than a live stream, so that a reload cuts none


class OneLog(Logger):
    """gunicorn's own messages go where all of ours go (:mod:`callcenter.logs`); its access log,
    which would tell addresses, is never on."""

    def setup(self, cfg: Any) -> None:
        self.cfg = cfg
        self.error_log.setLevel(max(logging.INFO, self.LOG_LEVELS[cfg.loglevel]))
        self.error_log.propagate = True
        self._access_log_enabled = False


def choose_slot(arbiter: Arbiter, worker: Any) -> None:
    """In the parent, before a process is started: where it will count (:mod:`meters`)."""
    taken = {other.slot for other in arbiter.WORKERS.values()}
    free = (slot for slot in range(meters.SLOTS) if slot not in taken)
    worker.slot = next(free, meters.SLOTS - 1)
    promise(worker)


def take_slot(arbiter: Arbiter, worker: Any) -> None:
    """In the new process."""
    meters.sheet.take(worker.slot)


def know_streams(worker: Any) -> None:
    """In the new process: how many live pages may hold a thread, and when they must let it go."""
    if hub := worker.wsgi.extensions.get("callcenter.hub"):
        hub.limit = worker.cfg.threads - max(4, worker.cfg.threads // 5)
        hub.alive = lambda: worker.alive
    keep_promise(worker)


class Server(BaseApplication):
    """A server for ``door``: ``voice`` or ``people``."""

    def __init__(self, door: str, chosen: settings.Settings, workers: int, threads: int) -> None:
        self.door, self.settings = door, chosen
        self.before = chosen
        self.workers, self.threads = workers, threads
        super().__init__()

    def load_config(self) -> None:
        bind = self.settings.voice.bind if self.door == "voice" else self.settings.web.bind
        for name, value in {
            "bind": bind,
            "worker_class": "gthread",
            "workers": self.workers,
            "threads": self.threads,
            "keepalive": KEPT_S[self.door],
            "graceful_timeout": GRACE_S,
            "limit_request_line": LONGEST_LINE,
            "proc_name": f"callcenter {self.door}",
            "loglevel": self.settings.log.level,
            "logger_class": OneLog,
            "pre_fork": choose_slot,
            "post_fork": take_slot,
            "post_worker_init": know_streams,
            "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108
            "forwarded_allow_ips": "",  # our addresses are configured; nobody's header chooses one
            "control_socket_disable": True,
        }.items():
            self.cfg.set(name, value)

    def reload(self) -> None:
        """Take the settings as they are now; while they are at fault, keep the old ones."""
        self.before = self.settings
        try:
            self.settings = settings.load(os.environ)
        except settings.SettingsError as refused:
            print(f"Not reloaded, the old settings stay:\n{refused}", file=sys.stderr)
        logs.set_up(self.settings.log.level, self.settings.log.format, self.door)
        super().reload()

    def keep_settings(self) -> None:
        """Go back to the settings from before the last reload."""
        self.settings = self.before
        super().reload()

    def run(self) -> None:
        for room in (*ROOMS[self.door], "callcenter.web.metrics", "callcenter.web.access"):
            import_module(room)  # once, before the fork: a process is there in a tenth of the time
        gc.freeze()  # what all share is not looked at, and so not copied, by each of them
        gc.enable()
        Patient(self).run()

    def load(self) -> Any:
        """The application, in each worker; a refusal is told and ends the server."""
        try:
            return create_app(self.settings, doors=(self.door,))
        except refusals() as refused:
            print(refused, file=sys.stderr)
            sys.exit(Arbiter.APP_LOAD_ERROR)

    def serve(self) -> int:
        """Serve until a signal; gives the exit code."""
        parent = os.getpid()
        try:
            self.run()
        except SystemExit as ended:  # how gunicorn ends, also when all went well
            if os.getpid() != parent:  # a worker, whose code tells gunicorn not to try again
                raise
            return 1 if ended.code else 0
        return 0
