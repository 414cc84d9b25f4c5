"""Programs started by a command that stays with them: their output, their end, their signals."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence

SLICE_S = 0.2  # how often is looked whether one has ended


class Children:
    """Our own commands as programs of their own, each in its own session.

    An interrupt at the keyboard thus reaches the parent only, which ends them in order.
    ``width`` > 0 puts the name of a child before each line it says.
    """

    def __init__(self, *, width: int = 0) -> None:
        self.width = width
        self.running: dict[str, subprocess.Popen[str]] = {}
        self.stopping = threading.Event()
        self._readers: list[threading.Thread] = []

    def start(self, name: str, command: Sequence[str], environ: Mapping[str, str]) -> None:
        """Start ``python -m callcenter command`` under a name."""
        child = subprocess.Popen(
            [sys.executable, "-u", "-m", "callcenter", *command],
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if self.width else None,
            stderr=subprocess.STDOUT if self.width else None,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self.running[name] = child
        if self.width:
            reader = threading.Thread(target=self._tell, args=(name, child), daemon=True)
            reader.start()
            self._readers.append(reader)

    def _tell(self, name: str, child: subprocess.Popen[str]) -> None:
        if child.stdout is None:
            return
        with child.stdout as said:
            for line in said:
                print(f"{name:<{self.width}} | {line.rstrip()}", flush=True)

    def listen(self) -> None:
        """From now on an interrupt or SIGTERM asks ``stopping``, and SIGHUP is passed on."""
        signal.signal(signal.SIGINT, lambda *_: self.stopping.set())
        signal.signal(signal.SIGTERM, lambda *_: self.stopping.set())
        signal.signal(signal.SIGHUP, lambda *_: self.tell(signal.SIGHUP))

    def wait(self, seconds: float = float("inf")) -> str | None:
        """Until one ends by itself: its name. ``None``: we are stopping, or the time is over."""
        deadline = time.monotonic() + seconds
        while not self.stopping.wait(SLICE_S):
            for name, child in self.running.items():
                if child.poll() is not None:
                    return name
            if time.monotonic() >= deadline:
                return None
        return None

    def code(self, name: str) -> int:
        """The exit code of a child that has ended."""
        return self.running[name].wait()

    def tell(self, what: signal.Signals) -> None:
        """Send a signal to all that still run."""
        for child in self.running.values():
            if child.poll() is None:
                child.send_signal(what)

    def end(self, what: signal.Signals, *, grace_s: float) -> None:
        """Ask all to end, and after ``grace_s`` make them; what they still say is printed."""
        self.tell(what)
        deadline = time.monotonic() + grace_s
        for child in self.running.values():
            try:
                child.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        for reader in self._readers:
            reader.join(1)
