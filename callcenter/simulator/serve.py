"""Running the network: its loop and its one web server, in the foreground or beside a test."""

import signal
import socket
import threading
from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from . import handset, rest
from .clock import RealClock
from .config import NetworkConfig
from .network import Network
from .transport import HttpTransport


class PortTaken(OSError):
    """Another program listens there; the message says what to do."""


class _Quiet(WSGIRequestHandler):
    """No line for every poll of every page."""

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        pass


def create_app(network: Network) -> Flask:
    """The web application: REST interface, handset page and its JSON."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 256 * 1024
    app.register_blueprint(rest.blueprint(network))
    app.register_blueprint(handset.blueprint(network))
    return app


class Server:
    """A running network. ``url`` is its address; ``stop()`` ends it. ``make``: another kind."""

    def __init__(self, config: NetworkConfig, make: Callable[..., Network] = Network):
        door = _bind(config.host, config.port)
        self.clock = RealClock()
        self.network = make(config, self.clock, HttpTransport())
        self._http = make_server(
            config.host,
            door.getsockname()[1],
            create_app(self.network),
            threaded=True,
            request_handler=_Quiet,
            fd=door.fileno(),
        )
        door.close()
        self.url = f"http://{config.host}:{self._http.port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.1,))

    def start(self) -> "Server":
        self.clock.start()
        self._thread.start()
        return self

    @property
    def running(self) -> bool:
        return self.clock.running

    def stop(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
        self.clock.stop()


def _bind(host: str, port: int) -> socket.socket:
    """Raises ``PortTaken``."""
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise PortTaken(
            f"port {port} on {host} cannot be used ({error.strerror}), so the telephone network "
            "does not start: stop the program that uses it, or choose another NETWORK_PORT"
        ) from error


def start(config: NetworkConfig) -> Server:
    """Start a network beside the caller; port 0 takes a free one. Raises ``PortTaken``."""
    return Server(config).start()


def serve(config: NetworkConfig) -> None:
    """Run a network in the foreground until SIGTERM or SIGINT.

    Raises ``PortTaken``, and ``RuntimeError`` when a fault of its own has stopped the network.
    """
    over = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: over.set())
    server = start(config)
    while server.running and not over.wait(1.0):
        pass
    failed = not server.running
    server.stop()
    if failed:
        raise RuntimeError("the telephone network stopped by a fault of its own, shown above")
