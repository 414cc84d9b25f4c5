"""Bringing one webhook to the product: signed, retried with the same token, never for ever."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode, urljoin

from .addresses import Overrides, split
from .signing import Form, signature
from .transport import Reply, Request, Transport, Unreachable

MOST_REDIRECTS = 10
NO_ADDRESS, REFUSED, REDIRECTED_TOO_OFTEN = (
    11100,
    11200,
    11215,
)  # the carrier's numbers of these faults


@dataclass(frozen=True)
class Post:
    """One thing to tell or ask the product. ``token`` is the same on every retry."""

    url: str  # with overrides in its fragment
    method: str  # GET or POST
    form: Form
    token: str


@dataclass(frozen=True)
class Answer:
    """What became of a post, after its retries.

    ``error`` is 0, or the carrier's number of the fault; then ``fault`` says it in words.
    """

    status: int = 0
    body: bytes = b""
    content_type: str = ""
    error: int = 0
    fault: str = ""
    took_s: float = 0.0
    tries: int = 1


def deliver(post: Post, transport: Transport, auth_token: str) -> Answer:
    """Send it, as often as its address allows, and say what came of it. Raises nothing."""
    try:
        url, overrides = split(post.url)
    except ValueError:
        return Answer(error=NO_ADDRESS, fault="the address cannot be read")
    post = replace(post, url=url)
    spent, tries = 0.0, 0
    while True:
        tries += 1
        left = replace(overrides, read_s=min(overrides.read_s, overrides.total_s - spent))
        answer, failure = _attempt(post, left, transport, auth_token)
        spent += answer.took_s
        over = tries > overrides.retries or spent >= overrides.total_s
        if over or not overrides.retry(failure):
            return replace(answer, took_s=spent, tries=tries)


def _attempt(
    post: Post, overrides: Overrides, transport: Transport, auth_token: str
) -> tuple[Answer, str]:
    """One try, and the kind of failure as the retry policy names it ("" = delivered)."""
    try:
        reply = _follow(post, overrides, transport, auth_token)
    except Unreachable as error:
        return Answer(error=REFUSED, fault=str(error), took_s=error.took_s), error.kind
    kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    answer = Answer(reply.status, reply.body, kind, took_s=reply.took_s)
    if reply.status < 300:
        return answer, ""
    if reply.status < 400:
        return replace(answer, error=REDIRECTED_TOO_OFTEN, fault="too many HTTP redirects"), ""
    fault = replace(answer, error=REFUSED, fault=f"HTTP {reply.status}")
    return fault, f"{reply.status // 100}xx"


def _follow(post: Post, overrides: Overrides, transport: Transport, auth_token: str) -> Reply:
    """The reply at the end of the HTTP redirects, or the last of too many redirects."""
    for _ in range(MOST_REDIRECTS + 1):
        reply = transport.send(
            signed(post, auth_token), connect_s=overrides.connect_s, read_s=overrides.read_s
        )
        if reply.status not in (301, 302, 303, 307, 308) or "location" not in reply.headers:
            return reply
        post = replace(post, url=urljoin(post.url, reply.headers["location"]))
        if reply.status < 307:
            post = replace(post, method="GET", form=())
    return reply


def signed(post: Post, auth_token: str) -> Request:
    """The request as it goes out: GET carries the form in its query, and signs only its URL."""
    url, form, body, kind = post.url, post.form, b"", {}
    if post.method == "GET" and form:
        url, form = f"{url}{'&' if '?' in url else '?'}{urlencode(form)}", ()
    if post.method == "POST":
        body = urlencode(form).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    headers = {
        "User-Agent": "TwilioProxy/1.1",
        "Accept": "*/*",
        "Cache-Control": "max-age=259200",
        "X-Home-Region": "us1",
        "I-Twilio-Idempotency-Token": post.token,
        "X-Twilio-Signature": signature(url, form, auth_token),
    }
    return Request(post.method, url, headers | kind, body)
