"""A browser at a desk: keeps its cookies, knows the form token, and reads what the desk shows."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from werkzeug.test import Client

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
STATE = re.compile(r'class="panel panel-(\w+)" id="presence"')
VERSION = re.compile(r'name="version" value="([^"]*)"')
CASE = re.compile(r'data-case="([^"]+)" id="call-[^"]+-(\w+)"')
OFFER = re.compile(r'name="offer" value="(\d+)"')


@dataclass(frozen=True)
class Desk:
    """What an agent sees at a glance: own state, and the call in hand if there is one."""

    state: str = "offline"
    version: str = "first"
    call: str = ""
    phase: str = ""
    offer: str = ""


class Browser:
    """Talks to the product's pages through ``application``; raises nothing for a refusal."""

    def __init__(self, application: Callable[..., Any], base_url: str) -> None:
        self._client, self._base_url = Client(application), base_url
        self._token, self._mark, self.desk = "", "", Desk()

    def sign_in(self, username: str, password: str) -> bool:
        self._get("/login")
        status, _ = self.post("/login", username=username, password=password)
        self._get("/desk")
        return status == 303

    def look(self) -> Desk:
        """The call column as it is now, which tells the product that this desk is alive."""
        known = {"If-None-Match": self._mark} if self._mark else {}
        with self._client.open("/desk/live", base_url=self._base_url, headers=known) as answer:
            if answer.status_code == 200:
                self._mark = answer.headers.get("ETag", "")
                self.desk = _desk(answer.get_data(as_text=True))
            self._token = answer.headers.get("X-CSRF-Token", self._token)
        return self.desk

    def post(self, path: str, **form: str) -> tuple[int, str]:
        """Send a form with its token; gives the status and the page."""
        whole = {"csrf_token": self._token, **form}
        with self._client.open(
            path, method="POST", base_url=self._base_url, data=whole, follow_redirects=False
        ) as answer:
            return answer.status_code, answer.get_data(as_text=True)

    def _get(self, path: str) -> None:
        with self._client.open(path, base_url=self._base_url) as answer:
            if found := TOKEN.search(answer.get_data(as_text=True)):
                self._token = found[1]


def _desk(page: str) -> Desk:
    state, version = STATE.search(page), VERSION.search(page)
    case, offer = CASE.search(page), OFFER.search(page)
    return Desk(
        state[1] if state else "offline",
        version[1] if version else "first",
        case[1] if case else "",
        case[2] if case else "",
        offer[1] if offer else "",
    )
