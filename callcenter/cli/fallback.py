"""The stand-in: answers the carrier when the voice server does not, from a process of its own.

It says one sentence, connects callers with the backup telephone of the line they dialled, and
writes their calls down for the worker. It needs no database, no keys and no installed package.
SIGTERM ends it after what it is answering. With ``--document LINE`` it only prints what a plain
web server, or the carrier itself, should serve when everything here is gone.
"""

import argparse
import signal
import sys
import threading

from callcenter import clock
from callcenter.cli import Refused
from callcenter.cli.running.ports import is_free, place
from callcenter.fallback import centers, documents, telling
from callcenter.fallback.answering import Answering
from callcenter.fallback.notebook import Notebook
from callcenter.fallback.server import Server
from callcenter.fallback.telling import tell
from callcenter.settings import Settings

NAME = "fallback"
OWN_LOGS = True  # those of all other programs need an installed package
HELP = "the stand-in that answers when the voice server does not"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--document", metavar="LINE", help="print the document for a line, to be served elsewhere"
    )


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    telling.set_up(settings.log.format)
    seed = centers.seeded(settings)
    known = centers.Current(
        settings.policy.snapshot, seed, lambda told: tell("warning", told, clock())
    )
    if arguments.document is not None:
        return print_document(known(), arguments.document)
    if not settings.carrier.auth_token:
        raise Refused(
            f"{settings.origin}: [carrier] auth_token is empty, so no request could be told from "
            "a forgery and there is nobody to answer. Fill it in; without a telephone the "
            "stand-in is not needed."
        )
    answering = Answering(settings, known, Notebook(settings.journal.directory), clock)
    serve(settings.fallback.bind, answering)
    return 0


def print_document(known: centers.Known, line: str) -> int:
    if line not in known.backups:
        raise Refused(f"{line} is no line of ours. The lines are: {', '.join(known.backups)}")
    if not known.backup(line):
        print(
            f"{line} has no backup number, so callers only hear that nobody can take the call. "
            "Give its center one.",
            file=sys.stderr,
        )
    print(documents.static(known, line).decode())
    return 0


def serve(bind: str, answering: Answering) -> None:
    """Answer until SIGTERM or an interrupt."""
    if not is_free(bind):
        raise Refused(
            f"{bind} is taken, so the stand-in cannot start. End the program that listens there, "
            "or give [fallback] bind another port."
        )
    with Server(place(bind), answering) as server:
        for name in (signal.SIGTERM, signal.SIGINT):
            # Not here: who asks a loop to end from within it waits for ever.
            signal.signal(name, lambda *_: threading.Thread(target=server.shutdown).start())
        tell("info", f"the stand-in answers at {bind}", clock())
        server.serve_forever()
