"""The house rules that a machine can check: who imports whom, how long things are, what is used."""

import ast
import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

from callcenter.records.policy import seed
from callcenter.rules import events, speech, wib
from callcenter.rules.events.base import BASE
from callcenter.rules.menu import ALONE, MENU
from callcenter.rules.statuses import STATUSES
from tests.conftest import demo_settings

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "callcenter"
TEMPLATES = ROOT / "templates"
FILES = sorted(HOUSE.rglob("*.py"))
LONGEST_FILE, LONGEST_FUNCTION = 400, 40

ROOMS = (
    *("rules", "records", "carriers", "applicants", "web", "simulator", "cli", "settings"),
    "fallback",
)
MAY_IMPORT = {
    "rules": {"rules"},
    "records": {"rules", "records", "lasting"},
    "carriers": {"rules", "carriers"},
    "applicants": {"rules", "applicants"},
    "settings": {"settings", "rules"},
    "fallback": {"fallback", "settings", "rules", "lasting", "carriers"},
    "simulator": {"simulator"},
}
# A library, and the only places that may know it.
ONLY_IN = {
    "flask": ("web/", "simulator/", "__init__.py"),
    "flask_login": ("web/",),
    "flask_wtf": ("web/",),
    "flask_babel": ("web/",),
    "twilio": ("carriers/twilio/",),
    "sqlalchemy": ("records/",),
    "alembic": ("records/migrations/",),
}
NO_HOUR_NO_CHANCE = {"time", "random", "os", "secrets", "uuid", "socket", "subprocess"}
READS_THE_CLOCK = re.compile(r"\b(datetime\.now|datetime\.utcnow|date\.today|datetime\.today)\(")


def name(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, in full, wherever the import stands."""
    package = ["callcenter", *path.relative_to(HOUSE).parent.parts]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if parts[0] == "callcenter" and len(parts) > 1 else ""


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_rooms_import_only_what_they_may(room):
    wrong = {
        f"{name(path)} imports {module}"
        for path in (HOUSE / room).rglob("*.py")
        for module in imports(path)
        if module.startswith("callcenter") and room_of(module) not in MAY_IMPORT[room]
    }
    assert wrong == set()


def test_the_worker_and_what_it_uses_know_nothing_of_the_web():
    wrong = {
        f"{name(path)} imports {module}"
        for path in HOUSE.glob("*.py")
        if path.name not in ("__init__.py", "__main__.py")
        for module in imports(path)
        if room_of(module) in ("web", "cli", "simulator")
    }
    assert wrong == set()


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_known_in_its_place_only(library):
    wrong = {
        name(path)
        for path in FILES
        if not name(path).startswith(ONLY_IN[library])
        and any(module.split(".")[0] == library for module in imports(path))
    }
    assert wrong == set()


def test_rules_need_nothing_but_the_standard_library_and_neither_hour_nor_chance():
    wrong = {
        f"{name(path)} imports {module}"
        for path in (HOUSE / "rules").rglob("*.py")
        for module in imports(path)
        if (first := module.split(".")[0]) != "callcenter"
        and (first not in sys.stdlib_module_names or first in NO_HOUR_NO_CHANCE)
    }
    assert wrong == set()


@pytest.mark.parametrize("room", ["fallback", "settings"])
def test_the_stand_in_and_what_it_reads_need_nothing_but_the_standard_library(room):
    wrong = {
        f"{name(path)} imports {module}"
        for path in (*(HOUSE / room).rglob("*.py"), HOUSE / "lasting.py")
        for module in imports(path)
        if (first := module.split(".")[0]) != "callcenter" and first not in sys.stdlib_module_names
    }
    assert wrong == set()


def test_the_clock_is_read_in_one_place_only():
    """Everything else is given ``now``; the simulated network and the commands have their own."""
    reads = {name(path) for path in FILES if READS_THE_CLOCK.search(path.read_text("utf-8"))}
    assert {it for it in reads if not it.startswith(("simulator/", "cli/"))} == {"__init__.py"}


@pytest.mark.parametrize("path", FILES, ids=name)
def test_nothing_is_too_long(path):
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_FILE
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
        and "migrations/versions" not in name(path)
    ]
    assert long == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_every_module_says_what_it_holds(path):
    assert ast.get_docstring(tree(path))


@pytest.mark.parametrize("kind", events.EVENTS)
def test_every_event_is_read_back_from_its_own_body(kind):
    cls = events.EVENTS[kind]
    values = {"int": 1, "bool": True, "int | None": None, "dict[str, str]": {"nama": "nilai"}}
    body = {
        field: values.get(annotation, "word")
        for field, annotation in cls.__annotations__.items()
        if field not in BASE
    }
    common = {"subject": "call:CA1", "thread": "t", "turn": "0", "n": 0}
    event = cls(**common, at=wib.at("2020-04-13 09:00"), **body)
    kept = json.loads(json.dumps(event.body()))

    assert events.EVENTS[event.kind](**common, at=event.at, **kept) == event
    assert event.kind == kind


def test_every_template_is_used():
    python = "\n".join(path.read_text("utf-8") for path in (HOUSE / "web").rglob("*.py"))
    pages = {path.relative_to(TEMPLATES).as_posix(): path for path in TEMPLATES.rglob("*.html")}
    unused = set()
    for page, path in pages.items():
        others = "\n".join(it.read_text("utf-8") for it in pages.values() if it != path)
        if f'"{page}"' not in python and f'"{page}"' not in others:
            unused.add(page)
    assert unused == set()


def test_every_template_that_is_named_exists():
    python = "\n".join(path.read_text("utf-8") for path in (HOUSE / "web").rglob("*.py"))
    named = set(re.findall(r'"([\w/]+\.html)"', python))
    assert {page for page in named if not (TEMPLATES / page).exists()} == set()


def said() -> set[str]:
    """Every prompt that the menu or a line of code says."""
    prompts = {
        prompt
        for node in MENU.values()
        for prompt in (*node.prompts, *node.again, *chain.from_iterable(node.missed.values()))
    }
    prompts -= {"announcement", "announcement_own", "status_told"}  # words of the day, a status
    prompts |= set(ALONE.values()) | {status.prompt for status in STATUSES.values()}
    for path in FILES:
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func) == "speech.say"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                prompts.add(node.args[0].value)
    return prompts | OTHERWISE


# What is said instead of another prompt, by rules/saying.py.
OTHERWISE = {"no_input", "sp_read_name", "holiday", "closed_unknown", "all_gone", "st_none"}


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_prompt_that_is_said_has_its_sentence(language, tmp_path):
    policy = seed(demo_settings(tmp_path, f"sqlite:///{tmp_path / 'none.db'}"))
    assert len(said()) > 20
    assert said() - set(policy.prompts[language]) == set()


def test_what_javanese_callers_hear_in_indonesian_is_listed(tmp_path):
    """There is no Javanese voice: what is not recorded falls back, and ``policy show --gaps``
    tells what that is."""
    policy = seed(demo_settings(tmp_path, f"sqlite:///{tmp_path / 'none.db'}"))
    missing = set(speech.gaps(policy, "jv"))
    print("said in Indonesian to Javanese callers:", ", ".join(sorted(missing)))
    spoken = {
        prompt
        for prompt in said() - {"lang_menu_id", "lang_menu_en"}
        if speech.say(prompt, "jv", policy).spoken.language == "id"
    }
    assert spoken <= missing
    assert speech.gaps(policy, "en") == ()
