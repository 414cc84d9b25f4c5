"""An agent at a browser, for programs: the desk's own sign-in and forms, over HTTP."""

from __future__ import annotations

import re
from html import unescape
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Desk:
    """One signed-in agent. ``page`` is what was seen last."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self.page = ""
        self._browser = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        """See a page."""
        self.page = self._open(path)
        return self.page

    def post(self, path: str, **fields: str) -> str:
        """Send a form of the page seen last, with its token."""
        token = TOKEN.search(self.page)
        form = fields | {"csrf_token": unescape(token.group(1)) if token else ""}
        self.page = self._open(path, urlencode(form).encode())
        return self.page

    def sign_in(self, username: str, password: str) -> None:
        self.get("/login")
        self.post("/login", username=username, password=password)

    def value(self, name: str) -> str:
        """What a hidden field of the page holds."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        return unescape(found.group(1)) if found else ""

    def _open(self, path: str, body: bytes | None = None) -> str:
        try:
            with self._browser.open(self.base_url + path, body, timeout=20) as answer:
                return answer.read().decode("utf-8")
        except HTTPError as error:
            with error:
                return error.read().decode("utf-8", "replace")
