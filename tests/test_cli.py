"""The operator's commands: how they are found, what they refuse and with which exit code."""

import subprocess
import sys
import types
from pathlib import Path

import pytest

from callcenter import cli
from callcenter.cli import opening
from tests.postgres import free_port

ROOT = Path(__file__).parent.parent
HEAVY = ("flask", "sqlalchemy", "twilio", "gunicorn", "alembic", "callcenter.records")


def program(*arguments: str) -> subprocess.CompletedProcess[str]:
    """``python -m callcenter`` as an operator runs it."""
    command = [sys.executable, "-m", "callcenter", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def a_command(name: str, does, **more: object) -> types.ModuleType:
    """A command as a file in ``cli/`` would be one."""
    module = types.ModuleType(f"callcenter.cli.{name}", "For a test.")
    module.NAME, module.HELP = name, "for a test"
    module.add_arguments = lambda parser: None
    module.run = does
    for key, value in more.items():
        setattr(module, key, value)
    return module


# --- finding commands


def test_help_lists_every_command_and_loads_no_room(demo_folder):
    listed = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from callcenter import cli; code = cli.main(['--help']);"
            f"print('loaded', [name for name in {HEAVY} if name in sys.modules], code)",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert listed.splitlines()[-1] == "loaded [] 0"
    for command in cli.commands():
        assert f"    {command.NAME} " in listed or f"    {command.NAME}\n" in listed


def test_every_command_explains_itself(demo_folder, capsys):
    for command in cli.commands():
        assert cli.main([command.NAME, "--help"]) == 0
        assert command.__doc__.split()[0] in capsys.readouterr().out


def test_commands_of_the_interface_are_there():
    found = {command.NAME for command in cli.commands()}

    assert {"serve", "worker", "network", "migrate", "check", "demo-data", "run"} <= found


def test_a_file_without_a_name_is_no_command():
    assert not hasattr(opening, "NAME")
    assert opening not in list(cli.commands())


# --- exit codes


@pytest.mark.parametrize(
    "arguments",
    [[], ["nonsense"], ["serve", "cellar"], ["serve", "--workers", "0"], ["migrate", "x"]],
)
def test_wrong_usage_is_2(demo_folder, capsys, arguments):
    assert cli.main(arguments) == 2
    assert "usage:" in capsys.readouterr().err


def test_a_refusal_is_1_with_its_sentence_alone(demo_folder, capsys, monkeypatch):
    def refuse(arguments, settings):
        raise cli.Refused("The door is locked. Bring the key.")

    monkeypatch.setattr(cli, "commands", lambda: iter([a_command("open", refuse)]))

    assert cli.main(["open"]) == 1
    assert capsys.readouterr() == ("", "The door is locked. Bring the key.\n")


def test_settings_at_fault_are_1_with_all_faults(demo_folder, capsys):
    (demo_folder / "config.toml").write_text("[web]\nbind = 8000\n[queue]\nring_s = 1\n")

    assert cli.main(["migrate"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "- config.toml: [web] bind is not text" in told.err
    assert "- config.toml: [queue] ring_s is 1" in told.err
    assert "Traceback" not in told.err


def test_an_interrupt_is_130(demo_folder, monkeypatch):
    def interrupted(arguments, settings):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "commands", lambda: iter([a_command("open", interrupted)]))

    assert cli.main(["open"]) == 130


def test_a_bug_is_not_dressed_up_as_a_refusal(demo_folder, monkeypatch):
    def broken(arguments, settings):
        raise RuntimeError("a bug")

    monkeypatch.setattr(cli, "commands", lambda: iter([a_command("open", broken)]))

    with pytest.raises(RuntimeError, match="a bug"):
        cli.main(["open"])


def test_every_refusal_that_is_named_exists():
    for room, name in cli.REFUSALS:
        __import__(room)
        assert issubclass(getattr(sys.modules[room], name), Exception)
    assert len(cli.refusals()) == len(cli.REFUSALS) + 2


def test_the_program_itself_ends_with_the_code(demo_folder):
    assert program("--version").stdout.startswith("callcenter ")
    assert program("nonsense").returncode == 2


# --- migrate


def test_migrate_makes_database_keys_and_policy_and_may_be_repeated(demo_folder):
    assert cli.main(["migrate"]) == 0
    first = (demo_folder / "var" / "keys.toml").read_text()
    assert cli.main(["migrate"]) == 0

    assert (demo_folder / "var" / "keys.toml").read_text() == first
    assert (demo_folder / "var" / "callcenter.db").exists()


def test_migrate_without_a_database_is_one_sentence(demo_folder, monkeypatch, capsys):
    url = f"postgresql://me:hush@127.0.0.1:{free_port()}/callcenter"
    monkeypatch.setenv("CALLCENTER__DATABASE__URL", url)

    assert cli.main(["migrate"]) == 1
    told = capsys.readouterr().err
    assert "does not answer" in told
    assert "hush" not in told
    assert len(told.splitlines()) == 1
