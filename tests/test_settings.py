"""Settings: every key, where it may come from, and every fault named at once."""

import re
import stat
from datetime import time
from pathlib import Path

import pytest

from callcenter import settings
from callcenter.rules.hours import Hours
from callcenter.settings import shape

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"
README = Path(__file__).parent.parent / "README.md"
SECRET = "q7Jm2_xL9vB4nK8sD1fG6hR3tY5uW0zA"
TOKEN = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"

SMALLEST = f"""
[web]
public_url = "https://cc.test"
secret_key = "{SECRET}"
[voice]
public_url = "https://voice.cc.test"
[[center]]
code = "CC1"
name = "Surabaya"
lines = ["+62318293097"]
"""


def load(folder: Path, toml: str, **environ: str) -> settings.Settings:
    """The settings of a file with ``toml`` in it."""
    file = folder / "config.toml"
    file.write_text(toml, "utf-8")
    return settings.load(environ, file)


def faults(folder: Path, toml: str, **environ: str) -> list[str]:
    """What is found wrong, a sentence each, without the folder of the file."""
    with pytest.raises(settings.SettingsError) as refused:
        load(folder, toml, **environ)
    return [str(fault).replace(f"{folder}/", "") for fault in refused.value.faults]


def example_keys() -> set[str]:
    """Every ``table.key`` of the example, those commented out included."""
    found, table = set(), ""
    for line in EXAMPLE.read_text("utf-8").splitlines():
        if header := re.match(r"(?:# )?\[+(\w+)\]+", line):
            table = header[1]
        elif key := re.match(r"(?:# )?(\w+) = ", line):
            found.add(f"{table}.{key[1]}")
    return found


# --- the example and the README


def test_every_key_is_in_the_example_and_the_reverse():
    assert example_keys() == settings.names()


def test_the_example_loads_once_its_secret_is_filled_in(tmp_path):
    toml = EXAMPLE.read_text("utf-8").replace('secret_key = ""', f'secret_key = "{SECRET}"', 1)

    loaded = load(tmp_path, toml)

    assert [center.code for center in loaded.centers] == ["CC1", "CC2"]
    assert loaded.demo is False


def test_the_example_as_it_is_lacks_only_the_secret(tmp_path):
    (fault,) = faults(tmp_path, EXAMPLE.read_text("utf-8"))

    assert fault.startswith("config.toml: [web] secret_key is empty, so a sign-in could be forged.")
    assert "token_urlsafe" in fault


def test_the_example_shows_the_defaults(tmp_path):
    filled = EXAMPLE.read_text("utf-8").replace('secret_key = ""', f'secret_key = "{SECRET}"', 1)
    shown, smallest = load(tmp_path, filled), load(tmp_path, SMALLEST)

    for table in ("queue", "prompts", "report", "network", "log", "policy", "journal", "keys"):
        assert getattr(shown, table) == getattr(smallest, table), table
    assert shown.carrier == smallest.carrier
    assert shown.database == smallest.database


def test_every_key_is_explained_in_the_readme():
    text = README.read_text("utf-8")
    named = {name for name in settings.names() if not name.endswith("_file")}

    assert not [name for name in sorted(named) if f"`{name.partition('.')[2]}`" not in text]


# --- where settings come from


def test_the_smallest_file(tmp_path):
    loaded = load(tmp_path, SMALLEST)

    assert loaded.web.bind == "127.0.0.1:8000"
    assert loaded.carrier.account_sid == ""
    assert loaded.report.cutoff == time(17)
    assert loaded.centers[0].lines == ("+62318293097",)
    assert loaded.centers[0].hours == Hours.parse("always")


def test_the_file_is_named_by_the_environment_else_config_toml_else_the_demo(tmp_path):
    named = tmp_path / "elsewhere.toml"
    named.write_text(SMALLEST.replace("Surabaya", "Elsewhere"))

    assert settings.load({}, folder=tmp_path).demo
    (tmp_path / "config.toml").write_text(SMALLEST)
    assert settings.load({}, folder=tmp_path).centers[0].name == "Surabaya"
    chosen = settings.load({"CALLCENTER_CONFIG": str(named)}, folder=tmp_path)
    assert chosen.centers[0].name == "Elsewhere"
    assert chosen.origin == str(named)


def test_a_file_that_is_named_must_be_there(tmp_path):
    with pytest.raises(settings.SettingsError) as refused:
        settings.load({"CALLCENTER_CONFIG": str(tmp_path / "gone.toml")})

    assert "cannot be read: no such file" in str(refused.value)
    assert "Correct CALLCENTER_CONFIG" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [(b'[web\npublic_url = "x"', "is not TOML"), (b"\xff\xfe[web]", "is not UTF-8 text")],
)
def test_a_file_that_cannot_be_read_at_all(tmp_path, content, says):
    (tmp_path / "config.toml").write_bytes(content)

    with pytest.raises(settings.SettingsError, match=says):
        settings.load({}, folder=tmp_path)


OVERRIDES = {
    "web.public_url": "https://other.test",
    "web.bind": "0.0.0.0:80",
    "web.secret_key": SECRET[::-1],
    "web.argon2_time_cost": "3",
    "web.argon2_memory_kib": "65536",
    "web.second_step": "false",
    "voice.public_url": "https://v.other.test/prefix",
    "voice.bind": "[::1]:9001",
    "database.url": "postgresql://user:pw@db/callcenter",
    "keys.file": "/etc/keys.toml",
    "carrier.kind": "twilio",
    "carrier.profile": "basic",
    "carrier.account_sid": "AC" + "1" * 32,
    "carrier.auth_token": TOKEN,
    "carrier.auth_token_secondary": TOKEN[::-1],
    "carrier.api_key_sid": "SK" + "1" * 32,
    "carrier.api_key_secret": TOKEN[::-1],
    "carrier.app_sid": "AP" + "1" * 32,
    "carrier.api_base": "https://carrier.test",
    "journal.directory": "/var/journal",
    "journal.after_s": "0.5",
    "recordings.directory": "/var/recordings",
    "fallback.bind": "127.0.0.1:9003",
    "fallback.public_url": "https://standby.test",
    "source.kind": "http",
    "source.name": "PMO",
    "source.file": "",
    "source.url": "https://pmo.test/api",
    "source.token": TOKEN,
    "source.timeout_s": "0.25",
    "policy.snapshot": "/var/policy.json",
    "center.code": "CC9",
    "center.name": "Malang",
    "center.lines": "+62341551234, +62341551235",
    "center.backup_number": "+62341551236",
    "center.when_closed": "words",
    "center.hours": "Mon 08:00-09:00",
    "queue.target_s": "30",
    "queue.short_abandon_s": "0",
    "queue.short_service_s": "11",
    "queue.stale_s": "7200",
    "queue.ring_s": "15",
    "queue.wrap_up_s": "0",
    "queue.overflow_s": "45",
    "queue.dark_s": "20",
    "queue.callback_offer_s": "300",
    "prompts.voice_id": "Google.id-ID-Chirp3-HD-Kore",
    "prompts.voice_en": "Polly.Joanna-Neural",
    "report.cutoff": "16:30",
    "report.test_numbers": "+6281234567890",
    "network.bind": "127.0.0.1:9002",
    "network.speed": "20",
    "network.seed": "7",
    "log.level": "debug",
    "log.format": "text",
    "metrics.allow": "10.1.0.0/16,::1",
}


def value_of(loaded: settings.Settings, name: str) -> object:
    table, key = name.split(".")
    place = {"source": "sources", "center": "centers"}.get(table)
    return getattr(getattr(loaded, place)[0] if place else getattr(loaded, table), key)


def variable(name: str) -> str:
    table, key = name.split(".")
    return f"CALLCENTER__{table}{'__0' if table in shape.LISTS else ''}__{key}".upper()


def test_every_key_can_be_overridden_by_the_environment(tmp_path):
    assert set(OVERRIDES) == {name for name in settings.names() if not is_spelling(name)}
    environ = {variable(name): value for name, value in OVERRIDES.items() if name != "source.file"}

    plain, loaded = load(tmp_path, SMALLEST), load(tmp_path, SMALLEST, **environ)

    same = [
        name
        for name in OVERRIDES
        if not name.startswith(("source", "carrier.kind"))
        and value_of(plain, name) == value_of(loaded, name)
    ]
    assert same == []
    assert loaded.sources == (
        shape.Source(
            kind="http", name="PMO", url="https://pmo.test/api", token=TOKEN, timeout_s=0.25
        ),
    )
    assert loaded.centers[0].lines == ("+62341551234", "+62341551235")
    assert loaded.queue.target_s == 30


def is_spelling(name: str) -> bool:
    """Whether a name is the ``..._file`` of another key."""
    return name.removesuffix("_file") != name and name.removesuffix("_file") in settings.names()


def test_the_environment_alone_is_enough_with_an_empty_file(tmp_path):
    loaded = load(
        tmp_path,
        "",
        CALLCENTER__WEB__PUBLIC_URL="https://cc.test",
        CALLCENTER__WEB__SECRET_KEY=SECRET,
        CALLCENTER__VOICE__PUBLIC_URL="https://voice.test",
        CALLCENTER__CENTER__0__CODE="CC1",
        CALLCENTER__CENTER__0__NAME="Surabaya",
        CALLCENTER__CENTER__0__LINES="+62318293097",
        CALLCENTER__CENTER__1__CODE="CC2",
        CALLCENTER__CENTER__1__NAME="Madiun",
        CALLCENTER__CENTER__1__LINES="+62318280254",
    )

    assert [center.code for center in loaded.centers] == ["CC1", "CC2"]
    assert not loaded.demo


@pytest.mark.parametrize("name", sorted(name for name in settings.names() if is_spelling(name)))
def test_every_secret_may_stand_in_a_file(tmp_path, name):
    plain = name.removesuffix("_file")
    environ = {variable(key): value for key, value in OVERRIDES.items() if key != "source.file"}
    del environ[variable(plain)]
    (tmp_path / "secret").write_text(OVERRIDES[plain] + "\n")

    loaded = load(tmp_path, SMALLEST, **environ, **{variable(name): str(tmp_path / "secret")})

    assert value_of(loaded, plain) == OVERRIDES[plain]


def test_a_secret_of_the_environment_displaces_the_files_other_spelling(tmp_path):
    toml = SMALLEST.replace(f'secret_key = "{SECRET}"', 'secret_key_file = "nowhere"')

    assert load(tmp_path, toml, CALLCENTER__WEB__SECRET_KEY=SECRET).web.secret_key == SECRET


def test_a_secret_given_twice_in_one_place_is_a_fault(tmp_path):
    toml = SMALLEST.replace("[voice]", 'secret_key_file = "somewhere"\n[voice]')

    assert faults(tmp_path, toml) == [
        "config.toml: [web] secret_key is given twice, also as secret_key_file."
        " Keep one of the two."
    ]


def test_a_secret_file_that_cannot_be_read(tmp_path):
    toml = SMALLEST.replace(f'secret_key = "{SECRET}"', f'secret_key_file = "{tmp_path}/gone"')

    (fault,) = faults(tmp_path, toml)

    assert "[web] secret_key_file names gone, which cannot be read (no such file" in fault


def test_an_empty_secret_file_is_an_empty_secret(tmp_path):
    (tmp_path / "empty").write_text("\n")
    toml = SMALLEST.replace(f'secret_key = "{SECRET}"', f'secret_key_file = "{tmp_path}/empty"')

    (fault,) = faults(tmp_path, toml)

    assert fault.startswith("config.toml: [web] secret_key_file is empty")


# --- what is kept from sight, and the demo


def test_secrets_are_not_in_the_representation(tmp_path):
    environ = {variable(name): value for name, value in OVERRIDES.items() if name != "source.file"}

    shown = repr(load(tmp_path, SMALLEST, **environ))

    for name in settings.names():
        if is_spelling(name):
            assert OVERRIDES[name.removesuffix("_file")] not in shown, name
    assert "https://other.test" in shown


def test_settings_cannot_be_changed(tmp_path):
    loaded = load(tmp_path, SMALLEST)

    with pytest.raises(AttributeError):
        loaded.web.bind = "0.0.0.0:1"


def test_the_demo_needs_nothing_and_keeps_its_secrets(tmp_path):
    first, second = settings.load({}, folder=tmp_path), settings.load({}, folder=tmp_path)

    assert first == second
    assert first.demo
    assert [center.code for center in first.centers] == ["CC1", "CC2"]
    assert first.centers[0].lines == ("+62318293097",)
    assert first.centers[1].lines == ("+62318280254",)
    assert first.carrier.api_base == "http://127.0.0.1:8002"
    assert first.database.url == f"sqlite:///{tmp_path}/var/callcenter.db"
    for secret in ("secret_key", "carrier_token"):
        assert stat.S_IMODE((tmp_path / "var" / secret).stat().st_mode) == 0o600
    assert sorted(file.name for file in (tmp_path / "var").iterdir()) == [
        "carrier_token",
        "secret_key",
    ]


def test_two_demos_have_different_secrets(tmp_path):
    first = settings.load({}, folder=tmp_path / "a")
    second = settings.load({}, folder=tmp_path / "b")

    assert first.web.secret_key != second.web.secret_key
    assert first.carrier.auth_token != second.carrier.auth_token


def test_the_demos_ports(tmp_path):
    ports = {"WEB_PORT": "9000", "VOICE_PORT": "9001", "NETWORK_PORT": "9002"}

    demo = settings.load(ports, folder=tmp_path)

    assert (demo.web.bind, demo.web.public_url) == ("127.0.0.1:9000", "http://127.0.0.1:9000")
    assert (demo.voice.bind, demo.voice.public_url) == ("127.0.0.1:9001", "http://127.0.0.1:9001")
    assert demo.network.bind == "127.0.0.1:9002"
    assert demo.carrier.api_base == "http://127.0.0.1:9002"


@pytest.mark.parametrize(
    ("ports", "says"),
    [
        ({"WEB_PORT": "eighty"}, 'environment: WEB_PORT is "eighty"'),
        ({"VOICE_PORT": "70000"}, 'environment: VOICE_PORT is "70000"'),
        ({"NETWORK_PORT": "8000"}, "[network] bind is the same as that of [web]"),
    ],
)
def test_the_demos_bad_ports(tmp_path, ports, says):
    with pytest.raises(settings.SettingsError) as refused:
        settings.load(ports, folder=tmp_path)

    assert says in str(refused.value)


def test_the_demo_on_another_database_is_still_the_demo(tmp_path):
    demo = settings.load(
        {"CALLCENTER__DATABASE__URL": "postgresql://user@db/callcenter"}, folder=tmp_path
    )

    assert demo.demo
    assert demo.database.url == "postgresql://user@db/callcenter"
