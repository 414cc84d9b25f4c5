"""The role x route table of docs/security.md is what the application really does."""

from __future__ import annotations

import re
from pathlib import Path

import callcenter
from callcenter.web import guard
from tests.conftest import demo_settings

PAGE = Path(__file__).parent.parent / "docs" / "security.md"
ROW = re.compile(r"^\| `(\w+\.?\w*)` \| ([\w, ]+) \|$", re.MULTILINE)


def test_every_route_is_open_to_those_in_the_table_and_to_nobody_else(tmp_path, sqlite_template):
    database = tmp_path / "callcenter.db"
    database.write_bytes(sqlite_template.read_bytes())
    app = callcenter.create_app(demo_settings(tmp_path, f"sqlite:///{database}"))

    written = {name: frozenset(who.split(", ")) for name, who in ROW.findall(PAGE.read_text())}

    assert written == dict(guard.matrix(app))


def test_no_route_is_without_a_mark(tmp_path, sqlite_template):
    database = tmp_path / "callcenter.db"
    database.write_bytes(sqlite_template.read_bytes())
    app = callcenter.create_app(demo_settings(tmp_path, f"sqlite:///{database}"))

    assert [name for name, who in guard.matrix(app).items() if not who] == []
