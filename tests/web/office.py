"""The people's door on a clock of its own, and browsers that fill in its forms."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

import callcenter
from callcenter.records import passwords, users
from callcenter.records.tables import UserRow
from callcenter.settings import Settings
from callcenter.web.house import House

PASSWORD = "kata sandi yang panjang"
CHEAP = passwords.Cost(1, 8)
MORNING = datetime(2020, 4, 13, 2, tzinfo=UTC)  # 09.00 WIB
PLACE = {"agent": {"center": "CC1"}, "posko": {"posko": 12}}


@dataclass
class Clock:
    """The time that everything in the office is given."""

    at: datetime = MORNING

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class Browser:
    """Somebody's browser; it takes the form token from the last page that had one."""

    client: FlaskClient
    token: str = ""

    def get(self, address: str, **more: Any) -> TestResponse:
        return self._seen(self.client.get(address, buffered=True, **more))

    def post(self, address: str, form: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """Send a form with its token, as the page would."""
        whole = {"csrf_token": self.token} | (form or {})
        return self._seen(self.client.post(address, data=whole, **more))

    def sign_in(self, name: str, password: str = PASSWORD, after: str = "") -> TestResponse:
        address = f"/login{after}"
        self.get(address)
        return self.post(address, {"username": name, "password": password})

    def cookie(self) -> str:
        found = self.client.get_cookie("session") or self.client.get_cookie("__Host-session")
        return found.value if found else ""

    def _seen(self, answer: TestResponse) -> TestResponse:
        if found := re.search(r'name="csrf_token" value="([^"]+)"', answer.text):
            self.token = found[1]
        return answer


@dataclass
class Office:
    """The application with its people's door."""

    settings: Settings
    doors: tuple[str, ...] = ("people",)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.app: Flask = callcenter.create_app(self.settings, self.doors, self.clock)
        self.house: House = self.app.extensions["callcenter"]

    def user(self, name: str, role: str, **more: Any) -> str:
        """Add somebody; an agent sits at CC1 and a posko user at posko 12 unless said."""
        with self.house.database.transaction() as db:
            return users.add(
                db,
                self.house.keys,
                self.house.policy(),
                **(
                    {"username": name, "role": role, "password": PASSWORD}
                    | PLACE.get(role, {})
                    | more
                ),
                cost=CHEAP,
                now=self.clock(),
            )

    def change(self, user_id: str, **values: Any) -> None:
        """Change a user's row, as the administration does."""
        with self.house.database.transaction() as db:
            db.execute(update(UserRow.__table__).where(UserRow.id == user_id).values(**values))

    def browser(self, *, https: bool = False) -> Browser:
        client = self.app.test_client()
        client.environ_base["wsgi.url_scheme"] = "https" if https else "http"
        return Browser(client)

    def signed_in(self, role: str, **more: Any) -> Browser:
        """A browser in which somebody with this role, who is added first, is signed in."""
        self.user(f"{role}.one", role, **more)
        browser = self.browser()
        assert browser.sign_in(f"{role}.one").status_code == 303
        return browser

    def rows(self, table: type) -> list[Any]:
        with self.house.database.reading() as db:
            return list(db.execute(select(table.__table__)))
