"""One web server for one door: gunicorn with threads, set up here and nowhere else.

SIGTERM finishes the requests under way, SIGHUP reads the settings again and changes the workers one
by one. There is no access log: addresses under ``/voice/`` are sealed tokens of running calls.
"""

import logging
import os
import re
import sys
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from callcenter import create_app, settings
from callcenter.cli import refusals

# A webhook is answered in milliseconds; a live page holds a thread for up to 25 s.
THREADS = {"voice": 8, "people": 24}
WORKERS = 2
LONGEST_LINE = 8190  # a sealed token may be long; gunicorn's own limit is 4094
GRACE_S = 30  # longer than a live stream, so that a reload cuts none
AFTER_VOICE = re.compile(r"(/voice/)[^\s'\"]+")
QUERY = re.compile(r"\?[^\s'\"]+")


class WithoutAddresses(logging.Filter):
    """Drops what identifies a call or a person from the addresses that gunicorn mentions."""

    def filter(self, record: logging.LogRecord) -> bool:
        told = AFTER_VOICE.sub(r"\1…", record.getMessage())
        record.msg, record.args = QUERY.sub("?…", told), ()
        return True


class QuietLogger(Logger):
    """gunicorn's own messages, without addresses that identify somebody."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.addFilter(WithoutAddresses())


class Server(BaseApplication):
    """A server for ``door``: ``voice`` or ``people``."""

    def __init__(self, door: str, chosen: settings.Settings, workers: int, threads: int) -> None:
        self.door, self.settings = door, chosen
        self.workers, self.threads = workers, threads
        super().__init__()

    def load_config(self) -> None:
        bind = self.settings.voice.bind if self.door == "voice" else self.settings.web.bind
        for name, value in {
            "bind": bind,
            "worker_class": "gthread",
            "workers": self.workers,
            "threads": self.threads,
            "graceful_timeout": GRACE_S,
            "limit_request_line": LONGEST_LINE,
            "proc_name": f"callcenter {self.door}",
            "loglevel": self.settings.log.level,
            "logger_class": QuietLogger,
            "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108
            "forwarded_allow_ips": "",  # our addresses are configured; nobody's header chooses one
            "control_socket_disable": True,
        }.items():
            self.cfg.set(name, value)

    def reload(self) -> None:
        """Take the settings as they are now; while they are at fault, keep the old ones."""
        try:
            self.settings = settings.load(os.environ)
        except settings.SettingsError as refused:
            print(f"Not reloaded, the old settings stay:\n{refused}", file=sys.stderr)
        super().reload()

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
