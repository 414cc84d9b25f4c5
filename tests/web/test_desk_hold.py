"""Hold and mute at the desk: two switches, each pressed once."""

import pytest

from callcenter.records.tables import EventRow
from callcenter.rules import events
from tests.web.office import Browser, Office
from tests.web.telling import Call


@pytest.fixture
def siti(office: Office) -> str:
    return office.user("siti", "agent", phone="081211112222")


@pytest.fixture
def desk(office: Office, siti: str) -> Browser:
    browser = office.browser()
    browser.sign_in("siti")
    browser.get("/desk")
    return browser


@pytest.fixture
def call(office: Office, siti: str) -> Call:
    return Call(office).arrives().rings(siti).talks()


def asked(office: Office) -> list[str]:
    kinds = ("HoldAsked", "ResumeAsked", "MuteAsked")
    return [it.kind for it in office.rows(EventRow) if it.kind in kinds]


def press(desk: Browser, what: str, change: object = 1) -> str:
    form = {"call": "CA1", "offer": "1", "change": str(change)}
    desk.post(f"/desk/{what}", form)
    return desk.get("/desk").text


def test_the_switches_stand_in_a_conversation_only(desk, office, siti):
    ringing = Call(office).arrives().rings(siti)
    assert "/desk/hold" not in desk.get("/desk").text
    ringing.talks()
    page = desk.get("/desk").text
    assert "Tahan" in page
    assert 'name="change" value="1"' in page
    ringing.hangs_up()
    assert "/desk/hold" not in desk.get("/desk").text


def test_the_desk_shows_the_hold_and_since_when(desk, call, office):
    page = press(desk, "hold")
    assert "Penelepon ditahan" in page
    assert "Lanjutkan bicara" in page
    assert asked(office) == ["HoldAsked"]
    before = page.count("<time")
    call._part(events.HoldStarted, "room:1")
    assert desk.get("/desk").text.count("<time") == before + 1
    page = press(desk, "hold", 2)
    assert "Penelepon ditahan" not in page
    assert asked(office) == ["HoldAsked", "ResumeAsked"]


def test_a_double_click_is_one_hold(desk, call, office):
    press(desk, "hold")
    page = press(desk, "hold")
    assert "Penelepon ditahan" in page
    assert "baru saja diubah" not in page
    assert asked(office) == ["HoldAsked"]


def test_after_the_end_the_agent_is_told(desk, call, office):
    call.hangs_up()
    assert "Percakapan sudah berakhir" in press(desk, "hold")
    assert asked(office) == []


@pytest.mark.parametrize("change", ["", "0", "2", "x", "-1", "9999999", "1²"])
def test_a_form_that_is_none_of_ours_changes_nothing(desk, call, office, change):
    press(desk, "hold", change)
    assert asked(office) == []


def test_nobody_holds_the_caller_of_another(office, call):
    office.user("budi", "agent", phone="081211113333")
    other = office.browser()
    other.sign_in("budi")
    other.get("/desk")
    press(other, "hold")
    press(other, "mute")
    assert asked(office) == []


def test_mute_is_shown_and_taken_back(desk, call, office):
    assert "Suara Anda mati" in press(desk, "mute")
    assert "Suara Anda mati" not in press(desk, "mute", 2)
    assert asked(office) == ["MuteAsked", "MuteAsked"]
