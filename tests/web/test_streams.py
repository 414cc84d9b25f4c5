"""Streams: who may have one, what it says, and when it ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from werkzeug.test import TestResponse

from callcenter.records import changes, diary
from callcenter.records.database import Database
from callcenter.records.tables import SessionRow
from callcenter.rules import events
from callcenter.web import hub as hubs
from callcenter.web.hub import BOARD, DESK, Full, Hub, Pace
from tests.web.office import Browser, Office
from tests.web.telling import Call

LIVE = {"X-Live": "1"}
BEGINS = {"board": "event: open\ndata: board\n\n", "desk": "event: open\ndata: desk\n\n"}


@dataclass
class Listening:
    """A stream that a browser has open."""

    answer: TestResponse
    lines: Iterator[str]

    def next(self) -> str:
        return next(self.lines)

    def rest(self) -> list[str]:
        return list(self.lines)

    def close(self) -> None:
        self.answer.close()


def opened(browser: Browser) -> Listening:
    answer = browser.client.get("/live/stream", headers=LIVE)
    assert (answer.status_code, answer.mimetype) == (200, "text/event-stream")
    return Listening(answer, (line.decode() for line in answer.iter_encoded()))


def hub_of(office: Office) -> Hub:
    return office.app.extensions["callcenter.hub"]


def state_of(office: Office, agent: str, turn: str = "first") -> None:
    """An agent chose a state, at the desk or by the floor."""
    chosen = events.StateChosen(
        subject=events.agent(agent),
        thread="presence",
        turn=turn,
        at=office.clock(),
        state="available",
        center="CC1",
    )
    with office.house.database.transaction() as db:
        diary.write(db, [chosen], now=office.clock())


def short(office: Office, lasts_s: float = 2.0) -> None:
    office.app.config["STREAM_LASTS_S"] = lasts_s


def test_a_stream_says_that_the_board_changed_and_not_how(office):
    short(office, 5)
    stream = opened(office.signed_in("supervisor"))
    assert stream.next() == BEGINS["board"]

    Call(office).arrives()

    assert stream.next() == "data: board\n\n"
    stream.close()


def test_an_agents_stream_is_about_the_own_desk_only(office):
    short(office)
    ani, budi = office.user("agent.one", "agent"), office.user("budi", "agent")
    browser = office.browser()
    browser.sign_in("agent.one")
    stream = opened(browser)
    assert stream.next() == BEGINS["desk"]

    state_of(office, budi)
    state_of(office, ani)

    assert stream.next() == "data: desk\n\n"
    assert "data: desk\n\n" not in stream.rest()


def test_a_ring_and_its_end_are_said_to_the_agent_it_is_for(office):
    short(office, 5)
    ani, call = office.user("agent.one", "agent"), Call(office).arrives()
    browser = office.browser()
    browser.sign_in("agent.one")
    stream = opened(browser)
    stream.next()

    call.rings(ani)
    assert stream.next() == "data: desk\n\n"
    call.is_expired()
    assert stream.next() == "data: desk\n\n"
    stream.close()


def test_who_waits_is_said_to_every_desk(office):
    short(office, 5)
    stream = opened(office.signed_in("agent"))
    stream.next()

    Call(office).arrives()

    assert stream.next() == "data: desk\n\n"
    stream.close()


def test_a_stream_ends_after_its_time_so_that_no_thread_is_kept(one_engine):
    short(one_engine, 0.1)
    stream = opened(one_engine.signed_in("supervisor"))

    assert stream.rest() == [BEGINS["board"], ":\n\n"]
    stream.close()
    assert hub_of(one_engine).streams == 0


def test_a_comment_is_written_so_that_a_browser_that_is_gone_is_noticed(one_engine, monkeypatch):
    monkeypatch.setattr("callcenter.web.streams.QUIET_S", 0.05)
    short(one_engine, 5)
    stream = opened(one_engine.signed_in("supervisor"))
    stream.next()

    assert [stream.next() for _ in range(3)] == [":\n\n"] * 3
    stream.close()
    assert hub_of(one_engine).streams == 0


def test_a_browser_that_never_reads_leaves_its_place(one_engine):
    browser = one_engine.signed_in("supervisor")
    answer = browser.client.get("/live/stream", headers=LIVE)
    assert hub_of(one_engine).streams == 1

    answer.close()

    assert hub_of(one_engine).streams == 0


def test_too_many_are_told_to_come_back_later(one_engine):
    hub_of(one_engine).limit = 1
    first = opened(one_engine.signed_in("supervisor"))

    second = one_engine.signed_in("auditor").get("/live/stream", headers=LIVE)

    assert (second.status_code, second.headers["Retry-After"], second.data) == (503, "5", b"")
    first.close()
    third = opened(one_engine.signed_in("admin"))
    assert third.next() == BEGINS["board"]
    third.close()


def test_one_session_has_a_few_the_oldest_makes_room(one_engine):
    short(one_engine, 30)
    browser = one_engine.signed_in("supervisor")
    streams = [opened(browser) for _ in range(hubs.EACH + 1)]

    assert streams[0].rest() == [BEGINS["board"]]
    assert hub_of(one_engine).streams == hubs.EACH
    for stream in streams:
        stream.close()


@pytest.mark.parametrize(("role", "code"), [("posko", 403), (None, 401)])
def test_who_has_no_live_page_has_no_stream(one_engine, role, code):
    browser = one_engine.signed_in(role) if role else one_engine.browser()

    assert browser.get("/live/stream", headers=LIVE).status_code == code
    assert hub_of(one_engine).streams == 0


def test_waiting_for_a_word_is_no_work(one_engine):
    browser = one_engine.signed_in("supervisor")
    one_engine.clock.pass_by(minutes=5)
    opened(browser).close()

    (row,) = one_engine.rows(SessionRow)
    assert row.seen_at == row.created_at


def test_all_streams_end_as_soon_as_the_server_wants_to(one_engine):
    short(one_engine, 30)
    hub, alive = hub_of(one_engine), threading.Event()
    alive.set()
    hub.alive = alive.is_set
    stream = opened(one_engine.signed_in("supervisor"))
    stream.next()

    alive.clear()

    assert stream.rest() == []  # in 30 s it would have said something
    refused = one_engine.signed_in("auditor").get("/live/stream", headers=LIVE)
    assert refused.status_code == 503


def test_without_a_database_there_is_no_stream(tmp_path):
    nowhere = Database("postgresql://nobody@127.0.0.1:1/none")
    hub = Hub(nowhere)

    with pytest.raises(Full):
        hub.join("supervisor", user="u", session="s")

    assert hub.streams == 0
    hub.close()
    nowhere.close()


def test_commands_to_the_carrier_change_no_page(one_engine):
    short(one_engine, 0.5)
    stream = opened(one_engine.signed_in("supervisor"))
    stream.next()

    with one_engine.house.database.transaction() as db:
        changes.note(db, {"outbox"})

    assert stream.rest() == [":\n\n"]


def test_pages_of_one_session_share_a_mark_and_those_of_another_do_not(one_engine):
    marks = set()
    for browser in (one_engine.signed_in("supervisor"), one_engine.signed_in("auditor")):
        pages = [browser.get(address).text for address in ("/board", "/board/recap")]
        mine = {page.partition('data-stream="')[2].partition('"')[0] for page in pages}
        assert len(mine) == 1
        marks |= mine
    assert len(marks) == 2
    assert "" not in marks


def test_what_changes_all_the_time_is_said_in_measure():
    pace = Pace(settle_s=0.1, gap_s=2.0)
    said = []
    for tenth in range(100):
        now = tenth / 10
        if tenth <= 50:
            pace.changed(now)
        if pace.due(now):
            said.append(now)

    assert said == [0.1, 2.1, 4.1, 6.1, 8.1]  # after the last change once more
    assert pace.due_at == float("inf")


def test_a_lone_change_is_said_at_once_and_a_second_time():
    pace = Pace(settle_s=0.0, gap_s=1.0)
    pace.changed(10.0)

    assert [now for now in (10.0, 10.5, 11.0, 11.5, 12.0, 13.0) if pace.due(now)] == [10.0, 11.0]


def test_the_topics_of_a_page_are_those_of_a_role():
    assert hubs.TOPICS == {"agent": DESK, "supervisor": BOARD, "auditor": BOARD, "admin": BOARD}
