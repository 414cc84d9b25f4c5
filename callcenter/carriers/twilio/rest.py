"""Commands to Twilio's REST interface, by its library: loaded when the first command is sent.

The voice server never sends one, so it never loads the library (55 ms, 6 MiB).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import quote

from callcenter.carriers import CallTold, CommandFailed, CommandGone
from callcenter.carriers.twilio import recordings
from callcenter.carriers.twilio.facts import timestamp

TIMEOUT_S = 5
GONE = {20404, 21220}  # not found; the call has ended
LEG_EVENTS = ["initiated", "ringing", "answered", "completed"]


class Rest:
    """Twilio's REST interface, or that of another TwiML carrier at ``api_base``."""

    def __init__(self, settings: Any) -> None:
        self._settings = settings
        self._client: Any = None
        self._http: Any = None
        self._sound = recordings.sound

    def use(self, http: Any) -> None:
        """Send through another HTTP client of the library's kind: a network in this process. What
        it has as ``sound`` fetches recordings."""
        self._http, self._client = http, None
        self._sound = getattr(http, "sound", recordings.sound)

    @property
    def _signed_in(self) -> tuple[str, str]:
        s = self._settings
        return (s.api_key_sid, s.api_key_secret) if s.api_key_sid else (s.account_sid, s.auth_token)

    @property
    def client(self) -> Any:
        """The library's client, pointed at the configured base address."""
        if self._client is None:
            from twilio.http.http_client import TwilioHttpClient
            from twilio.rest import Client

            s = self._settings
            user, secret = self._signed_in
            self._client = Client(
                user,
                secret,
                s.account_sid,
                http_client=self._http or TwilioHttpClient(timeout=TIMEOUT_S),
            )
            self._client.api.base_url = s.api_base
        return self._client

    def ring(self, *, to: str, shown: str, url: str, status_url: str, timeout_s: int) -> str:
        with _errors():
            call = self.client.calls.create(
                to=to,
                from_=shown,
                url=url,
                method="POST",
                status_callback=status_url,
                status_callback_method="POST",
                status_callback_event=LEG_EVENTS,
                timeout=timeout_s,
            )
        return call.sid

    def fetch(self, *, call: str, queue: str, url: str) -> None:
        with _errors():
            self.client.queues(queue).members(call).update(url=url, method="POST")

    def redirect(self, *, call: str, url: str) -> None:
        with _errors():
            self.client.calls(call).update(url=url, method="POST")

    def hang_up(self, *, call: str) -> None:
        with _errors():
            self.client.calls(call).update(status="completed")

    def recording(self, sid: str) -> bytes:
        s = self._settings
        url = f"{s.api_base}/2010-04-01/Accounts/{s.account_sid}/Recordings/{quote(sid)}.wav"
        return recordings.checked(*self._sound(url, *self._signed_in))

    def forget(self, sid: str) -> None:
        with _errors():
            self.client.recordings(sid).delete()

    def text(self, *, to: str, shown: str, body: str, status_url: str) -> str:
        with _errors():
            sent = self.client.messages.create(
                to=to, from_=shown, body=body, status_callback=status_url
            )
        return sent.sid

    def texts_to(self, number: str, body: str) -> Sequence[str]:
        with _errors():
            found = self.client.messages.list(to=number, limit=20)
        return [text.sid for text in found if text.body == body]

    def seat(
        self,
        *,
        conference: str,
        call: str,
        hold: bool | None = None,
        music: str = "",
        muted: bool | None = None,
    ) -> None:
        changes: dict[str, Any] = {}
        if hold is not None:
            changes["hold"] = hold
        if hold and music:
            changes |= {"hold_url": music, "hold_method": "POST"}
        if muted is not None:
            changes["muted"] = muted
        with _errors():
            self.client.conferences(conference).participants(call).update(**changes)

    def legs_to(self, number: str, since: datetime) -> Sequence[str]:
        with _errors():
            found = self.client.calls.list(to=number, start_time_after=since, limit=20)
        return [call.sid for call in found]

    def call(self, sid: str) -> CallTold:
        with _errors():
            told = self.client.calls(sid).fetch()
        return CallTold(
            caller=told._from or "",
            dialled=told.to or "",
            status=told.status or "",
            started_at=_instant(told.start_time),
            ended_at=_instant(told.end_time),
        )

    def lines(self) -> Mapping[str, Mapping[str, Any]]:
        with _errors():
            found = self.client.incoming_phone_numbers.list(limit=200)
        return {
            line.phone_number: {
                "voice": line.voice_url,
                "fallback": line.voice_fallback_url,
                "status": line.status_callback,
            }
            for line in found
        }


def _instant(told: datetime | str | None) -> datetime | None:
    """The library leaves a time as it is when it is not written as Twilio writes it."""
    return timestamp(told) if isinstance(told, str) else told


@contextmanager
def _errors() -> Iterator[None]:
    """The library's errors in our words: gone for good, or worth another try."""
    from requests.exceptions import RequestException
    from twilio.base.exceptions import TwilioException, TwilioRestException

    try:
        yield
    except TwilioRestException as error:
        if error.status in (429, 401, 403) or error.status >= 500:
            raise CommandFailed(f"HTTP {error.status}, error {error.code}") from error
        raise CommandGone(f"HTTP {error.status}, error {error.code}", error.code or 0) from error
    except (RequestException, TwilioException, OSError) as error:
        raise CommandFailed(type(error).__name__) from error
