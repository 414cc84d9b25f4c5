"""One line for every request: what it tells, how loudly, and that it tells nothing else."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from callcenter.web import access


def lines(client, *requests):
    """The access lines of these requests: method, address and head of each."""
    with capture_logs() as told:
        for method, address, head in requests:
            client.open(address, method=method, headers=head, buffered=True)
    return [it for it in told if it["event"] == "request"]


def test_a_line_tells_the_view_and_nothing_of_the_address(one_engine):
    client = one_engine.browser().client
    (told,) = lines(client, ("GET", "/login?next=/desk&nik=3578014101900001", {}))

    assert told.pop("duration_ms") >= 0
    assert told.pop("bytes") > 1000
    assert told == {
        "event": "request",
        "log_level": "info",
        "method": "GET",
        "endpoint": "session.sign_in_page",
        "status": 200,
    }


def test_what_leads_nowhere_is_told_without_saying_where(one_engine):
    client = one_engine.browser().client
    told = lines(client, ("GET", "/3578014101900001", {}), ("SITI", "/login", {}))

    assert [(it["endpoint"], it["method"], it["status"]) for it in told] == [
        ("none", "GET", 404),
        ("none", "OTHER", 405),
    ]
    assert "3578014101900001" not in str(told)
    assert "SITI" not in str(told)


def test_what_machines_ask_all_day_is_told_at_debug(both_doors):
    client = both_doors.browser().client
    told = lines(
        client,
        ("GET", "/health/live", {}),
        ("GET", "/metrics", {}),
        ("GET", "/static/app.css", {}),
        ("GET", "/login", {"X-Live": "1"}),
    )

    assert [it["log_level"] for it in told] == ["debug"] * 4


def test_but_not_when_they_are_refused(both_doors):
    client = both_doors.browser().client
    told = lines(
        client,
        ("GET", "/metrics", {"X-Forwarded-For": "127.0.0.1"}),
        ("POST", "/voice/status", {}),
        ("GET", "/desk/strip", {"X-Live": "1"}),
    )

    assert [(it["log_level"], it["status"]) for it in told] == [
        ("info", 403),
        ("info", 403),
        ("info", 401),
    ]


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("4bf92f3577b34da6a3ce929d0e0e4736", True),
        ("00000000-1234-5678-9012-345678901234", True),
        ("req_7f3a-22", True),
        ("3578014101900001", False),
        ("nik-3578014101900001", False),
        ("0812-3456-7890", False),
        ("a.3.5.7.8.0.1.4.1", False),
        ("short", False),
        ("with space and more", False),
        ("x" * 65, False),
        ("Siti Aminah\n", False),
        ("сити-аминах", False),
    ],
)
def test_an_id_from_outside_is_taken_only_when_it_can_be_nobodys(given, taken):
    assert access.plain(given) == taken
