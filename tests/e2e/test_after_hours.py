"""Whole calls outside the hours: the simulated network, our two loops, the desk next morning."""

from __future__ import annotations

from dataclasses import replace
from time import sleep

import pytest

from callcenter.records import policy as policies
from callcenter.records import rebuilding
from callcenter.records.database import Database
from callcenter.records.tables import CallBackRow, EventRow, TicketRow
from callcenter.rules import spoken, wib
from callcenter.rules.policy import Announcement
from tests.rules.test_conversations import with_hours
from tests.telephone import SARI, close, heard, presses, takes, until, words
from tests.web.office import Browser
from tests.world import CALLER, LINE_1, PASSWORD, World

HOURS = "Mon-Fri 08:00-17:00"
NIGHT, BEFORE_CLOSING = wib.at("2020-04-13 20:00"), wib.at("2020-04-13 16:58")


@pytest.fixture
def world_at(settings):
    """A world on both engines, whose lines have hours, at an hour."""
    made = []

    def make(at) -> World:
        database = Database(settings.database.url)
        with database.transaction() as db:
            seeded = policies.ensure(db, settings, at)
            policies.add(db, with_hours(seeded, HOURS), by="test", why="hours", now=at)
        database.close()
        made.append(World(settings, at))
        return made[-1]

    yield make
    for world in made:
        close(world)


def call(world: World, *keys: str, caller: str = CALLER):
    made = world.network.dial(LINE_1, caller)
    for key in keys:
        presses(world, made, key)
    return made


def is_whole(world: World) -> None:
    """Nothing went wrong, and the diary says the same as every derived table."""
    assert world.log("webhook-fault") == []
    world.run(5)
    assert list(rebuilding.verify(world.house.database)) == []


def test_a_call_back_asked_for_at_night_is_at_the_desk_in_the_morning(world_at):
    world = world_at(NIGHT)
    caller = call(world, "1", "1", "1", "3")
    until(world, lambda: caller.ended)
    assert "Kami telepon besok, mulai jam tiga sore." in heard(caller)[-2]
    world.run(5)

    (ticket,) = world.rows(TicketRow)
    assert (ticket.channel, ticket.outcome, ticket.versions) == (
        "callback",
        "callback_scheduled",
        2,
    )
    assert {it.ticket_id for it in world.rows(CallBackRow)} == {ticket.id}

    world.agent("sari", "CC1", SARI, available=False)
    browser = Browser(world.app.test_client())
    assert browser.sign_in("sari", PASSWORD).status_code == 303
    listed = browser.get("/desk/tickets").text
    assert "Menunggu dihubungi" in listed
    assert ticket.number in listed.replace(" ", "")
    assert "14 April 2020" in listed
    assert "15.00" in listed
    page = browser.get(f"/desk/tickets/{ticket.number}").text
    assert "minta ditelepon balik" in page
    assert CALLER[-10:] not in page.replace("-", "")
    is_whole(world)


def test_a_message_is_recorded_and_its_number_said(world_at):
    world = world_at(NIGHT)
    caller = call(world, "1", "5")
    until(world, lambda: "beep" in heard(caller))
    world.run(12)
    world.network.press(caller, "#")
    until(world, lambda: caller.ended)

    (ticket,) = world.rows(TicketRow)
    assert spoken.groups(ticket.number, 3, "id") in heard(caller)[-2]
    (left,) = [it.body for it in world.rows(EventRow) if it.kind == "MessageLeft"]
    assert left["recording"].startswith("RE")
    assert left["duration_s"] >= 12
    is_whole(world)


def test_who_hangs_up_after_the_tone_has_left_a_message_too(world_at):
    world = world_at(NIGHT)
    caller = call(world, "1", "5")
    until(world, lambda: "beep" in heard(caller))
    world.run(7)
    world.network.hang_up(caller, by="person")
    world.run(5)
    assert [it.channel for it in world.rows(TicketRow)] == ["voicemail"]
    is_whole(world)


def test_nothing_said_comes_back_to_the_menu(world_at):
    world = world_at(NIGHT)
    caller = call(world, "1", "5")
    until(world, lambda: "beep" in heard(caller))
    world.network.press(caller, "#")
    until(world, lambda: words(world, "voicemail_none") in heard(caller))
    presses(world, caller, "1")
    until(world, lambda: any("Kami akan menelepon nomor" in it for it in heard(caller)))
    assert world.rows(TicketRow) == []


def test_who_waits_when_it_closes_is_served(world_at):
    world = world_at(BEFORE_CLOSING)
    caller = call(world, "1", "0")
    until(world, lambda: caller.state == "queue")
    world.run(180)
    assert world.clock.now() > wib.at("2020-04-13 17:00")
    assert caller.state == "queue"

    late = call(world, "1", "0", caller="+6281234567891")
    until(world, lambda: words(world, "after_hours") in heard(late))
    world.agent("sari", "CC1", SARI)
    takes(world, SARI, caller)
    assert late.state != "queue"


def test_an_announcement_is_live_for_the_next_caller_within_seconds(world_at):
    world = world_at(wib.at("2020-04-13 10:00"))
    before = call(world, "1")
    site = Announcement({"id": "Situs sedang gangguan."})
    with world.house.database.transaction() as db:
        ruling = policies.newest(db)
        wanted = replace(ruling, announcements=(site,))
        policies.follow(db, ruling, wanted, by="test", why="outage", now=world.clock.now())
    for _ in range(300):  # a running server looks for a new policy once a second
        if world.house.policy().announcements:
            break
        sleep(0.1)

    after = call(world)
    until(world, lambda: len(heard(after)) > 1)
    assert heard(after)[1] == "Situs sedang gangguan."
    assert "Situs sedang gangguan." not in heard(before)
