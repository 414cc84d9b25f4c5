"""A live page whose content a test changes, and a server and a browser to look at it with."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from time import sleep
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from werkzeug.serving import make_server

from callcenter.web import guard, live
from tests.web.office import Office


@dataclass
class Probe:
    """``html`` is what the fragment shows; ``acts`` is what was sent by the page's forms."""

    html: str = "<p>satu</p>"
    is_down: bool = False
    acts: list[str] = field(default_factory=list)
    polls: list[int] = field(default_factory=list)  # the status of every answer
    takes_s: float = 0.0
    under_way: int = 0
    most_at_once: int = 0


def probe(office: Office) -> Probe:
    """Open ``/probe`` for supervisors of this office: polled, and with ``?every=`` streamed too."""
    shown = Probe()
    door = Blueprint("probe", __name__, url_prefix="/probe", template_folder="pages")

    @door.get("")
    @guard.roles("supervisor")
    def page() -> str:
        return render_template("probe.html", html=shown.html, every=request.args.get("every"))

    @door.get("/live")
    @guard.roles("supervisor")
    def part() -> Response:
        if shown.is_down:
            abort(503)
        shown.under_way += 1
        shown.most_at_once = max(shown.most_at_once, shown.under_way)
        sleep(shown.takes_s)
        answer = live.fragment("probe_part.html", html=shown.html)
        shown.polls.append(answer.status_code)
        shown.under_way -= 1
        return answer

    @door.post("/act")
    @guard.roles("supervisor")
    def act() -> Response:
        shown.acts.append(f"{request.form['act']}:{request.form.get('note', '')}")
        if request.form["act"] == "refuse":
            abort(400)
        shown.html = "<p>diterima</p>"
        flash("Panggilan diterima.", "ok")
        return redirect("/probe", 303)

    office.app.register_blueprint(door)
    return shown


def whole_files(app: Any) -> Any:
    """``app`` with its files read at once: this server forgets to close the one that it is sending
    when the browser goes away in the middle."""

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        sent = app(environ, start)
        if "static" not in environ["PATH_INFO"]:
            return sent
        with closing(sent):
            return [b"".join(sent)]

    return answer


@contextmanager
def served(office: Office) -> Iterator[str]:
    """The office on a port of this machine; gives its address."""
    server = make_server("127.0.0.1", 0, whole_files(office.app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
