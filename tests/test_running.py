"""What keeps programs running: the network, ports, ``run``, children and the servers' log."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from callcenter import cli, settings
from callcenter.cli import network, run
from callcenter.cli.running import children, ports

ROOT = Path(__file__).parent.parent


def test_the_network_knows_our_lines_and_the_telephones_of_last_resort(demo_folder):
    cli.main(["migrate"])

    made = network.config(settings.load(os.environ))

    voice = f"http://127.0.0.1:{os.environ['VOICE_PORT']}"
    assert {line.number: line.voice_url for line in made.lines} == {
        "+62318293097": f"{voice}/voice/incoming",
        "+62318280254": f"{voice}/voice/incoming",
    }
    assert {phone.label for phone in made.phones} == {"backup CC1", "backup CC2"}
    assert made.port == int(os.environ["NETWORK_PORT"])
    assert made.seed is None


def test_the_network_before_migrate_is_refused(demo_folder, capsys):
    assert cli.main(["network"]) == 1
    assert "python -m callcenter migrate" in capsys.readouterr().err


def test_a_place_is_free_or_taken():
    running = ports.socket.create_server(("127.0.0.1", 0))
    taken = f"127.0.0.1:{running.getsockname()[1]}"
    with running:
        assert not ports.is_free(taken)
    assert ports.is_free(taken)
    assert not ports.answers(taken, "/")


@pytest.mark.parametrize(
    ("bind", "place", "address"),
    [
        ("127.0.0.1:80", ("127.0.0.1", 80), ("127.0.0.1", 80)),
        ("0.0.0.0:80", ("0.0.0.0", 80), ("127.0.0.1", 80)),  # noqa: S104
        ("[::]:80", ("::", 80), ("::1", 80)),
        ("localhost:80", ("localhost", 80), ("localhost", 80)),
    ],
)
def test_where_a_server_listens_and_how_it_is_called(bind, place, address):
    assert ports.place(bind) == place
    assert ports.address(bind) == address


def test_run_refuses_taken_ports_in_one_sentence_and_starts_nothing(demo_folder, capsys):
    taken = ports.socket.create_server(("127.0.0.1", int(os.environ["VOICE_PORT"])))
    with taken:
        assert cli.main(["run"]) == 1

    told = capsys.readouterr()
    assert f"127.0.0.1:{os.environ['VOICE_PORT']} (voice) is taken" in told.err
    assert "VOICE_PORT=9000 make run" in told.err
    assert len(told.err.splitlines()) == 1
    assert not (demo_folder / "var" / "callcenter.db").exists()


def test_run_starts_the_network_only_where_it_is_the_carrier(demo_folder, monkeypatch):
    assert set(run.listening(settings.load(os.environ))) == {"people", "voice", "network"}

    monkeypatch.setenv("CALLCENTER__CARRIER__API_BASE", "https://carrier.test")
    assert set(run.listening(settings.load(os.environ))) == {"people", "voice"}


def test_made_up_people_are_not_added_to_a_real_call_center(demo_folder, capsys):
    example = (ROOT / "config.example.toml").read_text()
    drawn = 'secret_key = "q7Jm2_xL9vB4nK8sD1fG6hR3tY5uW0zA"'
    (demo_folder / "config.toml").write_text(example.replace('secret_key = ""', drawn, 1))

    assert cli.main(["demo-data"]) == 1
    assert "config.toml configures a real call center" in capsys.readouterr().err


def test_a_server_answers_until_it_is_told_to_end(demo_folder):
    cli.main(["migrate"])
    family = children.Children()
    family.start("voice", ["serve", "voice", "--workers=1"], os.environ)
    while not ports.answers(settings.load(os.environ).voice.bind, "/health/live"):
        assert family.wait(0) is None

    family.end(children.signal.SIGTERM, grace_s=20)

    assert family.code("voice") == 0


def test_a_server_whose_place_is_taken_does_not_start(demo_folder, capsys):
    taken = ports.socket.create_server(("127.0.0.1", int(os.environ["VOICE_PORT"])))
    with taken:
        assert cli.main(["serve", "voice"]) == 1
    assert "is taken, so the voice server cannot start" in capsys.readouterr().err


def test_the_peoples_server_needs_a_database_of_this_release(demo_folder, capsys):
    assert cli.main(["serve", "people"]) == 1
    assert "python -m callcenter migrate" in capsys.readouterr().err


def test_run_starts_everything_and_ends_everything_when_told(demo_folder):
    drawn = 'secret_key = "q7Jm2_xL9vB4nK8sD1fG6hR3tY5uW0zA"'
    example = (ROOT / "config.example.toml").read_text().replace('secret_key = ""', drawn, 1)
    example = example.replace("127.0.0.1:8000", f"127.0.0.1:{os.environ['WEB_PORT']}")
    example = example.replace("127.0.0.1:8001", f"127.0.0.1:{os.environ['VOICE_PORT']}")
    (demo_folder / "config.toml").write_text(example)
    running = subprocess.Popen(
        [sys.executable, "-m", "callcenter", "run"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )

    with running.stdout as said:
        lines = []
        while "╰" not in (line := said.readline()) and line:
            lines.append(line)
        binds = [f"127.0.0.1:{os.environ[name]}" for name in ("WEB_PORT", "VOICE_PORT")]
        up = [ports.answers(bind, "/health/live") for bind in binds]
        running.terminate()
        lines += said.readlines()

    assert running.wait() == 0, "".join(lines)
    assert up == [True, True]
    assert any(line.startswith("worker  | ") for line in lines)
    assert all(ports.is_free(bind) for bind in binds)


def test_a_box_is_as_wide_as_its_longest_line():
    assert run.box(["a", "bcd"]) == "╭─────╮\n│ a   │\n│ bcd │\n╰─────╯"


def test_children_speak_under_their_name_and_are_ended_together(demo_folder, capfd):
    cli.main(["migrate"])
    family = children.Children(width=8)
    family.start("stays", ["network"], os.environ)
    while not ports.answers(settings.load(os.environ).network.bind, "/"):
        assert family.wait(0) is None
    family.start("ends", ["--version"], os.environ)

    assert family.wait(30) == "ends"
    assert family.code("ends") == 0
    family.end(children.signal.SIGTERM, grace_s=20)

    assert family.code("stays") == 0
    assert "ends     | callcenter " in capfd.readouterr().out


def test_who_does_not_end_is_made_to(demo_folder):
    family = children.Children()
    family.start("deaf", ["--version"], os.environ)
    family.running["deaf"].wait()
    family.running["deaf"] = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import signal, time; signal.signal(15, signal.SIG_IGN);"
            "print(flush=True); time.sleep(60)",
        ],
        start_new_session=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    family.running["deaf"].stdout.readline()

    with family.running["deaf"].stdout:
        family.end(children.signal.SIGTERM, grace_s=0.2)

    assert family.code("deaf") == -children.signal.SIGKILL
