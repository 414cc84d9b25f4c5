"""The house as an operator starts it: all processes, on free ports, in a folder of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
READY_S = 90


@dataclass(frozen=True)
class House:
    """Where everything answers, and who can sign in."""

    environ: dict[str, str]
    folder: Path
    pages: str
    voice: str
    network: str
    passwords: dict[str, str]

    def ask(self, *words: str) -> str:
        """What an operator's command prints."""
        command = [sys.executable, "-m", "callcenter", *words]
        done = subprocess.run(
            command, env=self.environ, cwd=self.folder, capture_output=True, text=True, check=True
        )
        return done.stdout


@contextmanager
def started(folder: Path, **more: str) -> Iterator[House]:
    """``callcenter run`` in ``folder``, ended with everything it started."""
    web, voice, network = free_ports(3)
    own = {"WEB_PORT": web, "VOICE_PORT": voice, "NETWORK_PORT": network, "PYTHONPATH": str(ROOT)}
    environ = {k: v for k, v in os.environ.items() if not k.startswith("CALLCENTER")}
    environ |= own | {"CALLCENTER__NETWORK__SPEED": "6"} | more
    with (folder / "run.log").open("w") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", "callcenter", "run"],
            env=environ,
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            house = House(
                environ,
                folder,
                *(f"http://127.0.0.1:{port}" for port in (web, voice, network)),
                passwords(folder, running),
            )
            yield house
        finally:
            running.send_signal(signal.SIGINT)
            try:
                running.wait(20)
            except subprocess.TimeoutExpired:
                running.kill()


def passwords(folder: Path, running: subprocess.Popen[bytes]) -> dict[str, str]:
    """Wait until the house says that it is ready, and read who can sign in."""
    deadline = time.monotonic() + READY_S
    log = folder / "run.log"
    while "Ctrl-C ends everything" not in log.read_text():
        if running.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"the house did not come up:\n{log.read_text()[-3000:]}")
        time.sleep(0.2)
    accounts = json.loads((folder / "var" / "demo_accounts.json").read_text("utf-8"))
    return {account["username"]: account["password"] for account in accounts}


def free_ports(count: int) -> list[str]:
    with ExitStack() as stack:
        taken = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in taken:
            one.bind(("127.0.0.1", 0))
        return [str(one.getsockname()[1]) for one in taken]
