"""The stand-in: what it tells whom, whom it believes, what it writes down, and what it leans on."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from callcenter import addresses, cli, settings
from callcenter.fallback import answering, centers, documents, server
from callcenter.fallback.answering import Answering, Refused, Request
from callcenter.fallback.notebook import Notebook
from callcenter.records import policy as policies
from callcenter.rules import wib
from tests.documents import problems
from tests.postgres import free_port

ROOT = Path(__file__).parent.parent
NOW = wib.at("2020-04-13 09:00")
LINE_1, LINE_2, NO_LINE = "+62318293097", "+62318280254", "+62318888888"
BACKUP_1, BACKUP_2 = "+62315550101", "+62315550102"
ACCOUNT = "AC" + "0" * 32
CALLER = "+6281234567890"
SECOND = "ffeeddccbbaa99887766554433221100"


@pytest.fixture
def chosen(tmp_path, monkeypatch):
    """The demo's settings in an empty folder, with a second token."""
    return settings.load({"CALLCENTER__CARRIER__AUTH_TOKEN_SECONDARY": SECOND}, folder=tmp_path)


@pytest.fixture
def known(chosen):
    return centers.seeded(chosen)


@pytest.fixture
def here(chosen, known):
    """A stand-in without its web server."""
    return Answering(chosen, lambda: known, Notebook(chosen.journal.directory), lambda: NOW)


def form(**more: str) -> dict[str, str]:
    """What a carrier sends about a caller's call, empty values included."""
    told = {"CallSid": "CA1", "AccountSid": ACCOUNT, "From": CALLER, "To": LINE_1}
    return told | {"CallStatus": "ringing", "Direction": "inbound", "FromCity": ""} | more


def signed(chosen, path, fields, *, method="POST", query="", base="", token=""):
    """A request as the carrier makes it, signed by the carrier's own library."""
    base = base or chosen.voice.public_url
    body = urlencode(fields)
    if method == "GET":
        query, fields, body = (f"{query}&{body}" if query else body), {}, ""
    url = f"{base}{path}" + (f"?{query}" if query else "")
    oracle = RequestValidator(token or chosen.carrier.auth_token)
    mark = oracle.compute_signature(url, MultiDict(fields))
    return Request(method, path, query, body.encode(), mark)


def told(here, path, *, in_a_queue=False, query="", **more):
    """The document for a caller's request; it is one that carriers accept."""
    document = here.answer(signed(here.settings, path, form(**more), query=query))
    assert problems(document, in_a_queue=in_a_queue) == []
    return ElementTree.fromstring(document)


def verbs(document) -> list[str]:
    return [verb.tag for verb in document]


def notes(directory: Path) -> list[dict[str, str]]:
    files = sorted(directory.glob("fallback-*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


# What it tells whom ---------------------------------------------------------------------------


@pytest.mark.parametrize(("line", "backup"), [(LINE_1, BACKUP_1), (LINE_2, BACKUP_2)])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("door", ["fallback", "incoming", "answer/k1.Ab-9", "meet/k1.x"])
def test_a_caller_reaches_the_backup_telephone_of_the_line_dialled(
    here, known, door, method, line, backup
):
    asked = signed(here.settings, f"/voice/{door}", form(To=line, Called=line), method=method)
    document = here.answer(asked)

    assert problems(document) == []
    said, dial = ElementTree.fromstring(document)
    assert (said.tag, said.text, said.get("language")) == ("Say", known.system_down, "id-ID")
    assert said.get("voice") == known.voice
    assert (dial.tag, dial.find("Number").text) == ("Dial", backup)
    assert dial.get("callerId") == line
    assert 0 < int(dial.get("timeLimit")) <= 4 * 3600


def test_the_line_that_a_trunk_names_counts(here):
    asked = form(To="+628001234567")
    document = here.answer(
        signed(here.settings, "/voice/fallback", asked, query="line=%2B62318280254")
    )

    assert ElementTree.fromstring(document).find("Dial/Number").text == BACKUP_2
    assert ElementTree.fromstring(document).find("Dial").get("callerId") == LINE_2


@pytest.mark.parametrize("to", [NO_LINE, "", "client:sari", "+62'><Hangup/>"])
def test_a_call_to_no_line_of_ours_is_told_so_and_ended(here, known, to):
    document = told(here, "/voice/fallback", To=to, Called=to)

    assert verbs(document) == ["Say", "Hangup"]
    assert document[0].text == known.all_gone


@pytest.mark.parametrize("backup", ["", "+62318293097", "+6580012345678", "+628091234567"])
def test_nobody_is_sent_to_our_own_line_abroad_or_to_a_number_that_costs(known, backup):
    there = centers.Known({LINE_1: backup, LINE_2: BACKUP_2}, *_words(known))

    document = documents.apology(there, LINE_1, then="https://x.test/voice/dialled")

    assert problems(document) == []
    assert verbs(ElementTree.fromstring(document)) == ["Say", "Hangup"]


def _words(known):
    return known.voice, known.system_down, known.all_gone


@pytest.mark.parametrize(
    ("status", "bridged", "expected"),
    [
        ("completed", "true", ["Hangup"]),
        ("answered", "", ["Hangup"]),
        ("completed", "false", ["Say", "Hangup"]),  # voicemail: nobody spoke
        ("no-answer", "", ["Say", "Hangup"]),
        ("busy", "", ["Say", "Hangup"]),
        ("", "", ["Say", "Hangup"]),
    ],
)
@pytest.mark.parametrize("door", ["dialled", "forwarded/k1.x"])
def test_after_the_backup_telephone(here, door, status, bridged, expected):
    more = {"DialCallStatus": status, "DialBridged": bridged}
    assert verbs(told(here, f"/voice/{door}", CallStatus="in-progress", **more)) == expected


def test_the_backup_telephone_leads_back_to_the_stand_in(here):
    action = told(here, "/voice/fallback").find("Dial").get("action")

    assert action == f"{here.settings.voice.public_url}/voice/dialled{addresses.RETRIES}"


def test_who_waits_stays_while_the_voice_server_is_started_again_and_then_leaves(here):
    base, path, query = here.settings.voice.public_url, "/voice/wait/k1.Ab-9", ""
    seen = []
    for _ in range(4):
        document = told(here, path, in_a_queue=True, query=query, CallStatus="in-progress")
        seen.append(verbs(document))
        if seen[-1] != ["Leave"]:
            url, _, overrides = document.find("Redirect").text.partition("#")
            assert url.startswith(f"{base}{path}?")
            assert f"#{overrides}" == addresses.RETRIES
            query = url.partition("?")[2]
    assert seen == [["Pause", "Redirect"]] * 3 + [["Leave"]]

    out = told(here, "/voice/left/k1.x", QueueResult="leave", CallStatus="in-progress")
    assert out.find("Dial/Number").text == BACKUP_1


@pytest.mark.parametrize("turn", ["", "x", "99", "-1", "²", "3&standing=0"])
def test_a_turn_that_cannot_be_read_is_the_last(here, turn):
    query = f"standing={turn.encode().decode('latin-1')}" if turn.isascii() else "standing=%C2%B2"
    if turn != "3&standing=0":
        assert verbs(told(here, "/voice/wait/k", in_a_queue=True, query=query)) == ["Leave"]
    else:
        assert verbs(told(here, "/voice/wait/k", in_a_queue=True, query=query)) == ["Leave"]


@pytest.mark.parametrize("result", ["queue-full", "error", "system-error"])
def test_a_broken_queue_leads_to_the_backup_telephone(here, result):
    assert verbs(told(here, "/voice/left/k1.x", QueueResult=result)) == ["Say", "Dial"]


@pytest.mark.parametrize("result", ["hangup", "redirected", "bridged", "bridging-in-process", ""])
def test_who_left_the_queue_in_another_way_is_told_nothing(here, result):
    assert verbs(told(here, "/voice/left/k1.x", QueueResult=result)) == []


def test_who_has_spoken_with_an_agent_is_let_go(here):
    assert verbs(told(here, "/voice/farewell/k1.x", CallStatus="in-progress")) == ["Hangup"]
    assert verbs(told(here, "/voice/met/k1.x", CallStatus="completed")) == []


def test_who_has_lost_the_agent_reaches_the_backup_telephone(here):
    assert verbs(told(here, "/voice/met/k1.x", CallStatus="in-progress")) == ["Say", "Dial"]


@pytest.mark.parametrize("door", ["leg/k1.x", "key/k1.x", "met/k1.x", "fallback"])
def test_an_agents_telephone_is_hung_up(here, door):
    more = {"Direction": "outbound-api", "To": "+6281200000001", "From": LINE_1}
    assert verbs(told(here, f"/voice/{door}", CallStatus="in-progress", **more)) == ["Hangup"]
    assert notes(here.settings.journal.directory) == []


@pytest.mark.parametrize("door", ["status", "leg_status/k1.x", "room/k1.x"])
def test_a_report_is_told_nothing(here, door):
    assert here.answer(signed(here.settings, f"/voice/{door}", form())) is None


# Whom it believes -----------------------------------------------------------------------------


def test_both_tokens_are_valid_while_one_is_changed(here):
    asked = signed(here.settings, "/voice/fallback", form(), token=SECOND)
    assert here.answer(asked).startswith(b"<?xml")


def test_both_addresses_are_ours_and_the_next_one_is_that_of_the_request(here, chosen, tmp_path):
    apart = settings.load(
        {"CALLCENTER__FALLBACK__PUBLIC_URL": "https://standby.test"}, folder=tmp_path
    )
    there = Answering(apart, here.known, here.notebook, here.now)
    for base in ("https://standby.test", apart.voice.public_url):
        document = there.answer(signed(apart, "/voice/fallback", form(), base=base))
        action = ElementTree.fromstring(document).find("Dial").get("action")
        assert action.startswith(f"{base}/voice/dialled#")


def refused(here, request: Request) -> int:
    with pytest.raises(Refused) as caught:
        here.answer(request)
    assert notes(here.settings.journal.directory) == []
    return caught.value.status


@pytest.mark.parametrize("mark", ["", "x", "x" * 28, "é" * 28, "x" * 100_000])
def test_without_a_good_signature_nothing_is_told(here, mark):
    good = signed(here.settings, "/voice/fallback", form())
    assert refused(here, Request("POST", good.path, "", good.body, mark)) == 403


def test_a_signature_is_good_for_what_was_signed_only(here):
    good = signed(here.settings, "/voice/fallback", form())
    other = urlencode(form(To=LINE_2)).encode()
    for changed in (
        Request("POST", "/voice/incoming", "", good.body, good.signed),
        Request("POST", good.path, "line=%2B62318280254", good.body, good.signed),
        Request("POST", good.path, "", other, good.signed),
        Request("GET", good.path, good.body.decode(), b"", good.signed),
    ):
        assert refused(here, changed) == 403
    foreign = signed(here.settings, "/voice/fallback", form(), base="https://elsewhere.test")
    assert refused(here, foreign) == 403


def test_another_account_is_refused(here):
    asked = signed(here.settings, "/voice/fallback", form(AccountSid="AC" + "1" * 32))
    assert refused(here, asked) == 403


@pytest.mark.parametrize("call", ["CA/../Queues", "CA 1", "x" * 129, "CA1\n"])
def test_a_call_that_is_no_id_is_malformed(here, call):
    assert refused(here, signed(here.settings, "/voice/fallback", form(CallSid=call))) == 400


def test_a_body_that_is_no_form_is_malformed(here):
    many = "&".join(f"a{n}=1" for n in range(201)).encode()
    for body in (b"\xff\xfe", many):
        assert refused(here, Request("POST", "/voice/fallback", "", body, "x" * 28)) == 400


@pytest.mark.parametrize("key", sorted(form()))
def test_a_field_that_is_missing_breaks_nothing(here, key):
    fields = form()
    del fields[key]
    asked = signed(here.settings, "/voice/fallback", fields)
    if key == "AccountSid":
        assert refused(here, asked) == 403
    else:
        assert problems(here.answer(asked)) == []


# What it writes down --------------------------------------------------------------------------


def test_a_call_is_written_down_without_its_caller(here):
    told(here, "/voice/fallback")
    told(here, "/voice/incoming", CallSid="CA2", To=LINE_2)

    directory = here.settings.journal.directory
    assert notes(directory) == [
        {"call": "CA1", "line": LINE_1, "at": NOW.isoformat()},
        {"call": "CA2", "line": LINE_2, "at": NOW.isoformat()},
    ]
    (file,) = directory.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert CALLER[-8:] not in file.read_text()


def test_the_end_of_a_call_is_written_down_too(here):
    here.answer(signed(here.settings, "/voice/status", form(CallStatus="completed")))

    assert [one["call"] for one in notes(here.settings.journal.directory)] == ["CA1"]


def test_a_file_that_was_taken_away_is_begun_again(here):
    directory = here.settings.journal.directory
    told(here, "/voice/fallback")
    for file in directory.iterdir():
        file.unlink()
    told(here, "/voice/fallback", CallSid="CA2")

    assert [one["call"] for one in notes(directory)] == ["CA2"]


def test_who_cannot_write_answers_and_says_so(here, capfd):
    directory = here.settings.journal.directory
    directory.parent.mkdir(exist_ok=True)
    directory.write_text("a file where the folder should be")

    assert told(here, "/voice/fallback").find("Dial/Number").text == BACKUP_1
    (said,) = map(json.loads, capfd.readouterr().err.splitlines())
    assert said["event"].startswith("[journal] directory cannot be written")
    assert said["call"] == "CA1"  # this line is all that is left of it
    assert CALLER[-8:] not in json.dumps(said)


# What it knows --------------------------------------------------------------------------------


def snapshot(chosen, **centers_backups: str) -> None:
    """The snapshot that another process wrote, with other backup numbers."""
    policy = policies.seed(chosen)
    changed = [
        replace(center, backup_number=centers_backups.get(center.code, ""))
        for center in policy.centers
    ]
    policies.write_snapshot(replace(policy, centers=tuple(changed)), chosen.policy.snapshot)


def test_the_snapshot_rules_and_is_read_again_when_it_has_changed(chosen, known):
    current = centers.Current(chosen.policy.snapshot, known)
    assert current().backup(LINE_1) == BACKUP_1  # no snapshot yet: the configuration

    snapshot(chosen, CC1="+62315550999")
    assert current().backup(LINE_1) == "+62315550999"
    assert current().backup(LINE_2) == ""

    snapshot(chosen, CC1="+62315550888")
    assert current().backup(LINE_1) == "+62315550888"
    assert current() is current()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"centers": 1}',
        b"\xff",
        b'{"prompts": {"id": {}}}',
        b'{"prompts": {}, "voices": {}, "centers": [{}]}',
        b'{"prompts": {"id": {"system_down": 1, "all_gone": 2}}, "voices": {"id": 3}, '
        b'"centers": [{"lines": ["+62318293097"], "backup_number": 4}]}',
    ],
)
def test_a_snapshot_that_cannot_be_read_changes_nothing_and_is_told_of_once(chosen, known, content):
    said: list[str] = []
    current = centers.Current(chosen.policy.snapshot, known, said.append)
    snapshot(chosen, CC1="+62315550999")
    current()

    chosen.policy.snapshot.write_bytes(content)

    assert current().backup(LINE_1) == "+62315550999"
    assert current().backup(LINE_1) == "+62315550999"
    assert len(said) == 1
    assert "connected by what was known before" in said[0]


def test_the_same_sentences_as_the_voice_server(chosen, known):
    prompts = policies.seed(chosen).prompts["id"]

    assert (known.system_down, known.all_gone) == (prompts["system_down"], prompts["all_gone"])
    assert answering.TRIES == addresses.RETRIES


# The document for elsewhere -------------------------------------------------------------------


def test_the_document_for_a_plain_web_server(demo_folder, capsys):
    assert cli.main(["fallback", "--document", LINE_2]) == 0

    document = capsys.readouterr().out.encode()
    assert problems(document) == []
    said, dial, gone, _ = ElementTree.fromstring(document)
    assert dial.find("Number").text == BACKUP_2
    assert dial.get("action") is None  # nobody is there to be asked
    assert said.text != gone.text


def test_there_is_no_document_for_a_line_of_others(demo_folder, capsys):
    assert cli.main(["fallback", "--document", NO_LINE]) == 1
    assert f"{NO_LINE} is no line of ours. The lines are: {LINE_1}" in capsys.readouterr().err


def test_the_document_of_last_resort_fits_every_line(known):
    document = (ROOT / "docs" / "deploy" / "fallback.xml").read_bytes()

    assert problems(document) == []
    root = ElementTree.fromstring(document)
    assert verbs(root) == ["Say", "Hangup"]
    assert (root[0].text, root[0].get("voice")) == (known.all_gone, known.voice)


# As a process ---------------------------------------------------------------------------------


@contextmanager
def running(folder: Path, *options: str):
    """``python -m callcenter fallback``, as the operator starts it; gives its port."""
    port = free_port()
    own = {"FALLBACK_PORT": str(port), "PYTHONPATH": str(ROOT)}
    environ = {k: v for k, v in os.environ.items() if not k.startswith("CALLCENTER")} | own
    process = subprocess.Popen(
        [sys.executable, *options, "-m", "callcenter", "fallback"],
        cwd=folder,
        env=environ,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        with process.stderr:
            said = process.stderr.readline()
            assert f"the stand-in answers at 127.0.0.1:{port}" in said, process.stderr.read()
            yield port
            process.send_signal(signal.SIGTERM)
            said = process.stderr.read()
        assert process.wait(20) == 0
        assert "Traceback" not in said
    finally:
        process.kill()
        process.wait()


def ask(port: int, method: str, path: str, body: bytes | None = None, **headers: str):
    """Status and body; the connection is closed afterwards."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        asked.request(method, path, body, headers)
        answer = asked.getresponse()
        return answer.status, answer.read(), answer.headers
    finally:
        asked.close()


def post(port: int, chosen, path: str, **more: str):
    request = signed(chosen, path, form(**more))
    return ask(port, "POST", path, request.body, **{"X-Twilio-Signature": request.signed})


def test_it_runs_where_no_package_is_installed_at_all(demo_folder):
    """``-S``: without site-packages, so nothing but Python and our own files can be imported."""
    with running(demo_folder, "-S") as port:
        chosen = settings.load(os.environ)
        assert ask(port, "GET", "/health/live")[:2] == (200, b"ok\n")
        status, document, headers = post(port, chosen, "/voice/fallback")

    assert (status, headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert problems(document) == []
    assert ElementTree.fromstring(document).find("Dial/Number").text == BACKUP_1
    assert [one["call"] for one in notes(chosen.journal.directory)] == ["CA1"]


def test_it_answers_many_at_once_and_writes_each_down(demo_folder):
    with running(demo_folder) as port:
        chosen = settings.load(os.environ)
        answers: list[int] = []

        def call(n: int) -> None:
            answers.append(post(port, chosen, "/voice/fallback", CallSid=f"CA{n}")[0])

        threads = [threading.Thread(target=call, args=(n,)) for n in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert answers == [200] * 100
    assert {one["call"] for one in notes(chosen.journal.directory)} == {
        f"CA{n}" for n in range(100)
    }


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health/ready", 200),
        ("GET", "/", 404),
        ("GET", "/voice", 404),
        ("GET", "/voice/fallback", 403),
        ("PUT", "/voice/fallback", 405),
        ("HEAD", "/voice/fallback", 405),
        ("NONSENSE", "/", 405),
        ("GET", "/voice/" + "x" * 70_000, 414),
    ],
)
def test_what_is_not_the_carriers_is_refused(standing, method, path, status):
    assert ask(standing, method, path)[0] == status


@pytest.fixture(scope="module")
def standing(tmp_path_factory):
    """One stand-in for the tests that only look at how it refuses."""
    with running(tmp_path_factory.mktemp("standing")) as port:
        yield port


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"POST /voice/fallback HTTP/1.1\r\n\r\n", 411),
        (b"POST /voice/fallback HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (b"POST /voice/fallback HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
        (b"POST /voice/fallback HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /voice/fallback HTTP/1.1\r\nContent-Length: 65537\r\n\r\n", 413),
        (b"GET /voice/fallback HTTP/9.9\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
        (b"GET /voice/f HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n", 431),
        (b"GET /voice/f\xff?\xff HTTP/1.1\r\n\r\n", 400),
    ],
)
def test_nonsense_is_refused_and_never_breaks_it(standing, raw, status):
    with socket.create_connection(("127.0.0.1", standing), timeout=10) as line:
        line.sendall(raw)
        said = line.makefile("rb").read()
    assert said.split(b" ", 2)[1] == str(status).encode()
    assert ask(standing, "GET", "/health/live")[0] == 200


def test_who_says_nothing_does_not_keep_others_from_being_answered(standing):
    silent = [socket.create_connection(("127.0.0.1", standing)) for _ in range(server.AT_ONCE)]
    try:
        assert ask(standing, "GET", "/health/live")[0] == 200
    finally:
        for one in silent:
            one.close()


def test_who_says_little_at_a_time_is_not_listened_to_for_ever(here, monkeypatch):
    monkeypatch.setattr(server, "WHOLE_S", 1.0)
    with server.Server(("127.0.0.1", 0), here) as slow:
        threading.Thread(target=slow.serve_forever, daemon=True).start()
        with socket.create_connection(slow.server_address) as line:
            line.sendall(b"GET /health/live HTTP/1.1\r\n")
            ended = time.monotonic() + 30
            while time.monotonic() < ended:
                try:
                    line.sendall(b"a")
                except OSError:
                    break
                time.sleep(0.1)
            else:
                pytest.fail("still listened to")
        slow.shutdown()


def test_without_a_token_there_is_nobody_to_believe(demo_folder, capsys):
    (demo_folder / "config.toml").write_text(
        (ROOT / "config.example.toml")
        .read_text()
        .replace('secret_key = ""', 'secret_key = "q7Jm2_xL9vB4nK8sD1fG6hR3tY5uW0zA"', 1)
    )

    assert cli.main(["fallback"]) == 1
    assert "[carrier] auth_token is empty" in capsys.readouterr().err


def test_a_place_that_is_taken_is_told_of(demo_folder, capsys, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("FALLBACK_PORT", str(taken.getsockname()[1]))
        assert cli.main(["fallback"]) == 1
    assert "so the stand-in cannot start" in capsys.readouterr().err
