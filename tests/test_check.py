"""``check``, the doctor: what it looks at, and what it says must be done."""

import json
import os
import signal

import pytest

from callcenter import cli, clock, settings, simulator, worker
from callcenter.cli import network
from callcenter.cli.running import children, ports
from callcenter.fallback.notebook import Notebook
from callcenter.records.journal import Journal
from tests.postgres import free_port


def checked(capsys) -> tuple[int, dict[str, list[tuple[bool, str]]]]:
    """The exit code of ``check --json``, and its findings by subject."""
    code = cli.main(["check", "--json"])
    found: dict[str, list[tuple[bool, str]]] = {}
    document = json.loads(capsys.readouterr().out)
    for finding in document["findings"]:
        found.setdefault(finding["subject"], []).append((finding["ok"], finding["text"]))
    assert document["ok"] is (code == 0)
    return code, found


def test_check_before_anything_was_done_says_what_to_do(demo_folder, capsys):
    code, found = checked(capsys)

    assert code == 1
    assert found["configuration"] == [(True, "demo settings: 2 centers, 2 lines")]
    ((ok, told),) = found["database"]
    assert not ok
    assert "python -m callcenter migrate" in told
    assert found["carrier"][0][0] is False  # no network runs
    assert not (demo_folder / "var" / "callcenter.db").exists()


def test_check_with_everything_in_order(demo_folder, capsys):
    cli.main(["migrate"])
    running = simulator.start(network.config(settings.load(os.environ)))
    try:
        code, found = checked(capsys)
    finally:
        running.stop()

    assert [told for tolds in found.values() for ok, told in tolds if not ok] == []
    assert code == 0
    assert found["keys"] == [(True, "var/keys.toml fits the database")]
    assert len(found["carrier"]) == 3  # the account and two lines
    assert found["clock"][0][1].endswith("as the carrier's")


def test_check_finds_lines_that_lead_elsewhere(demo_folder, capsys, monkeypatch):
    cli.main(["migrate"])
    running = simulator.start(network.config(settings.load(os.environ)))
    monkeypatch.setenv("CALLCENTER__VOICE__PUBLIC_URL", "https://moved.test")
    monkeypatch.setenv("CALLCENTER__CENTER__1__LINES", "+62318280000")
    try:
        _, found = checked(capsys)
    finally:
        running.stop()

    told = "\n".join(told for ok, told in found["carrier"] if not ok)
    assert (
        "+62318293097: A call comes in (voice URL) should be https://moved.test/voice/incoming"
        in told
    )
    assert "+62318280000 is not a number of this account" in told
    assert "https://moved.test/voice/incoming?line=%2B62318280000" in told


def test_check_finds_keys_of_another_database(demo_folder, capsys):
    cli.main(["migrate"])
    keys = demo_folder / "var" / "keys.toml"
    keys.rename(demo_folder / "var" / "old.toml")
    (demo_folder / "var" / "callcenter.db").rename(demo_folder / "var" / "old.db")
    cli.main(["migrate"])
    (demo_folder / "var" / "old.toml").replace(keys)

    code, found = checked(capsys)

    assert code == 1
    assert found["keys"][0][0] is False
    assert "belongs to another database" in found["keys"][0][1]


def test_check_finds_keys_that_others_can_read(demo_folder, capsys):
    cli.main(["migrate"])
    (demo_folder / "var" / "keys.toml").chmod(0o644)

    _, found = checked(capsys)

    assert found["keys"] == [
        (False, "var/keys.toml can be read by others on this machine. Run: chmod 600 var/keys.toml")
    ]


def test_check_tells_the_faults_of_the_configuration(demo_folder, capsys):
    (demo_folder / "config.toml").write_text("[queue]\nring_s = 1\n")

    code, found = checked(capsys)

    assert code == 1
    assert set(found) == {"configuration"}
    assert any("ring_s is 1" in told for _, told in found["configuration"])


def test_check_for_people_is_a_line_a_finding(demo_folder, capsys):
    assert cli.main(["check"]) == 1

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "OK    configuration  demo settings: 2 centers, 2 lines"
    assert {line[:6] for line in lines} == {"OK    ", "DO    ", "HINT  "}


def test_check_finds_addresses_that_can_be_read_on_the_way(demo_folder, capsys, monkeypatch):
    monkeypatch.setenv("CALLCENTER__VOICE__PUBLIC_URL", "http://voice.test")

    _, found = checked(capsys)

    assert found["addresses"] == [
        (False, "[voice] public_url is http, so everybody on the way can read along. Use https.")
    ]


def test_check_says_that_a_source_is_not_asked(demo_folder, capsys, monkeypatch):
    cli.main(["migrate"])
    capsys.readouterr()
    monkeypatch.setenv("CALLCENTER__SOURCE__0__KIND", "csv")
    monkeypatch.setenv("CALLCENTER__SOURCE__0__NAME", "Disnaker")
    monkeypatch.setenv("CALLCENTER__SOURCE__0__FILE", "var/applicants.csv")

    _, found = checked(capsys)

    ((ok, told),) = found["sources"]
    assert not ok
    assert "Disnaker" in told
    assert "import-applicants" in told


# --- the lines at the carrier

SECRET = "q7Jm2_xL9vB4nK8sD1fG6hR3tY5uW0zA"
ACCOUNT, TOKEN = "AC" + "1" * 32, "9f8e7d6c5b4a39281706f5e4d3c2b1a0"
VOICE, STANDBY = "https://voice.test", "https://standby.test"
LINE_1, LINE_2 = "+62318293097", "+62318280254"
TRIES = "#ct=1000&rt=3000&rc=2&rp=ct,rt,5xx"


def real(folder, network_url: str, *, fallback: str = "") -> None:
    """A configuration of a real call center, whose carrier is a simulated network."""
    (folder / "config.toml").write_text(
        f"""
        [web]
        public_url = "https://cc.test"
        secret_key = "{SECRET}"
        [voice]
        public_url = "{VOICE}"
        [fallback]
        bind = "127.0.0.1:{free_port()}"
        public_url = "{fallback}"
        [carrier]
        account_sid = "{ACCOUNT}"
        auth_token = "{TOKEN}"
        api_base = "{network_url}"
        [[center]]
        code = "CC1"
        name = "Surabaya"
        lines = ["{LINE_1}"]
        backup_number = "+62315550101"
        [[center]]
        code = "CC2"
        name = "Two"
        lines = ["{LINE_2}"]
        """
    )


def line(
    number: str, *, voice=f"{VOICE}/voice/incoming", fallback=f"{VOICE}/voice/fallback", tries=TRIES
):
    """One of our lines as somebody set it at the carrier."""
    status = f"{VOICE}/voice/status{tries}"
    return simulator.LineConfig(number, voice + tries, fallback + tries, status)


def carrier_of(*lines) -> simulator.Server:
    return simulator.start(simulator.NetworkConfig(ACCOUNT, TOKEN, lines, port=0))


def told_of(capsys, subject: str) -> dict[str, list[str]]:
    """The sentences about a subject by their mark."""
    cli.main(["check", "--json"])
    found: dict[str, list[str]] = {"OK": [], "DO": [], "HINT": []}
    for finding in json.loads(capsys.readouterr().out)["findings"]:
        if finding["subject"] == subject:
            mark = "HINT" if finding["hint"] else "OK" if finding["ok"] else "DO"
            found[mark].append(finding["text"])
    return found


def test_lines_that_lead_to_us_by_two_ways(demo_folder, capsys):
    running = carrier_of(
        *(line(it, fallback=f"{STANDBY}/voice/fallback") for it in (LINE_1, LINE_2))
    )
    real(demo_folder, running.url, fallback=STANDBY)
    try:
        told = told_of(capsys, "carrier")
    finally:
        running.stop()

    assert (told["DO"], told["HINT"]) == ([], [])
    assert f"{LINE_1} leads to {VOICE}" in told["OK"]


@pytest.mark.parametrize(
    ("wrong", "use", "wanted"),
    [
        ({"voice": "https://demo.test/voice/incoming"}, "voice URL", f"{VOICE}/voice/incoming"),
        ({"voice": f"{VOICE}/voice/incomming"}, "voice URL", f"{VOICE}/voice/incoming"),
        ({"fallback": ""}, "fallback URL", f"{VOICE}/voice/fallback"),
        ({"fallback": f"{STANDBY}/voice/fallback"}, "fallback URL", f"{VOICE}/voice/fallback"),
    ],
)
def test_a_line_that_leads_elsewhere_is_one_sentence_that_says_how_to_mend_it(
    demo_folder, capsys, wrong, use, wanted
):
    running = carrier_of(line(LINE_1), line(LINE_2, **wrong))
    real(demo_folder, running.url)
    try:
        told = told_of(capsys, "carrier")
    finally:
        running.stop()

    (said,) = told["DO"]
    assert said.startswith(f"{LINE_2}: ")
    assert use in said
    assert f"should be {wanted}{TRIES} and is " in said
    assert said.endswith("Set it in the carrier's console.")


def test_one_way_for_everything_and_no_retries_are_hints(demo_folder, capsys):
    running = carrier_of(line(LINE_1, tries=""), line(LINE_2))
    real(demo_folder, running.url)
    try:
        told = told_of(capsys, "carrier")
    finally:
        running.stop()

    assert told["DO"] == []
    patient, one_way = told["HINT"]
    assert patient.startswith(f"{LINE_1}: no retry settings")
    assert f"Write {TRIES} behind them" in patient
    assert one_way.startswith("the fallback URL is at voice.test too")


# --- what holds when something fails


def test_check_says_who_would_answer_if_the_voice_server_were_dead(demo_folder, capsys):
    real(demo_folder, "http://127.0.0.1:1")
    bind = settings.load(os.environ).fallback.bind

    alone, nobody_at_2 = told_of(capsys, "stand-in")["HINT"]
    assert f"nobody answers at {bind}" in alone
    assert nobody_at_2.startswith("CC2 has no backup_number in config.toml")

    family = children.Children()
    family.start("fallback", ["fallback"], os.environ)
    while not ports.answers(bind, "/health/live"):
        assert family.wait(0) is None
    try:
        assert told_of(capsys, "stand-in")["OK"] == [f"answers at {bind}"]
    finally:
        family.end(signal.SIGTERM, grace_s=20)


def test_check_says_whether_the_voice_server_could_start_without_a_database(demo_folder, capsys):
    cli.main(["migrate"])
    capsys.readouterr()
    snapshot = demo_folder / "var" / "policy.json"
    snapshot.unlink(missing_ok=True)
    assert "policy.json is not there" in told_of(capsys, "voice")["HINT"][0]

    worker.make(settings.load(os.environ)).house.policy()
    assert told_of(capsys, "voice")["OK"] == [
        "could start without a database, by version 1 of the policy"
    ]

    snapshot.write_text("{")
    assert "policy.json cannot be read" in told_of(capsys, "voice")["DO"][0]


def test_check_looks_at_keys_and_snapshot_while_the_database_is_away(
    demo_folder, capsys, monkeypatch
):
    cli.main(["migrate"])
    worker.make(settings.load(os.environ)).house.policy()
    capsys.readouterr()
    url = f"postgresql://me:hush@127.0.0.1:{free_port()}/callcenter"
    monkeypatch.setenv("CALLCENTER__DATABASE__URL", url)

    assert told_of(capsys, "voice")["OK"] == [
        "could start without a database, by version 1 of the policy"
    ]
    (demo_folder / "var" / "keys.toml").write_text("index = 1\n")
    assert "cannot be read as a key file" in told_of(capsys, "voice")["DO"][0]
    assert "hush" not in "".join(told_of(capsys, "database")["DO"])


def test_check_tells_what_waits_to_be_taken_to_the_database(demo_folder, capsys):
    chosen = settings.load(os.environ)
    directory = chosen.journal.directory
    assert told_of(capsys, "journal")["OK"]  # the folder, and that nothing waits

    Journal(directory).append(b"a record")
    Notebook(directory).note("CA1", LINE_1, clock())
    assert any(
        told.startswith("1 records and 1 calls of the stand-in wait since ")
        for told in told_of(capsys, "journal")["HINT"]
    )

    (directory / "rejected").mkdir()
    (directory / "rejected" / "x.record").write_bytes(b"odd")
    (rejected,) = told_of(capsys, "journal")["DO"]
    assert "rejected holds 1 records" in rejected


def test_check_says_when_no_worker_leads(demo_folder, capsys):
    cli.main(["migrate"])
    capsys.readouterr()
    assert told_of(capsys, "worker")["HINT"][0].startswith("no worker has led the floor yet")

    made = worker.make(settings.load(os.environ))
    made.tick()
    made.database.close()
    assert told_of(capsys, "worker")["OK"] == ["leads the floor"]
