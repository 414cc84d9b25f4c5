"""The parent of a web server's processes: gunicorn's, except that at a reload nobody goes before
the new ones can answer. gunicorn's own ends the old ones at once, and callers hear silence for as
long as the new ones need to start."""

import mmap
import signal
import time
from contextlib import suppress
from typing import Any

from gunicorn.arbiter import Arbiter
from gunicorn.errors import HaltServer

BOOT_S = 30.0  # who cannot answer by then never will
LOOK_S = 0.05


def promise(worker: Any) -> None:
    """In the parent, before a process is started: where it will say that it can answer."""
    worker.can_answer = mmap.mmap(-1, 1)


def keep_promise(worker: Any) -> None:
    """In the new process, when its application is there."""
    worker.can_answer[0] = 1


class NotUp(Exception):
    """One of the new processes ended, or could not answer in time."""


class Patient(Arbiter):
    """``app.keep_settings()`` is called when new processes did not come up."""

    _reloading = False

    def reload(self) -> None:
        """As gunicorn's. If one of the new processes cannot answer, the old ones stay."""
        last, self._reloading = self.worker_age, True
        try:
            super().reload()
        except NotUp:
            self.log.error(
                "the new processes did not come up, so the old ones stay, with the old settings: "
                "look at what was said before, then reload again"
            )
            self._go_back(last)
        finally:
            self._reloading = False

    def reap_workers(self) -> None:
        """As gunicorn's, which ends the server when a process could not load the application: at
        a reload there are the old ones. Raises :class:`NotUp` for that."""
        try:
            super().reap_workers()
        except HaltServer as error:
            if self._reloading:
                raise NotUp from error
            raise

    def manage_workers(self) -> None:
        """As gunicorn's, which ends the oldest of those who are too many; before that, all who
        stay can answer."""
        too_many = len(self.WORKERS) - self.num_workers
        if too_many > 0 and self._reloading:
            self._wait_for(self._by_age()[too_many:])
        super().manage_workers()

    def _by_age(self) -> list[Any]:
        return sorted(self.WORKERS.values(), key=lambda worker: worker.age)

    def _wait_for(self, new: list[Any]) -> None:
        """Raises :class:`NotUp`."""
        deadline = time.monotonic() + BOOT_S
        while not all(worker.can_answer[0] for worker in new):
            self.reap_workers()
            if time.monotonic() > deadline or any(it.pid not in self.WORKERS for it in new):
                raise NotUp
            time.sleep(LOOK_S)

    def _go_back(self, last: int) -> None:
        """End those who are younger than ``last``, and have the old settings again."""
        young = [worker for worker in self._by_age() if worker.age > last]
        for worker in young:
            self.kill_worker(worker.pid, signal.SIGKILL)
        while any(worker.pid in self.WORKERS for worker in young):
            with suppress(NotUp):  # one more who could not come up
                self.reap_workers()
            time.sleep(LOOK_S)
        self.app.keep_settings()
        self.setup(self.app)
