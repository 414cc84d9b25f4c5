"""Faults of the configuration: all at once, each with its place, its effect and the way out."""

import tomllib

import pytest

from callcenter import settings
from callcenter.settings import reading, shape, voices
from tests.test_settings import SECRET, SMALLEST, TOKEN, faults, load


def test_all_faults_are_told_at_once_each_with_its_place(tmp_path):
    toml = """
    top = 1
    [web]
    public_url = "https://cc.test/"
    colour = "blue"
    [queues]
    [queue]
    ring_s = "20"
    target_s = 0
    [center]
    code = "CC1"
    [[voice]]
    """

    found = faults(
        tmp_path, toml, CALLCENTER__QUEUE__WRAP_UP_S="soon", CALLCENTER__WEB__PUBLIC_URI="x"
    )

    assert [fault.partition(" is ")[0] for fault in found] == [
        "config.toml: top stands in no table. Remove it, or write one of: "
        + ", ".join(f"[{table}]" for table in shape.TABLES)
        + ".",
        "config.toml: [web] colour",
        "config.toml: queues",
        "config.toml: center",
        "config.toml: voice",
        "environment: CALLCENTER__WEB__PUBLIC_URI",
        "config.toml: [web] public_url",
        "config.toml: [voice] public_url",
        "config.toml: [queue] target_s",
        "config.toml: [queue] ring_s",
        "environment: CALLCENTER__QUEUE__WRAP_UP_S",
        "config.toml: [web] secret_key",
        "config.toml: [[center]]",
    ]
    assert all(fault.endswith((".", "?")) for fault in found)


@pytest.mark.parametrize(
    ("written", "way_out"),
    [
        ("[web]\npublic_urll = 1", "Did you mean public_url?"),
        ("[web]\nsecret_key_fil = 1", "Did you mean secret_key_file?"),
        ("[queue]\ncutoff = 1", "It belongs in [report]."),
        ("[web]\naccount_sid = 1", "It belongs in [carrier]."),
        ("[log]\nzzz = 1", "Remove it, or write one of: level, format."),
        ("[carier]", "Did you mean [carrier]?"),
        ("[centers]", "Did you mean [center]?"),
    ],
)
def test_unknown_words_get_the_likeliest_way_out(written, way_out):
    found: list[settings.Fault] = []
    reading.tables(tomllib.loads(written), "config.toml", found)

    assert [fault.way_out.removesuffix(".") for fault in found] == [way_out.removesuffix(".")]


def test_an_unknown_variable_gets_the_likeliest_name(tmp_path):
    (fault,) = faults(tmp_path, SMALLEST, CALLCENTER__CARIER__AUTH_TOKEN=TOKEN)

    assert fault == (
        "environment: CALLCENTER__CARIER__AUTH_TOKEN is not a setting."
        " Did you mean CALLCENTER__CARRIER__AUTH_TOKEN?"
    )
    assert TOKEN not in fault


@pytest.mark.parametrize(
    "variable",
    [
        "CALLCENTER__CENTER__NAME",  # which center?
        "CALLCENTER__WEB__0__BIND",  # there is one web
        "CALLCENTER__WEB",
        "CALLCENTER__",
        "CALLCENTER__CENTER__X__NAME",
        "CALLCENTER__CENTER__99999__NAME",
    ],
)
def test_variables_of_the_wrong_form(tmp_path, variable):
    (fault,) = faults(tmp_path, SMALLEST, **{variable: "x"})

    assert fault.startswith(f"environment: {variable} is not a setting.")


def test_a_list_cannot_have_a_hole(tmp_path):
    (fault,) = faults(tmp_path, SMALLEST, CALLCENTER__CENTER__2__CODE="CC3")

    assert "CALLCENTER__CENTER__2__CODE leaves out numbers before it" in fault


BAD = [
    ("web", "public_url", "cc.test", "not an http or https address"),
    ("web", "public_url", "ftp://cc.test", "not an http or https address"),
    ("web", "public_url", "https://", "not an http or https address"),
    ("web", "public_url", "https://cc.test:port", "not an http or https address"),
    ("web", "public_url", "https://cc.test/", "to which no path can be added"),
    ("web", "public_url", "https://cc.test?x=1", "to which no path can be added"),
    ("web", "public_url", "https://cc.test/#top", "to which no path can be added"),
    ("web", "public_url", "https://call_center.test", 'has the host "call_center.test"'),
    ("web", "public_url", "https://me:pw@cc.test", "has a name or password in it"),
    ("web", "public_url", 7, "is not text"),
    ("web", "bind", "8000", "not a host and a port"),
    ("web", "bind", "127.0.0.1:0", "not a host and a port"),
    ("web", "bind", "127.0.0.1:65536", "not a host and a port"),
    ("web", "secret_key", "changeme-changeme-changeme-changeme", "is still an example"),
    ("web", "secret_key", SECRET[:31], "can be guessed"),
    ("web", "secret_key", "a" * 64, "can be guessed"),
    ("database", "url", "mysql://host/db", "names neither SQLite nor PostgreSQL"),
    ("database", "url", "postgres://host/db", "names neither SQLite nor PostgreSQL"),
    ("database", "url", "sqlite://", "names no file"),
    ("database", "url", "sqlite:///:memory:", "names no file"),
    ("database", "url", "postgresql://host", "names no database"),
    ("keys", "file", "", "is not a file name"),
    ("carrier", "profile", "tiny", "Write one of: full, basic"),
    ("carrier", "account_sid", "AC 12", "is not an identifier"),
    ("carrier", "auth_token", "your_auth_token", "is not a real one"),
    ("carrier", "auth_token", "12345", "is not a real one"),
    ("carrier", "api_base", "https://api.twilio.com/", "to which no path can be added"),
    ("queue", "ring_s", 4, "5 to 120"),
    ("queue", "ring_s", 20.5, "whole number of seconds"),
    ("queue", "ring_s", True, "whole number of seconds"),
    ("prompts", "voice_id", "Google.id-ID-Neural2-A", 'does not speak "id"'),
    ("prompts", "voice_id", "Polly.Joanna", 'does not speak "id"'),
    ("prompts", "voice_en", "Google.id-ID-Wavenet-A", 'does not speak "en"'),
    ("report", "cutoff", "5 sore", "is not a time"),
    ("report", "cutoff", "24:00", "is not a time"),
    ("report", "test_numbers", "+6281234567890", "is not a list"),
    ("report", "test_numbers", ["0812-3456-7890"], "is not an international number"),
    ("report", "test_numbers", ["+6281234567890"] * 2, "names a number twice"),
    ("network", "speed", "fast", "0.1 to 1000"),
    ("network", "speed", float("nan"), "0.1 to 1000"),
    ("log", "level", "loud", "Write one of: debug, info, warning, error"),
    ("center", "code", "cc1", "is not a code"),
    ("center", "code", "CC1; DROP", "is not a code"),
    ("center", "name", " ", "is empty"),
    ("center", "lines", [], "so no call could reach this center"),
    ("center", "lines", ["031-8293097"], "+62318293097 for 031-8293097"),
    ("center", "backup_number", "112", "is not an international number"),
    ("center", "hours", "Mon-Thu 8-17", '"8" is not a time'),
    ("source", "kind", "ftp", "Write one of: csv, http, memory"),
    ("source", "timeout_s", 2, "0.05 to 0.5"),
]


@pytest.mark.parametrize(("table", "key", "value", "says"), BAD)
def test_a_bad_value(table, key, value, says):
    told = shape.keys_of(table)[key]

    with pytest.raises(ValueError) as refused:
        told.kind.check(value)

    assert says in f"{refused.value.fault}. {refused.value.way_out}"


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        ("database", "url", "mysql://me:hush@host/db"),
        ("database", "url", "postgresql://me:hush@host"),
        ("carrier", "auth_token", "your_hush_hush"),
        ("web", "secret_key", "change-hush"),
        ("web", "public_url", "https://me:hush@cc.test"),
        ("report", "test_numbers", ["0812-hush"]),
    ],
)
def test_what_may_be_secret_is_never_repeated(table, key, value):
    with pytest.raises(ValueError) as refused:
        shape.keys_of(table)[key].kind.check(value)

    assert "hush" not in f"{refused.value.fault} {refused.value.way_out}"


CENTER_2 = '[[center]]\ncode = "CC2"\nname = "Madiun"\nlines = ["+62318280254"]\n'
CARRIER = f'[carrier]\naccount_sid = "AC{"1" * 32}"\nauth_token = "{TOKEN}"\n'


@pytest.mark.parametrize(
    ("toml", "place", "says"),
    [
        (
            SMALLEST.replace("[voice]", "argon2_memory_kib = 19455\n[voice]"),
            "[web] argon2_memory_kib",
            "is 19455, so stolen passwords could be guessed quickly",
        ),
        (
            SMALLEST + CARRIER.replace(TOKEN, ""),
            "[carrier] auth_token",
            "is empty, so calls from the carrier cannot be checked",
        ),
        (
            SMALLEST + CARRIER.replace("AC" + "1" * 32, ""),
            "[carrier] account_sid",
            "is empty, so calls of any account would be taken for ours",
        ),
        (
            SMALLEST + CARRIER + f'auth_token_secondary = "{TOKEN}"',
            "[carrier] auth_token_secondary",
            "is the same as auth_token",
        ),
        (
            SMALLEST + CARRIER.replace("1" * 32, "0" * 32),
            "[carrier] account_sid",
            "is not a Twilio account",
        ),
        (
            SMALLEST + CARRIER + 'api_key_sid = "SK1"',
            "[carrier] api_key_secret",
            "is empty, so telephones in the browser could not sign in",
        ),
        (
            SMALLEST + CARRIER + f'api_key_secret = "{TOKEN}"',
            "[carrier] api_key_sid",
            "is empty, so telephones in the browser could not sign in",
        ),
        (
            SMALLEST.replace("[voice]", "[voice]\nbind = '127.0.0.1:8000'"),
            "[voice] bind",
            "is the same as that of [web]",
        ),
        (
            SMALLEST.replace("[[center]]", "[fallback]\nbind = '127.0.0.1:8001'\n[[center]]"),
            "[fallback] bind",
            "is the same as that of [voice]",
        ),
        (
            SMALLEST.partition("[[center]]")[0],
            "[[center]]",
            "is missing, so no call has a place to go",
        ),
        (
            SMALLEST + CENTER_2.replace("CC2", "CC1"),
            "[[center]] number 2, code",
            'is "CC1", as before',
        ),
        (
            SMALLEST + CENTER_2.replace("Madiun", "Surabaya"),
            "[[center]] number 2, name",
            'is "Surabaya", as before',
        ),
        (
            SMALLEST + CENTER_2.replace("+62318280254", "+62318293097"),
            "[[center]] number 2, lines",
            "has a line of center 1",
        ),
        (
            SMALLEST + 'backup_number = "+62318280254"\n' + CENTER_2,
            "[[center]] number 1, backup_number",
            "is one of our own lines",
        ),
        (
            SMALLEST + '[[source]]\nkind = "csv"\nname = "A"',
            "[[source]] number 1, file",
            "is empty, so a source of kind",
        ),
        (
            SMALLEST + '[[source]]\nkind = "http"\nname = "A"',
            "[[source]] number 1, url",
            "is empty, so a source of kind",
        ),
        (
            SMALLEST + '[[source]]\nkind = "memory"\nname = "A"\nfile = "x"',
            "[[source]] number 1, file",
            "means nothing to a source of kind",
        ),
        (
            SMALLEST + '[[source]]\nkind = "memory"\nname = "A"\n' * 2,
            "[[source]] number 2, name",
            'is "A", as before',
        ),
    ],
)
def test_values_that_do_not_fit_together(tmp_path, toml, place, says):
    (fault,) = faults(tmp_path, toml)

    assert fault.startswith(f"config.toml: {place} {says}")


def test_a_rule_between_values_is_silent_while_one_of_them_is_at_fault(tmp_path):
    found = faults(tmp_path, SMALLEST + CARRIER.replace(TOKEN, "your_token"))

    assert len(found) == 1
    assert "is not a real one" in found[0]


def test_other_carriers_shape_their_account_otherwise(tmp_path):
    toml = SMALLEST + CARRIER.replace("AC" + "1" * 32, "3f0e5c1a-2b4d-4e6f-8a9b-0c1d2e3f4a5b")

    assert load(tmp_path, toml + 'api_base = "https://carrier.test"').carrier.account_sid


@pytest.mark.parametrize(
    ("voice", "language", "is_known"),
    [
        ("Google.id-ID-Standard-A", "id", True),
        ("Google.id-ID-Wavenet-D", "id", True),
        ("Google.id-ID-Wavenet-E", "id", False),
        ("Google.id-ID-Chirp3-HD-Zephyr", "id", True),
        ("Google.jv-ID-Standard-A", "id", False),
        ("Google.en-GB-Neural2-C", "en", True),
        ("Polly.Amy", "en", True),
        ("Polly.Marlene", "en", False),
        ("alice", "en", False),
        ("", "id", False),
    ],
)
def test_voices_that_speak(voice, language, is_known):
    assert voices.speaks(voice, language) is is_known
