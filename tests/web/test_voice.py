"""The carrier's door: who may come in, what is answered, and that nothing is done twice."""

import re
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

import callcenter
from callcenter.addresses import Meeting
from callcenter.records import callers, diary
from callcenter.records.tables import (
    AuditRow,
    CallerRow,
    CallRow,
    EventRow,
    OfferRow,
    OutboxRow,
    PresenceRow,
)
from callcenter.rules import dialogue, events, wib
from callcenter.rules.dialogue import Dialogue
from tests.conftest import demo_settings
from tests.rules.test_conversations import FILES, lines

NOW = wib.at("2020-04-13 09:00")
LINE, LINE_2, CALLER, BACKUP = "+62318293097", "+62318280254", "+6281234567890", "+62315550101"
CALL, LEG = "CA" + "1" * 32, "CA" + "9" * 32
KEPT = (EventRow, CallRow, OfferRow, PresenceRow, CallerRow, OutboxRow, AuditRow)


class Network:
    """A carrier that signs with its own library, which knows nothing of ours."""

    def __init__(self, app, settings):
        self.app = app
        self.house = app.extensions["callcenter"]
        self.addresses = app.extensions["callcenter.addresses"]
        self.base = settings.voice.public_url
        self.account = settings.carrier.account_sid
        self.validator = RequestValidator(settings.carrier.auth_token)

    def fields(self, call=CALL, *, line=LINE, **more):
        form = {
            "AccountSid": self.account,
            "CallSid": call,
            "From": CALLER,
            "To": line,
            "CallStatus": "in-progress",
            "Direction": "inbound",
            "FromCity": "",
        }
        return form | more

    def posts(self, where, form, *, signed=None, **more):
        """One webhook to a path or an address, with its genuine signature or another one."""
        url = (where if where.startswith("http") else self.base + where).partition("#")[0]
        genuine = self.validator.compute_signature(url, MultiDict(form))
        headers = {"X-Twilio-Signature": genuine if signed is None else signed}
        path = url.removeprefix(self.base)
        return self.app.test_client().post(path, data=form, headers=headers, **more)

    def gets(self, path):
        signed = self.validator.compute_signature(self.base + path, {})
        return self.app.test_client().get(path, headers={"X-Twilio-Signature": signed})

    def kept(self):
        """How much has been written down."""
        with self.house.database.reading() as db:
            counts = [db.execute(select(func.count()).select_from(t.__table__)) for t in KEPT]
            return [count.scalar_one() for count in counts]

    def rows(self, table):
        with self.house.database.reading() as db:
            return [dict(row._mapping) for row in db.execute(select(table.__table__))]

    def write(self, *happened):
        with self.house.database.transaction() as db:
            return diary.write(db, happened, now=NOW)


def network_on(settings):
    return Network(callcenter.create_app(settings, ("voice",), lambda: NOW), settings)


@pytest.fixture
def network(tmp_path, sqlite_template):
    """On SQLite: most of what the door does is the same whatever stands behind it."""
    path = tmp_path / "callcenter.db"
    path.write_bytes(sqlite_template.read_bytes())
    made = network_on(demo_settings(tmp_path, f"sqlite:///{path}"))
    yield made
    made.house.database.close()


@pytest.fixture
def network_everywhere(settings):
    made = network_on(settings)
    yield made
    made.house.database.close()


def document(answer):
    assert answer.status_code == 200, answer.status
    assert answer.content_type == "text/xml; charset=utf-8"
    root = ElementTree.fromstring(answer.get_data())
    assert root.tag == "Response"
    return root


def next_url(answer):
    return document(answer).find("Gather").get("action")


# Who may come in --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "signed", ["", "x", "A" * 28, "é" * 28, "A" * 27 + "é", "A" * 5000], ids=range(6)
)
def test_what_the_carrier_did_not_sign_is_refused_and_leaves_no_trace(network, signed):
    before = network.kept()
    for path in ("/voice/incoming", "/voice/status", "/voice/fallback", "/voice/answer/k1.x"):
        answer = network.posts(path, network.fields(), signed=signed)
        assert (answer.status_code, answer.get_data()) == (403, b"")
    assert network.kept() == before


def test_nor_what_it_signed_for_another_address_or_other_fields(network):
    form = network.fields()
    for url, signed_form in (
        (f"{network.base}/voice/status", form),
        (f"{network.base}/voice/incoming?line=1", form),
        ("https://evil.example/voice/incoming", form),
        (f"{network.base}/voice/incoming", form | {"From": "+6281111111111"}),
    ):
        signed = network.validator.compute_signature(url, MultiDict(signed_form))
        assert network.posts("/voice/incoming", form, signed=signed).status_code == 403


def test_the_address_is_the_configured_one_whatever_the_host_claims(network):
    answer = network.posts("/voice/incoming", network.fields(), base_url="http://evil.example")
    assert next_url(answer).startswith(network.base)


def test_without_any_signature_at_all(network):
    assert network.app.test_client().post("/voice/incoming").status_code == 403
    assert network.app.test_client().get("/voice/incoming").status_code == 403


@pytest.mark.parametrize("account", ["AC" + "1" * 32, "", None])
def test_another_account_is_refused(network, account):
    before = network.kept()
    form = network.fields() | {"AccountSid": account}
    if account is None:
        del form["AccountSid"]
    assert network.posts("/voice/incoming", form).status_code == 403
    assert network.kept() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"CallSid": ""},
        {"CallSid": "CA1 or 1=1"},
        {"CallSid": "CA1\x00"},
        {"Digits": "0812abc"},
        {"SequenceNumber": "x"},
        {"FromCity": "x" * 5000},
        {"FromCity": "\x00"},
    ],
)
def test_a_malformed_form_is_refused(network, wrong):
    before = network.kept()
    assert network.posts("/voice/incoming", network.fields() | wrong).status_code == 400
    assert network.kept() == before


@pytest.mark.parametrize("body", [b"CallSid=\xff\xfe", "CallSid=é".encode(), b"a=1&" * 500])
def test_bytes_that_are_no_form_are_refused(network, body):
    kind = "application/x-www-form-urlencoded"
    answer = network.app.test_client().post("/voice/incoming", data=body, content_type=kind)
    assert answer.status_code in (400, 403)


def test_a_body_that_is_too_large_is_refused(network):
    answer = network.app.test_client().post("/voice/incoming", data=b"x=" + b"y" * 65_536)
    assert answer.status_code == 413


def test_of_a_body_without_a_length_no_more_is_read_than_that(network):
    form = network.fields() | {f"X{n}": "y" * 4000 for n in range(20)}
    url = f"{network.base}/voice/incoming"
    signed = network.validator.compute_signature(url, MultiDict(form))
    answer = network.app.test_client().post(
        "/voice/incoming",
        data=urlencode(form),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signed},
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )
    assert answer.status_code in (403, 413)  # genuine as a whole, so it was not read as a whole
    assert network.rows(CallRow) == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/voice/incoming", "/voice/answer/x", "/voice/status"])
def test_other_methods_are_refused(network, method, path):
    assert network.app.test_client().open(path, method=method).status_code == 405


def test_no_other_door_stands_open(network):
    for path in ("/voice", "/voice/", "/voice/nothing", "/voice/audio/../keys.toml", "/login"):
        assert network.app.test_client().get(path).status_code in (403, 404)


def test_music_is_open_to_all(network):
    answer = network.app.test_client().get("/voice/audio/music")
    assert (answer.status_code, answer.content_type) == (200, "audio/wav")
    assert answer.get_data().startswith(b"RIFF")
    assert network.app.test_client().get("/voice/audio/jv/greeting").status_code == 404


# Tokens --------------------------------------------------------------------------------


def test_a_token_opens_for_its_call_and_its_door_only(network):
    mine = next_url(network.posts("/voice/incoming", network.fields()))
    before = network.kept()
    wait = mine.replace("/answer/", "/wait/")
    altered = mine.replace("#", "A#")

    assert network.posts(mine, network.fields(LEG, Digits="1")).status_code == 400
    assert network.posts(wait, network.fields()).status_code == 400
    assert network.posts(altered, network.fields(Digits="1")).status_code == 400
    assert network.posts("/voice/answer/k1.AAAA", network.fields()).status_code == 400
    assert network.kept() == before
    assert network.posts(mine, network.fields(Digits="1")).status_code == 200


def test_a_token_tells_nothing(network):
    url = next_url(network.posts("/voice/incoming", network.fields()))
    assert CALL not in url
    assert "main" not in url
    assert url.endswith("#ct=1000&rt=3000&rc=2&rp=ct,rt,5xx")


# Arriving --------------------------------------------------------------------------------


@pytest.mark.parametrize(("line", "center"), [(LINE, "CC1"), (LINE_2, "CC2")])
def test_each_line_has_its_center(network, line, center):
    document(network.posts("/voice/incoming", network.fields(line=line)))
    assert [(it["id"], it["line"], it["center"]) for it in network.rows(CallRow)] == [
        (CALL, line, center)
    ]


def test_a_trunk_that_rewrites_the_number_names_the_line_in_the_address(network):
    path = "/voice/incoming?line=%2B62318280254"
    document(network.posts(path, network.fields(line="+620000000")))
    assert [it["center"] for it in network.rows(CallRow)] == ["CC2"]


def test_a_carrier_may_ask_by_get(network):
    query = f"AccountSid={network.account}&CallSid={CALL}&To=%2B62318293097&From=%2B6281234567890"
    document(network.gets(f"/voice/incoming?{query}"))
    assert [it["id"] for it in network.rows(CallRow)] == [CALL]


def test_a_line_that_is_not_ours_hears_so_and_is_written_down(network):
    answer = network.posts("/voice/incoming", network.fields(line="+62318299999"))

    assert [verb.tag for verb in document(answer)] == ["Say", "Hangup"]
    (noted,) = network.rows(AuditRow)
    assert (noted["who"], noted["what"], noted["result"]) == ("carrier", "unknown_line", "refused")
    assert network.rows(CallRow) == []


@pytest.mark.parametrize("hidden", ["anonymous", "+266696687", "", "Restricted"])
def test_a_caller_who_hides_the_number_is_taken_all_the_same(network, hidden):
    document(network.posts("/voice/incoming", network.fields(From=hidden)))
    assert [it["withheld"] for it in network.rows(CallRow)] == [True]
    assert [it["number"] for it in network.rows(CallerRow)] == [None]


def test_the_callers_number_is_sealed_and_nowhere_else(network):
    url = next_url(network.posts("/voice/incoming", network.fields()))
    with capture_logs() as logs:
        network.posts(url, network.fields(Digits="1"))
        network.posts("/voice/status", network.fields(CallStatus="completed"))
        network.posts("/voice/incoming", network.fields(), signed="x" * 28)
    for table in KEPT:
        assert CALLER.removeprefix("+62") not in str(network.rows(table))
    assert CALLER.removeprefix("+62") not in str(logs)
    with network.house.database.reading() as db:
        assert callers.number(db, network.house.keys, callers.of_call(CALL)) == CALLER


# Transcripts --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_conversation(network, path: Path):
    """Every transcript once more, through Flask and the carrier."""
    answer, language = network.posts("/voice/incoming", network.fields()), "id"
    for word, rest in lines(path):
        root = document(answer)
        match word:
            case "presses":
                answer = network.posts(next_url(answer), network.fields(Digits=rest))
            case "lost":
                answer = network.posts(requeue_url(network), network.fields())
            case "nobody" | "interrupts":
                url = root.find("Enqueue").get("waitUrl")
                keys = {"Digits": rest} if rest else {}
                if word == "nobody":
                    network.write(too_long(network))
                heard = document(network.posts(url, network.fields(QueueSid="QU1", **keys)))
                assert keys == {} or [verb.tag for verb in heard] == ["Leave"]
                url = root.find("Enqueue").get("action")
                answer = network.posts(url, network.fields(QueueResult="leave", QueueTime="60"))
            case "hears":
                said = [say.text for say in root.iter("Say")]
                for text, prompt in zip(said, rest.split(", "), strict=True):
                    assert re.fullmatch(spoken_as(network, prompt, language), text)
            case "waits":
                assert root.find("Enqueue").text == rest
            case "speaks":
                language = "en" if rest == "en" else "id"  # Javanese is not recorded yet
            case "needs":
                assert [it["reason"] for it in network.rows(CallRow)] == [rest]
            case "ends":
                assert root[-1].tag == "Hangup"
            case "forwards":
                assert root.find("Dial/Number").text == BACKUP


def too_long(network):
    """What ends a wait in which nobody came."""
    with network.house.database.reading() as db:
        state = callers.dialogue(db, CALL)
    return dialogue.exited(state, dialogue.beyond_the_queue(state, network.house.policy()), NOW)


def spoken_as(network, prompt, language):
    """The sentence of a prompt as a pattern, whatever its values."""
    own = {"lang_menu_id": "id", "lang_menu_jv": "id", "lang_menu_en": "en"}.get(prompt, language)
    text = network.house.policy().prompts[own][prompt]
    return re.sub(r"\\\{\w+\\\}", ".+", re.escape(text))


def requeue_url(network):
    with network.house.database.reading() as db:
        state = callers.dialogue(db, CALL)
    return network.addresses.of("requeue", Meeting(1, "a1", state), CALL)


# Every webhook --------------------------------------------------------------------------------

STATE = Dialogue(
    CALL,
    center="CC1",
    line=LINE,
    node="agents",
    entry=1,
    turn=2,
    arrived_at=NOW,
    queued_at=NOW,
)
MEETING = Meeting(1, "a1", STATE)
STAMP = {"Timestamp": "Mon, 13 Apr 2020 02:00:00 +0000", "SequenceNumber": "2"}
RESULTS = (
    "bridged",
    "bridging-in-process",
    "error",
    "hangup",
    "leave",
    "queue-full",
    "redirected",
    "redirected-from-bridged",
    "system-error",
)


def webhooks(network):
    """Every webhook that a carrier sends: name, address, fields."""

    def at(door, state, bound_to=CALL):
        return network.addresses.of(door, state, bound_to)

    caller = network.fields
    queue = {"QueueSid": "QU1", "QueueTime": "42"}
    room = {"ConferenceSid": "CF1", "FriendlyName": MEETING.room, **STAMP}
    ended = {"CallStatus": "completed", "CallDuration": "61", **STAMP}
    dialled = {"DialCallStatus": "answered", "DialCallSid": LEG, "DialBridged": "true"}
    yield "incoming", "/voice/incoming", caller(CallStatus="ringing", CallerName="x")
    yield "answer", at("answer", replace(STATE, node="main", turn=1)), caller(Digits="9")
    yield "wait", at("wait", STATE), caller(**queue, QueuePosition="3", CurrentQueueSize="9")
    for result in RESULTS:
        yield f"left {result}", at("left", STATE), caller(QueueResult=result, **queue)
    yield "leg", at("leg", MEETING, ""), caller(LEG, Direction="outbound-api")
    yield "leg of another", at("leg", MEETING, ""), caller("CA" + "8" * 32)
    yield "key", at("key", MEETING, LEG), caller(LEG, Digits="1")
    yield "key 2", at("key", MEETING, LEG), caller(LEG, Digits="2")
    for status in ("initiated", "ringing", "in-progress", "busy", "no-answer", "failed"):
        form = caller(LEG, **STAMP) | {"CallStatus": status}
        yield f"leg_status {status}", at("leg_status", MEETING, ""), form
    yield "leg_status completed", at("leg_status", MEETING, ""), caller(LEG, **ended)
    for event in ("conference-start", "participant-join", "participant-leave", "conference-end"):
        why = {"ReasonParticipantLeft": "participant_hung_up", "StatusCallbackEvent": event}
        yield f"room {event}", at("room", MEETING, MEETING.room), caller(**room, **why)
    yield "status", "/voice/status", caller(**ended)
    yield "meet", at("meet", MEETING), caller()
    yield "met", at("met", MEETING), caller(**dialled)
    yield "met at the end", at("met", MEETING), caller(**dialled, **ended)
    yield "met by the agent", at("met", MEETING, LEG), caller(LEG, **dialled)
    yield "farewell", at("farewell", MEETING), caller()
    asked = replace(STATE, node="solved")
    yield "survey", at("survey", asked), caller(Digits="1")
    yield "survey, unanswered", at("survey", asked), caller(Digits="")
    yield "requeue", at("requeue", MEETING), caller()
    yield "forwarded", at("forwarded", replace(STATE, node="backup")), caller(**dialled)
    nobody = {"DialCallStatus": "no-answer", "DialBridged": "false"}
    yield "forwarded to nobody", at("forwarded", STATE), caller(**nobody)
    yield "fallback", "/voice/fallback", caller(ErrorCode="11200", ErrorUrl="https://x.test")


def offered(call=CALL):
    return events.CallOffered(
        subject=events.call(call),
        thread="offered",
        turn="1",
        at=NOW,
        offer=1,
        entry=1,
        agent="a1",
        center="CC1",
    )


def test_every_webhook_is_answered(network):
    network.write(offered())
    for name, url, form in webhooks(network):
        with capture_logs() as logs:
            answer = network.posts(url, form)
        assert [it for it in logs if it["event"] == "webhook failed"] == [], name
        if name.startswith(("leg_status", "room", "status")):
            assert (answer.status_code, answer.get_data()) == (204, b""), name
        else:
            document(answer)


def test_every_webhook_may_lack_any_field(network_everywhere):
    """Some field is missing in some dialect: never our fault, and never silence by accident."""
    network = network_everywhere
    network.write(offered())
    tried = 0
    for name, url, form in webhooks(network):
        for key in form:
            with capture_logs() as logs:
                answer = network.posts(url, {k: v for k, v in form.items() if k != key})
            assert [it for it in logs if it["event"] == "webhook failed"] == [], (name, key)
            assert answer.status_code in (200, 204, 400, 403), (name, key)
            assert (answer.status_code == 403) == (key == "AccountSid"), (name, key)
            if answer.status_code == 200:
                document(answer)
            tried += 1
    assert tried > 300


def test_a_webhook_may_say_more_than_we_know(network):
    more = {f"SipHeader_X-{n}": "x" for n in range(100)}
    document(network.posts("/voice/incoming", network.fields() | more))


@pytest.mark.parametrize("result", RESULTS)
def test_how_a_stay_in_the_queue_ends(network, result):
    entered = dialogue.returned(replace(STATE, entry=0), NOW)
    network.write(*entered)
    url = network.addresses.of("left", STATE, CALL)
    form = network.fields(QueueResult=result, QueueTime="42", QueueSid="QU1")
    tags = [verb.tag for verb in document(network.posts(url, form))]
    (call,) = network.rows(CallRow)

    goes_on = result in ("leave", "queue-full", "system-error", "error")
    assert tags == (["Gather"] if goes_on else [])  # is it for a call back? Nobody knows
    assert call["departures"] == (0 if result == "bridging-in-process" else 1)
    assert (call["ended_at"] is not None) == (result == "hangup")


def test_whoever_is_told_to_leave_goes_where_it_was_decided(network):
    network.write(dialogue.exited(STATE, "gone", NOW))
    url = network.addresses.of("left", STATE, CALL)
    root = document(network.posts(url, network.fields(QueueResult="leave")))
    assert [verb.tag for verb in root] == ["Say", "Hangup"]


def test_a_second_leg_of_one_ring_is_hung_up(network):
    network.write(offered())
    leg = network.addresses.of("leg", MEETING, "")

    assert [verb.tag for verb in document(network.posts(leg, network.fields(LEG)))] == ["Gather"]
    other = network.posts(leg, network.fields("CA" + "8" * 32))
    assert [verb.tag for verb in document(other)] == ["Hangup"]


def test_a_leg_is_asked_three_times_at_most(network):
    network.write(offered())
    answer = network.posts(network.addresses.of("leg", MEETING, ""), network.fields(LEG))
    for _ in range(2):
        answer = network.posts(next_url(answer), network.fields(LEG, Digits=""))
    last = network.posts(next_url(answer), network.fields(LEG, Digits=""))
    assert [verb.tag for verb in document(last)] == ["Say", "Hangup"]


@pytest.mark.parametrize("first", [events.OfferExpired, events.OfferWithdrawn])
def test_a_key_after_the_end_of_an_offer_takes_nothing(network, first):
    why = {"why": "caller_left"} if first is events.OfferWithdrawn else {}
    network.write(
        offered(),
        first(subject=f"call:{CALL}", thread="offer", turn="1", at=NOW, offer=1, agent="a1", **why),
    )
    answer = network.posts(
        network.addresses.of("key", MEETING, LEG), network.fields(LEG, Digits="1")
    )
    assert [verb.tag for verb in document(answer)] == ["Say", "Hangup"]
    assert len(network.rows(EventRow)) == 2


@pytest.mark.parametrize(("why", "tag"), [("agent_left", "Gather"), ("agent_lost", "Enqueue")])
def test_a_caller_left_in_the_meeting_is_asked_how_it_was_or_waits_again(network, why, tag):
    ended = events.HandlingEnded(
        subject=events.call(CALL),
        thread="handling",
        turn="1",
        at=NOW,
        offer=1,
        agent="a1",
        talked=True,
        why=why,
    )
    network.write(offered(), ended)
    met = network.addresses.of("met", MEETING, CALL)
    root = document(network.posts(met, network.fields(DialCallStatus="answered")))
    assert root[-1].tag == tag


def test_a_waiting_caller_hears_the_own_position(network):
    network.posts("/voice/incoming", network.fields())
    network.write(*dialogue.returned(replace(STATE, entry=0), NOW))
    wait = network.addresses.of("wait", STATE, CALL)
    root = document(network.posts(wait, network.fields(QueueSid="QU1", QueuePosition="9")))
    assert "satu" in root.find("Gather/Say").text  # our floor's word, not the carrier's


@pytest.mark.parametrize("line", [LINE, "+62318299999"])
def test_when_our_documents_fail_the_caller_reaches_the_other_telephone(network, line):
    root = document(network.posts("/voice/fallback", network.fields(line=line)))
    expected = ["Say", "Dial"] if line == LINE else ["Say", "Hangup"]
    assert [verb.tag for verb in root] == expected
    assert "action" not in root[1].attrib  # an empty one would be asked for: this one, again


def test_with_neither_database_nor_journal_it_is_not_silence_either(network):
    url = next_url(network.posts("/voice/incoming", network.fields()))
    with network.house.database.transaction() as db:
        db.exec_driver_sql("DROP TABLE event")
    journal = network.house.settings.journal.directory
    shutil.rmtree(journal)
    journal.write_text("a file where the folder should be")

    with capture_logs() as logs:
        said = document(network.posts(url, network.fields(Digits="1")))
        reported = network.posts("/voice/status", network.fields(CallStatus="completed"))
    assert [verb.tag for verb in said] == ["Say", "Dial"]
    assert said.find("Dial/Number").text == BACKUP
    assert reported.status_code == 503  # worth another try of the carrier
    assert [it["event"] for it in logs if it["event"] != "request"] == ["webhook failed"] * 2
    assert CALL not in str(logs)


# Six at once --------------------------------------------------------------------------------


def steps(network, call):
    """The webhooks of a call that is answered and ends, in order."""
    leg = LEG[:-4] + call[-4:]
    state = replace(STATE, call=call)
    meeting = Meeting(1, "a1", state)

    def at(door, of, bound_to=call):
        return network.addresses.of(door, of, bound_to)

    number = f"+628120000{call[-4:]}"  # one who calls for the first time
    caller, agent = network.fields(call, From=number), network.fields(leg)
    room = {"ConferenceSid": "CF1", "FriendlyName": meeting.room, **STAMP}
    yield "/voice/incoming", caller
    yield at("answer", replace(state, node="language", turn=0, entry=0)), caller | {"Digits": "1"}
    yield at("answer", replace(state, node="welcome", turn=1, entry=0)), caller | {"Digits": "3"}
    yield at("wait", state), caller | {"QueueSid": "QU1", "QueueTime": "1", "QueuePosition": "1"}
    network.write(offered(call))
    yield at("leg_status", meeting, ""), agent | STAMP | {"CallStatus": "ringing"}
    yield at("leg", meeting, ""), agent
    yield at("key", meeting, leg), agent | {"Digits": "1"}
    yield at("room", meeting, meeting.room), agent | room | {"StatusCallbackEvent": JOIN}
    yield at("left", state), caller | {"QueueResult": "redirected", "QueueTime": "9"}
    yield at("meet", meeting), caller
    yield at("room", meeting, meeting.room), caller | room | {"StatusCallbackEvent": JOIN}
    yield at("requeue", meeting), caller
    yield at("met", meeting), caller
    yield "/voice/status", caller | STAMP | {"CallStatus": "completed"}


JOIN = "participant-join"


def alike(text, call):
    """What must be equal: not the nonces of tokens, nor the names of this call."""
    leg = LEG[:-4] + call[-4:]
    text = text.replace(call, "CALL").replace(leg, "LEG")
    text = re.sub(r"k1\.[\w-]+", "TOKEN", text)
    text = re.sub(r"r-[0-9a-f]{20}", "ROOM", text)
    return re.sub(r":[0-9a-f]{12}\b", ":HASH", text)


def written(network, call):
    """Everything that is kept of a call, without ids and seals."""
    found = []
    for table in (EventRow, CallRow, OfferRow, OutboxRow, CallerRow):
        for row in network.rows(table):
            mine = call in str(row) or row.get("id") == callers.of_call(call)
            if mine:
                row = {k: v for k, v in row.items() if not k.startswith("number")}
                if table is not CallRow:
                    row.pop("id", None)
                found.append(f"{table.__name__} {alike(str(row), call)}")
    return sorted(found)


def test_six_copies_of_a_webhook_leave_what_one_leaves_and_are_answered_alike(network_everywhere):
    network = network_everywhere
    with ThreadPoolExecutor(6) as pool:
        for number in range(20):
            one, six = f"CA{number:031}1", f"CA{number:031}6"
            expected = [network.posts(url, form) for url, form in steps(network, one)]
            for (url, form), single in zip(steps(network, six), expected, strict=True):
                answers = at_once(pool, network, url, form)
                bodies = {alike(it.get_data(as_text=True), six) for it in answers}
                assert {it.status_code for it in answers} == {single.status_code}, url
                assert bodies == {alike(single.get_data(as_text=True), one)}, url
            assert written(network, six) == written(network, one)
            assert len(written(network, one)) > 14


def at_once(pool, network, url, form):
    start = threading.Barrier(6)

    def send(_):
        start.wait()
        return network.posts(url, form)

    return list(pool.map(send, range(6)))
