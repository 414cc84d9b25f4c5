"""A message that a caller left: brought home, sealed, deleted at the carrier, and heard at its
ticket by those whom it concerns."""

import io
import threading
import wave
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from callcenter.carriers import CommandFailed, CommandGone
from callcenter.carriers.twilio import recordings as sounds
from callcenter.records import diary, recordings, users
from callcenter.records import policy as policies
from callcenter.records.database import Database
from callcenter.records.recordings import Folder
from callcenter.records.sealing import SealBroken
from callcenter.records.tables import AuditRow, TicketRow
from callcenter.rules import events, wib
from tests.telephone import close, presses, until
from tests.web.office import CHEAP, PASSWORD, Browser
from tests.world import CALLER, LINE_1, World

NIGHT = wib.at("2020-04-13 20:00")


@pytest.fixture
def world(settings):
    """Nobody is there: callers may leave a message."""
    database = Database(settings.database.url)
    with database.transaction() as db:
        first = policies.ensure(db, settings, NIGHT)
        shut = tuple(replace(it, hours="Mon-Fri 08:00-17:00") for it in first.centers)
        policies.add(db, replace(first, centers=shut), by="test", why="hours", now=NIGHT)
    database.close()
    made = World(settings, NIGHT)
    yield made
    close(made)


def leaves_a_message(world, seconds=7):
    call = world.network.dial(LINE_1, CALLER)
    presses(world, call, "1")
    presses(world, call, "5")
    until(world, lambda: any(said.verb == "Play" and said.text == "beep" for said in call.said))
    world.run(seconds)
    world.network.hang_up(call, by="person")
    until(world, lambda: call.ended)
    return call


def folder(world) -> Folder:
    return Folder(world.settings.recordings.directory, world.house.keys)


def moves(world, call):
    """What the diary says became of the recording."""
    with world.house.database.reading() as db:
        happened = diary.of(db, events.call(call.sid))
    return sorted(it.result for it in happened if isinstance(it, events.RecordingMoved))


def left(world, call) -> events.MessageLeft:
    with world.house.database.reading() as db:
        return next(
            it for it in diary.of(db, events.call(call.sid)) if isinstance(it, events.MessageLeft)
        )


def test_it_is_fetched_sealed_and_deleted_at_the_carrier(world):
    call = leaves_a_message(world)
    assert len(world.network.recordings) <= 1
    world.run(40)

    assert moves(world, call) == ["deleted", "kept"]
    assert not world.network.recordings  # nothing of it is left there
    message = left(world, call)
    with wave.open(io.BytesIO(folder(world).sound(message.recording))) as sound:
        assert sound.getnframes() / sound.getframerate() == message.duration_s
    (file,) = world.settings.recordings.directory.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert b"RIFF" not in file.read_bytes()
    assert message.recording not in file.name
    file.rename(folder(world)._file("RE2"))
    with pytest.raises(SealBroken):
        folder(world).sound("RE2")


class Carrier:
    """A carrier of which one thing goes wrong, as often as ``times``."""

    def __init__(self, carrier, what, error, times):
        self.carrier, self.what, self.error, self.times = carrier, what, error, times

    def __getattr__(self, name):
        if name == self.what and self.times > 0:
            self.times -= 1
            raise self.error
        return getattr(self.carrier, name)


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("recording", CommandFailed("HTTP 503")),
        ("recording", CommandGone("HTTP 404")),  # it is still being made
        ("forget", CommandFailed("HTTP 503")),
    ],
)
def test_what_went_wrong_is_done_again_and_nothing_is_deleted_before_it_is_here(world, what, error):
    away = Carrier(world.worker.postman.carrier, what, error, 1)
    world.worker.house = replace(world.worker.house, carrier=away)
    call = leaves_a_message(world)
    until(world, lambda: away.times == 0)
    assert len(world.network.recordings) == 1
    world.run(40)
    assert moves(world, call) == ["deleted", "kept"]


def test_one_that_never_comes_is_told_of_once_and_looked_for_no_more(world):
    world.worker.leading = False
    call = leaves_a_message(world)
    world.network.recordings.clear()
    world.worker.leading = True
    world.run(40)
    assert moves(world, call) == []  # it may still come
    world.clock.run_for(700)
    world.run(40)

    assert moves(world, call) == ["absent", "gone"]
    with world.house.database.reading() as db:
        assert recordings.at_the_carrier(db, now=world.clock.now(), limit=9) == []


def browser(world, role, center) -> Browser:
    name = f"{role}.{center or 'all'}".lower()
    with world.house.database.transaction() as db:
        users.add(
            db,
            world.house.keys,
            world.house.policy(),
            username=name,
            role=role,
            center=center,
            password=PASSWORD,
            cost=CHEAP,
            now=world.clock.now(),
        )
    made = Browser(world.app.test_client())
    made.client.environ_base["wsgi.url_scheme"] = "http"
    made.sign_in(name)
    return made


def test_it_is_heard_at_its_ticket_by_people_of_its_center_and_that_is_kept(world):
    call = leaves_a_message(world)
    world.run(40)
    (ticket,) = world.rows(TicketRow)
    page = f"/desk/tickets/{ticket.number}"
    mine, other = browser(world, "agent", "CC1"), browser(world, "agent", "CC2")

    shown = mine.get(page).text
    assert f'src="{page}/message"' in shown
    assert "dijanjikan dihubungi paling lambat" in shown
    sound = mine.client.get(f"{page}/message", buffered=True)
    assert (sound.status_code, sound.content_type) == (200, "audio/x-wav")
    assert sound.data == folder(world).sound(left(world, call).recording)

    assert f'src="{page}/message"' not in other.get(page).text
    assert other.get(f"{page}/message").status_code == 403
    heard = [it for it in world.rows(AuditRow) if it.what == "message"]
    assert [(it.who, it.subject, it.why) for it in heard] == [
        ("agent.cc1", f"ticket:{ticket.id}", "heard")
    ]


def test_before_it_is_here_the_page_says_so(world):
    world.worker.leading = False
    leaves_a_message(world)
    world.run(1)
    (ticket,) = world.rows(TicketRow)
    mine = browser(world, "agent", "CC1")
    page = f"/desk/tickets/{ticket.number}"

    assert "Suaranya belum ada di sini" in mine.get(page).text
    assert mine.get(f"{page}/message").status_code == 404


# The carrier's answers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (404, b"", CommandGone),
        (302, b"", CommandGone),  # nobody is followed with our password
        (200, b"", CommandGone),
        (200, bytes(sounds.LARGEST + 1), CommandGone),
        (401, b"", CommandFailed),
        (429, b"", CommandFailed),
        (500, b"", CommandFailed),
    ],
)
def test_what_is_no_sound_is_none(status, body, error):
    with pytest.raises(error):
        sounds.checked(status, body)


class Redirecting(BaseHTTPRequestHandler):
    """A carrier that sends whoever asks elsewhere, and writes down who came."""

    asked: ClassVar[list[str]] = []

    def do_GET(self):
        self.asked.append(self.path)
        if self.path == "/sound":
            self.send_response(302)
            self.send_header("Location", f"http://localhost:{self.server.server_port}/elsewhere")
            self.end_headers()
        elif self.path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", "4000")
            self.end_headers()
            self.wfile.write(b"RIFF")
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"RIFF")

    def log_message(self, *_):
        """Nothing is printed."""


def test_our_password_goes_to_the_carrier_alone():
    Redirecting.asked.clear()
    with HTTPServer(("127.0.0.1", 0), Redirecting) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        base = f"http://127.0.0.1:{server.server_port}"
        assert sounds.sound(f"{base}/sound", "AC1", "secret")[0] == 302
        assert sounds.sound(f"{base}/here", "AC1", "secret") == (200, b"RIFF")
        with pytest.raises(CommandFailed):  # half a message is none
            sounds.sound(f"{base}/cut", "AC1", "secret")
        server.shutdown()
        thread.join()
    assert Redirecting.asked == ["/sound", "/here", "/cut"]
    with pytest.raises(CommandFailed):
        sounds.sound(f"{base}/gone", "AC1", "secret")
