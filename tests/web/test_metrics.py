"""``/metrics``: who may read it, and what it tells."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from callcenter import __version__, meters
from callcenter.cli.running import server
from callcenter.records import audit, outbox
from callcenter.records.audit import chain
from callcenter.records.keeping import Entry, encoded
from callcenter.rules import events
from callcenter.rules.commands import Command
from callcenter.web import metrics
from tests import telephone
from tests.conftest import demo_settings
from tests.telephone import SARI
from tests.web.conftest import CHEAP
from tests.web.office import MORNING, Office
from tests.world import LINE_2, World

PAGE = Path(__file__).parent.parent.parent / "docs" / "metrics.md"
Labels = dict[str, str]


def told(text_: str) -> dict[str, list[tuple[Labels, float]]]:
    """Prometheus' own reading of the page: samples by name, without our prefix."""
    found: dict[str, list[tuple[Labels, float]]] = {}
    for family in text_string_to_metric_families(text_):
        assert family.documentation
        for sample in family.samples:
            name = sample.name.removeprefix("callcenter_")
            found.setdefault(name, []).append((sample.labels, sample.value))
    return found


def value(page: str, name: str, **labels: str) -> float:
    """The one sample with exactly these labels."""
    (it,) = [number for given, number in told(page)[name] if given == labels]
    return it


def count(page: str, endpoint: str, status: str) -> float:
    """Requests of a view; 0 when there was none."""
    wanted = {"endpoint": endpoint, "status": status}
    return sum(n for given, n in told(page).get("requests_total", []) if given == wanted)


@pytest.fixture
def world(tmp_path, database_url):
    world = World(demo_settings(tmp_path, database_url, **CHEAP), MORNING)
    yield world
    telephone.close(world)


def page(app) -> str:
    for kept in (app.extensions["callcenter.metrics"],):
        kept.asked_at = 0.0  # as if a second had passed
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return answer.text


# --- who may read it


@pytest.mark.parametrize(
    ("allow", "peer", "status"),
    [
        ("127.0.0.1,::1", "127.0.0.1", 200),
        ("127.0.0.1,::1", "::1", 200),
        ("127.0.0.1,::1", "::ffff:127.0.0.1", 200),
        ("127.0.0.1,::1", "10.1.2.3", 403),
        ("127.0.0.1,::1", "::ffff:10.1.2.3", 403),
        ("127.0.0.1,::1", "", 403),
        ("127.0.0.1,::1", "unix:", 403),
        ("10.1.0.0/16", "10.1.2.3", 200),
        ("10.1.0.0/16", "10.2.2.3", 403),
        ("10.1.0.0/16", "127.0.0.1", 403),
        ("", "127.0.0.1", 403),
    ],
)
@pytest.mark.parametrize("door", ["voice", "people"])
def test_it_answers_allowed_addresses_only(tmp_path, sqlite_url, door, allow, peer, status):
    more = CHEAP | {"CALLCENTER__METRICS__ALLOW": allow}
    office = Office(demo_settings(tmp_path, sqlite_url, **more), (door,))

    answer = office.app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": peer})

    assert answer.status_code == status
    assert ("callcenter_" in answer.text) == (status == 200)
    office.house.database.close()


@pytest.mark.parametrize("name", metrics.PASSED_ON)
def test_nobody_comes_through_a_proxy_whatever_is_claimed(one_engine, name):
    client = one_engine.app.test_client()

    assert client.get("/metrics", headers={name: "127.0.0.1"}).status_code == 403
    assert client.get("/metrics", headers={"X-Request-ID": "abcdefgh"}).status_code == 200


# --- what it tells


def test_every_number_stands_in_the_documentation_and_no_other(one_engine):
    rows = re.findall(r"^\| (`[a-z_]+.*?) \| (\w+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    written = {
        name: kind for names, kind in rows for name in re.findall(r"`([a-z_]+)(?:\{|`)", names)
    }

    assert written == {name: kind for name, (kind, _) in metrics.METRICS.items()}


def test_a_quiet_house_tells_everything_it_can(one_engine):
    one_engine.browser().get("/login")
    shown = told(page(one_engine.app))

    always = {name for name in metrics.METRICS if name not in ("agents", "floor_led_seconds")}
    names = {re.sub(r"_(bucket|sum|count)$", "", name) for name in shown}
    assert names - {"request_seconds"} == always - {"request_seconds"}
    assert shown["build_info"] == [({"version": __version__}, 1)]
    assert shown["database_up"] == [({}, 1)]
    assert shown["policy_version"] == [({}, 1)]
    assert ({"center": "CC1"}, 0) in shown["waiting_callers"]


def test_requests_are_counted_by_view_and_status_and_timed(one_engine):
    app, browser = one_engine.app, one_engine.browser()
    before = page(app)
    for _ in range(3):
        browser.get("/login")
    browser.sign_in("nobody", "a wrong password")
    browser.get("/3578014101900001")
    browser.get("/health/live")
    after = page(app)

    def more(endpoint: str, status: str) -> float:
        return count(after, endpoint, status) - count(before, endpoint, status)

    assert more("session.sign_in_page", "2xx") == 4
    assert more("session.sign_in_now", "4xx") == 1
    assert more("none", "4xx") == 1
    assert more("health.live", "2xx") == 1
    assert more("metrics.page", "2xx") == 1  # the one before
    assert value(after, "sign_in_failures_total") - value(before, "sign_in_failures_total") == 1
    assert "3578014101900001" not in after
    assert "nobody" not in after


def test_a_histogram_adds_up(one_engine):
    page(one_engine.app)
    shown = told(page(one_engine.app))
    buckets = [(given["le"], n) for given, n in shown["request_seconds_bucket"]]
    (last,) = {n for _, n in shown["request_seconds_count"] if n == buckets[-1][1]}

    assert [n for _, n in buckets[:9]] == sorted(n for _, n in buckets[:9])
    assert [bound for bound, _ in buckets[:9]][-2:] == ["5", "+Inf"]
    assert last > 0
    assert all(n >= 0 for _, n in shown["request_seconds_sum"])


def test_the_floor_is_told_as_it_is(world):
    world.agent("sari", "CC1", SARI, available=False)
    telephone.waits(world)
    telephone.waits(world, LINE_2, "+6281234567891")
    world.choose("sari", "break")
    world.run(30)
    shown = page(world.app)

    assert value(shown, "waiting_callers", center="CC1") == 1
    assert value(shown, "waiting_callers", center="CC2") == 1
    assert value(shown, "longest_wait_seconds", center="CC1") >= 30
    assert value(shown, "agents", center="CC1", state="break") == 1
    assert value(shown, "floor_led_seconds") <= 6
    assert value(shown, "calls_today", center="CC1", result="inbound") == 1
    assert value(shown, "calls_today", center="CC1", result="answered") == 0
    assert count(shown, "voice.incoming", "2xx") >= 2
    for secret in ("+62", "6281234567890", "sari", "Sari"):
        assert secret not in shown


def test_what_waits_in_the_outbox_is_told(world):
    house, now = world.house, world.clock.now()
    with house.database.transaction() as db:
        for offer in (1, 2):
            outbox.enqueue(db, Command("ring", "CA1", offer), now=now)
        outbox.done(db, Command("ring", "CA1", 1), "sent", now=now)
        for _ in range(5):
            (due,) = outbox.lease(db, house.keys, now=now)
            outbox.again(db, due.command, at=now, error="HTTP 503", sent=True)
    world.clock.run_for(90)
    shown = page(world.app)

    assert value(shown, "outbox_waiting") == 1
    assert value(shown, "outbox_oldest_seconds") == 90
    assert value(shown, "outbox_tries") == 5


def test_waiting_for_an_id_of_the_carrier_is_no_try(world):
    house, now = world.house, world.clock.now()
    with house.database.transaction() as db:
        outbox.enqueue(db, Command("fetch", "CA1", 1), now=now)
        for _ in range(5):
            (due,) = outbox.lease(db, house.keys, now=now)
            outbox.again(db, due.command, at=now, error="waits for an id", sent=False)

    assert value(page(world.app), "outbox_tries") == 0


def test_a_carrier_that_takes_nothing_is_told_by_health(world):
    house, now = world.house, world.clock.now()

    def carrier() -> str:
        return world.app.test_client().get("/health/ready").json["carrier"]

    with house.database.transaction() as db:
        outbox.enqueue(db, Command("ring", "CA1", 1), now=now)
    assert carrier() == "ok"  # nobody has tried yet
    for _ in range(2):
        with house.database.transaction() as db:
            (due,) = outbox.lease(db, house.keys, now=world.clock.now())
            again_at = world.clock.now()
            outbox.again(db, due.command, at=again_at, error="HTTP 503", sent=True)
        world.clock.run_for(1)
    assert carrier() == "takes no commands"
    with house.database.transaction() as db:
        outbox.enqueue(db, Command("ring", "CA2", 1), now=now)
        outbox.done(db, Command("ring", "CA2", 1), "sent", now=world.clock.now())
    assert carrier() == "ok"


def test_what_is_not_sealed_yet_is_told(world):
    house, now = world.house, world.clock.now()
    with house.database.transaction() as db:
        audit.note(db, who="x", what="y", subject="z", why="", now=now)
    assert value(page(world.app), "audit_unsealed") == 1

    chain.seal(house.database, house.keys, now=now)

    assert value(page(world.app), "audit_unsealed") == 0


def test_what_stands_in_the_journal_is_told(one_engine):
    house = one_engine.house
    arrived = events.CallReported(
        subject="call:CA1", thread="status", turn="1", at=MORNING, status="completed"
    )
    house.keeper._journal.append(encoded(Entry((arrived,), (), MORNING)))
    (house.settings.journal.directory / "rejected").mkdir()
    (house.settings.journal.directory / "rejected" / "x.record").write_bytes(b"x")
    shown = page(one_engine.app)

    assert value(shown, "journal_records") == 1
    assert value(shown, "journal_bytes") > 50
    assert value(shown, "journal_rejected") == 1


def test_without_a_database_it_says_so_and_what_it_still_knows(one_engine):
    app = one_engine.app
    app.test_client().get("/metrics")
    shutil.move(
        one_engine.house.database.url.database, f"{one_engine.house.database.url.database}x"
    )
    one_engine.house.database.engine.dispose()
    Path(one_engine.house.database.url.database).mkdir()
    shown = page(app)

    assert value(shown, "database_up") == 0
    assert value(shown, "policy_version") == 1
    assert value(shown, "breaker_open") >= 1
    assert "waiting_callers" not in shown
    assert count(shown, "metrics.page", "2xx") >= 1


def test_the_database_is_asked_once_a_second_however_many_ask(one_engine):
    app = one_engine.app
    first = page(app)
    with one_engine.house.database.transaction() as db:
        outbox.enqueue(db, Command("ring", "CA1", 1), now=MORNING)

    assert value(app.test_client().get("/metrics").text, "outbox_waiting") == value(
        first, "outbox_waiting"
    )
    assert value(page(app), "outbox_waiting") == 1


# --- the sheet


def test_a_process_that_takes_a_slot_over_counts_on():
    sheet = meters.Sheet()
    for slot, took_s in ((0, 0.004), (1, 0.2), (0, 9.0)):
        sheet.take(slot)
        counted = meters.Requests(sheet, ["a", "b"], ["x"])
        counted.seen("b", "x", 503, took_s)
        if took_s < 5:
            sheet.put(meters.STREAMS, 2)

    assert counted.counts() == {("b", "5xx"): 3}
    assert counted.times("x") == ([1, 0, 0, 0, 0, 1, 0, 0, 1], pytest.approx(9.204))
    assert sheet.total(meters.STREAMS) == 2  # not those of the process that is gone


def test_numbers_of_another_release_are_not_mixed_in():
    sheet = meters.Sheet()
    sheet.take(0)
    meters.Requests(sheet, ["a"], ["x"]).seen("a", "x", 200, 0.1)
    sheet.take(1)
    counted = meters.Requests(sheet, ["a", "new"], ["x"])
    counted.seen("a", "x", 200, 0.1)

    assert counted.counts() == {("a", "2xx"): 1}


def test_what_nobody_named_is_not_counted_and_too_much_is_refused():
    sheet = meters.Sheet()
    counted = meters.Requests(sheet, ["a"], ["x"])
    counted.seen("made up", "x", 200, 0.1)
    counted.seen("a", "made up", 200, 0.1)

    assert counted.counts() == {}
    with pytest.raises(ValueError, match="enlarge CELLS"):
        meters.Requests(sheet, [str(n) for n in range(meters.CELLS)], ["x"])


# --- real processes


def test_every_process_has_a_slot_of_its_own():
    arbiter = SimpleNamespace(WORKERS={n: SimpleNamespace(slot=n) for n in (0, 2)})
    worker = SimpleNamespace()
    server.choose_slot(arbiter, worker)
    assert worker.slot == 1

    server.take_slot(arbiter, worker)
    meters.sheet.put(meters.STREAMS, 7)
    meters.sheet.take(0)  # as before
    meters.sheet.put(meters.STREAMS, 1)

    assert meters.sheet._memory[meters.CELLS + meters.STREAMS] == 7


def test_all_processes_of_a_server_count_together_and_none_is_forgotten(demo_folder):
    subprocess.run([sys.executable, "-m", "callcenter", "migrate"], check=True)
    at = f"http://127.0.0.1:{os.environ['VOICE_PORT']}"
    with (demo_folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "callcenter", "serve", "voice", "--workers=3"], stderr=log
        )
    try:
        until(lambda: up(at))
        sent = 0
        while len(children := {int(pid) for pid in told_pids(demo_folder, "request")}) < 2:
            assert sent < 600  # several are to do the work: the kernel chooses who
            sent += at_once(f"{at}/voice/incoming", 20)
        assert forged(at) == sent
        os.kill(min(children), signal.SIGKILL)
        until(lambda: len(told_pids(demo_folder, "Booting worker")) == 4)
        requests.post(f"{at}/voice/incoming", timeout=5)
        until(lambda: {forged(at) for _ in range(9)} == {sent + 1})
        server.send_signal(signal.SIGHUP)
        until(lambda: len(told_pids(demo_folder, "Booting worker")) >= 7)
        requests.post(f"{at}/voice/incoming", timeout=5)
        until(lambda: {forged(at) for _ in range(9)} == {sent + 2})
    finally:
        server.terminate()
        assert server.wait(40) == 0


def at_once(address: str, many: int) -> int:
    """So many requests side by side."""
    with ThreadPoolExecutor(many) as pool:
        return len(list(pool.map(lambda _: requests.post(address, timeout=20), range(many))))


def forged(at: str) -> float:
    return count(requests.get(f"{at}/metrics", timeout=5).text, "voice.incoming", "4xx")


def told_pids(folder: Path, event: str) -> set[str]:
    return set(re.findall(rf'"event":"{event}.*?"pid":(\d+)', (folder / "log").read_text()))


def up(at: str) -> bool:
    try:
        return requests.get(f"{at}/health/live", timeout=2).ok
    except requests.RequestException:
        return False


def until(reached) -> None:
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.05)
