"""The worker: offers callers to agents, talks to the carrier, settles calls, freezes the recap.

Any number may run; one of them leads at a time. SIGTERM ends it after what it is doing.
"""

import argparse
import signal
import threading

from callcenter.settings import Settings

NAME = "worker"
HELP = "offers callers to agents, and everything else that time brings"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--without-floor",
        action="store_true",
        help="send commands and settle calls, but offer nobody a call",
    )


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    from callcenter import worker

    stop = threading.Event()
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, lambda *_: stop.set())
    worker.run(settings, stop, floor=not arguments.without_floor)
    return 0
