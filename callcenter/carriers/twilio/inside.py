"""The carrier's REST interface in this process, for the carrier's own library: a WSGI application
instead of a connection. Tests and whole simulated shifts send their commands this way."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from twilio.http import HttpClient
from twilio.http.response import Response
from werkzeug.test import Client


class WsgiHttp(HttpClient):
    """Give it to :meth:`callcenter.carriers.twilio.rest.Rest.use`. What the application raises
    reaches the library as a fault of the connection would."""

    def __init__(self, application: Any) -> None:
        super().__init__(None, False, None)
        self._client = Client(application)

    def sound(self, url: str, user: str, secret: str) -> tuple[int, bytes]:
        """A recording's sound from the network in this process, with the HTTP status."""
        with self._client.open(urlsplit(url).path, auth=(user, secret)) as answer:
            return answer.status_code, answer.get_data()

    def request(
        self,
        method: str,
        url: str,
        params: Any = None,
        data: Any = None,
        headers: Any = None,
        auth: Any = None,
        timeout: Any = None,
        allow_redirects: bool = False,
    ) -> Response:
        parts = urlsplit(url)
        with self._client.open(
            parts.path,
            method=method,
            query_string=urlencode(_plain(params), doseq=True),
            data=urlencode(_plain(data), doseq=True),
            content_type="application/x-www-form-urlencoded",
            auth=auth,
        ) as answer:
            return Response(answer.status_code, answer.get_data(as_text=True))


def _plain(fields: Any) -> dict[str, Any]:
    said = {True: "true", False: "false"}
    return {
        key: said[value] if isinstance(value, bool) else value
        for key, value in (fields or {}).items()
        if value is not None
    }
