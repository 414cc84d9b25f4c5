"""Style sheets and scripts of our own, under an address that changes with their content."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path

from flask import Flask, Response, send_from_directory, url_for
from flask_bootstrap import Bootstrap5

from callcenter.web import guard

FOLDER = Path(__file__).parent.parent / "static"


def serve(app: Flask) -> None:
    """Serve ``callcenter/static`` and Bootstrap's own files; templates say ``asset("app.css")``."""
    app.static_folder = str(FOLDER)
    app.static_url_path = "/static"
    app.jinja_env.globals.update(asset=asset, bootstrap_css=bootstrap_css)

    @app.get("/static/<path:filename>")
    @guard.open_to_all
    def static(filename: str) -> Response:
        return app.send_static_file(filename)

    Bootstrap5(app)

    @guard.open_to_all
    def bootstrap(filename: str) -> Response:
        return send_from_directory(str(app.blueprints["bootstrap"].static_folder), filename)

    app.view_functions["bootstrap.static"] = bootstrap  # its own is a method: it takes no mark


def asset(name: str) -> str:
    """The address of a file in ``static``: browsers keep it until its content changes."""
    return url_for("static", filename=name, v=digest(name))


def bootstrap_css() -> str:
    """Bootstrap's style sheet, from the package and from this server."""
    return url_for(
        "bootstrap.static", filename="css/bootstrap.min.css", v=Bootstrap5.bootstrap_version
    )


@cache
def digest(name: str) -> str:
    return blake2b((FOLDER / name).read_bytes(), digest_size=6).hexdigest()
