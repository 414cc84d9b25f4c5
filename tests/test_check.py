"""``check``, the doctor: what it looks at, and what it says must be done."""

import json
import os

from callcenter import cli, settings, simulator
from callcenter.cli import network


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
    assert lines[0] == "OK  configuration  demo settings: 2 centers, 2 lines"
    assert all(line.startswith(("OK  ", "DO  ")) for line in lines)


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
