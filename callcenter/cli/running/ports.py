"""Where servers listen: is the place free, and does somebody answer there."""

import http.client
import socket


def place(bind: str) -> tuple[str, int]:
    """``host:port`` apart, as a server listens."""
    host, _, port = bind.rpartition(":")
    return host.strip("[]"), int(port)


def address(bind: str) -> tuple[str, int]:
    """``host:port`` apart, as somebody on this machine calls it."""
    host, port = place(bind)
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port  # noqa: S104


def is_free(bind: str) -> bool:
    """Whether a server could listen there now."""
    host, port = place(bind)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def answers(bind: str, path: str) -> bool:
    """Whether a server there answers ``path`` without a fault of its own, within 2 s."""
    asked = http.client.HTTPConnection(*address(bind), timeout=2)
    try:
        asked.request("GET", path)
        return asked.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()
