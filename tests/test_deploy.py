"""What an operator copies from ``docs/deploy/`` and types from the pages: it fits the program."""

import configparser
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from xml.etree import ElementTree

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from callcenter import addresses, cli, settings
from callcenter.cli import carrier_check
from callcenter.cli.running import ports
from tests.documents import problems
from tests.postgres import free_port

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "docs" / "deploy"
PAGES = (ROOT / "README.md", ROOT / "docs" / "operations.md", ROOT / "docs" / "metrics.md")
UNITS = sorted(DEPLOY.glob("*.service"))
# In code: `callcenter user add ...`, or a line that runs it; not the name of a unit or a folder.
TYPED = re.compile(r"(?:(?<=[`\s/])|^)callcenter ([a-z][a-z-]*)([^`\n|]*)", re.MULTILINE)
# The user of a line for cron, and of a line for PostgreSQL, has our name too.
NO_COMMAND = re.compile(r"^(?:[\d*]+ ){5}callcenter |hostssl callcenter callcenter", re.MULTILINE)
CODE = re.compile(r"`[^`\n]+`|^(?:    |\t).*$", re.MULTILINE)


# --- what is typed


def typed(page: Path) -> list[tuple[str, str]]:
    """Every command of ours in the code of a page, with what follows it."""
    found = []
    for code in CODE.findall(page.read_text("utf-8")):
        plain = NO_COMMAND.sub("", code.strip(" `").replace("-m callcenter", "callcenter"))
        found += TYPED.findall(plain)
    return found


def options(parser: ArgumentParser) -> set[str]:
    """Every option of a command, those of its acts included."""
    found = set(parser._option_string_actions)
    for action in parser._actions:
        for act in (getattr(action, "choices", None) or {}).values() if _has_acts(action) else ():
            found |= options(act)
    return found


def _has_acts(action) -> bool:
    return isinstance(getattr(action, "choices", None), dict)


def known() -> dict[str, ArgumentParser]:
    (whole,) = [action for action in cli.parser()._actions if _has_acts(action)]
    return whole.choices


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_exists_with_its_options(page):
    found, parsers = typed(page), known()
    assert len(found) > 3 or page.name == "metrics.md"

    assert {name for name, _ in found} - set(parsers) == set()
    wrong = {
        f"{name} {option}"
        for name, rest in found
        for option in re.findall(r"(?<![\w-])--[a-z-]+", rest)
        if option not in options(parsers[name])
    }
    assert wrong == set()


def test_every_command_has_its_row_in_the_readme():
    rows = re.findall(r"^\| `([a-z-]+)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)

    assert {command.NAME for command in cli.commands()} - set(rows) == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page):
    text = page.read_text("utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, place = target.partition("#")
        if path.startswith("http"):
            continue
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        if place:
            headings = re.findall(r"^#+ (.*)$", there.read_text("utf-8"), re.MULTILINE)
            assert place in {_anchor(heading) for heading in headings}, target


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_every_file_of_the_folder_is_told_of():
    told = "".join(page.read_text("utf-8") for page in PAGES)
    names = {path.name for path in DEPLOY.iterdir()}

    assert {name for name in names if name.removesuffix(".service") not in told} == set()


def test_the_addresses_for_the_carriers_console_are_those_that_check_wants():
    console = (ROOT / "README.md").read_text("utf-8")
    example = settings.load(
        {"CALLCENTER__WEB__SECRET_KEY": "q7Jm2_xL9vB4nK8sD1fG6hR3tY5uW0zA"},
        ROOT / "config.example.toml",
    )

    assert carrier_check.TRIES == addresses.RETRIES
    for use, url in carrier_check.wanted(example).items():
        assert f"| {carrier_check.NAMES[use]} | `{url}{addresses.RETRIES}` |" in console


def test_the_operators_command_runs_ours_with_the_settings_of_the_services(tmp_path):
    script = (DEPLOY / "callcenter").read_text()
    assert "/etc/callcenter/config.toml" in script
    (tmp_path / "config.toml").write_text("[queue]\nring_s = 1\n")
    (tmp_path / "environment").write_text("CALLCENTER__QUEUE__WRAP_UP_S=7777\n")
    here = script.replace("/opt/callcenter/.venv/bin/python", sys.executable)
    here = here.replace("/opt/callcenter", str(ROOT)).replace("/etc/callcenter", str(tmp_path))
    here = here.replace('"$(id -u)" = 0', '"$(id -u)" = 4210413')

    asked = subprocess.run(
        ["/bin/sh", "-c", here, "callcenter", "check"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )

    assert asked.returncode == 1, asked.stderr
    assert "ring_s is 1" in asked.stdout
    assert "WRAP_UP_S is 7777" in asked.stdout


# --- units


def unit(path: Path) -> configparser.ConfigParser:
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment]
    read.read_string(path.read_text())
    return read


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_starts_a_command_of_ours_and_is_started_again(path):
    read = unit(path)
    (words,) = re.findall(r"-m callcenter (.*)$", read["Service"]["ExecStart"])
    cli.parser().parse_args(words.split())  # or it ends here

    service = read["Service"]
    assert service["User"] == "callcenter"
    assert (service["Restart"], read["Unit"]["StartLimitIntervalSec"]) == ("always", "0")
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"
    assert "TimeoutStopSec" in service
    assert read["Install"]["WantedBy"] == "multi-user.target"


def test_there_is_a_unit_for_each_program_that_must_run():
    started = {unit(path)["Service"]["ExecStart"].partition("-m callcenter ")[2] for path in UNITS}

    assert started == {"serve voice", "serve people", "worker", "fallback"}


def test_the_stand_in_leans_on_no_installed_package():
    assert (
        "python -S -m callcenter fallback" in (DEPLOY / "callcenter-fallback.service").read_text()
    )


def test_systemd_accepts_the_units(tmp_path):
    if not (verify := shutil.which("systemd-analyze")):
        pytest.skip("systemd-analyze is not on this machine")
    for path in UNITS:
        text = path.read_text().replace("/opt/callcenter/.venv/bin/python", sys.executable)
        text = text.replace("/opt/callcenter", str(ROOT))
        (tmp_path / path.name.replace("@", "@8001")).write_text(text)

    units = sorted(str(path) for path in tmp_path.iterdir())
    asked = subprocess.run([verify, "verify", *units], capture_output=True, text=True, check=False)
    ours = [line for line in asked.stderr.splitlines() if "callcenter" in line]
    assert (ours, asked.returncode) == ([], 0)


# --- the proxy


@pytest.fixture
def haproxy() -> str:
    if not (found := shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")):
        pytest.skip("haproxy is not on this machine")
    return found


def certificate(path: Path) -> None:
    """A certificate and its key in one file, as HAProxy wants them."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    kind = serialization.PrivateFormat.PKCS8
    pem = serialization.Encoding.PEM
    path.write_bytes(made.public_bytes(pem) + key.private_bytes(pem, kind, plain))


def configuration(folder: Path, ours: dict[str, int]) -> Path:
    """The shipped configuration with ports and files that can be had here."""
    text = (DEPLOY / "haproxy.cfg").read_text()
    text = text.replace("/etc/haproxy/certs", str(folder)).replace("/dev/log", "stdout")
    text = text.replace("log stdout local0", "log stdout format raw daemon")
    text = text.replace("    user haproxy\n    group haproxy\n", "")
    for shipped, port in ours.items():
        text = text.replace(shipped, f"127.0.0.1:{port}")
    for name in ("voice.pem", "people.pem"):
        certificate(folder / name)
    made = folder / "haproxy.cfg"
    made.write_text(text)
    return made


SHIPPED = ("*:443", "10.0.0.1:443", "127.0.0.1:8001", "127.0.0.1:8011", "127.0.0.1:8003")


def test_haproxy_accepts_its_configuration(haproxy, tmp_path):
    made = configuration(tmp_path, {})

    asked = subprocess.run(
        [haproxy, "-c", "-f", str(made)], capture_output=True, text=True, check=False
    )
    assert asked.returncode == 0, asked.stderr
    assert "WARNING" not in asked.stderr


def test_the_stand_in_answers_when_no_voice_server_does(haproxy, demo_folder, monkeypatch):
    """The whole way: TLS, the proxy, the stand-in; and nothing of a call in the proxy's log."""
    ours = {place: free_port() for place in SHIPPED}
    monkeypatch.setenv("FALLBACK_PORT", str(ours["127.0.0.1:8003"]))
    monkeypatch.setenv("CALLCENTER__VOICE__PUBLIC_URL", "https://voice.test")
    chosen = settings.load(os.environ)
    made = configuration(demo_folder, ours)
    # Plain HTTP towards the test: TLS itself is HAProxy's, and its files were read above.
    made.write_text(re.sub(r" ssl crt \S+ alpn \S+", "", made.read_text()))
    with ExitStack() as stack:
        log = stack.enter_context((demo_folder / "haproxy.log").open("w"))
        running = [
            stack.enter_context(started([haproxy, "-db", "-f", str(made)], stdout=log, stderr=log)),
            stack.enter_context(
                started([sys.executable, "-m", "callcenter", "fallback"], stderr=log)
            ),
        ]
        bind = f"127.0.0.1:{ours['*:443']}"
        for place in (bind, chosen.fallback.bind):
            wait_for(lambda at=place: ports.answers(at, "/voice/"), running)
        wait_for(lambda: _answer(bind, chosen, "/voice/incoming") is not None, running)
        document = _answer(bind, chosen, "/voice/incoming")
        again = _answer(bind, chosen, "/voice/answer/k1.sealed-word-of-a-call")

    for told in (document, again):
        assert problems(told) == []
        assert ElementTree.fromstring(told).find("Dial/Number").text == "+62315550101"
    said = (demo_folder / "haproxy.log").read_text()
    assert " answer " in said
    assert "sealed-word" not in said
    assert "+62" not in said


def started(command: list[str], **more):
    """A program that is ended with the test."""
    process = subprocess.Popen(command, **more)

    class Ended:
        def __enter__(self):
            return process

        def __exit__(self, *_):
            process.send_signal(signal.SIGTERM)
            process.wait(30)

    return Ended()


def wait_for(reached, running) -> None:
    ended = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < ended
        assert all(process.poll() is None for process in running)
        time.sleep(0.05)


def _answer(bind: str, chosen, path: str) -> bytes | None:
    """What the carrier is told; None while the proxy still looks for a server."""
    fields = {"CallSid": "CA1", "AccountSid": chosen.carrier.account_sid, "To": "+62318293097"}
    signs = RequestValidator(chosen.carrier.auth_token)
    mark = signs.compute_signature(f"{chosen.voice.public_url}{path}", MultiDict(fields))
    asked = Request(
        f"http://{bind}{path}", urlencode(fields).encode(), {"X-Twilio-Signature": mark}
    )
    try:
        with urlopen(asked, timeout=10) as answer:
            return answer.read()
    except OSError:
        return None


@pytest.mark.parametrize(
    "line", ["timeout server 1200ms", "backup", "deny_status 404 if { path /metrics }"]
)
def test_what_the_proxy_must_have_is_there(line):
    assert line in (DEPLOY / "haproxy.cfg").read_text()
