"""An office on this test's database."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import demo_settings, fresh_url
from tests.web.office import Office

CHEAP = {"CALLCENTER__WEB__ARGON2_TIME_COST": "1", "CALLCENTER__WEB__ARGON2_MEMORY_KIB": "8"}
HTTPS = CHEAP | {"CALLCENTER__WEB__PUBLIC_URL": "https://cc.example.test"}


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Office]:
    """On both engines: the test runs twice."""
    yield from opened(Office(demo_settings(tmp_path, database_url, **CHEAP)))


@pytest.fixture
def strict(tmp_path: Path, database_url: str) -> Iterator[Office]:
    """An office as in production: supervisors and administrators have a second step."""
    more = CHEAP | {"CALLCENTER__WEB__SECOND_STEP": "true"}
    yield from opened(Office(demo_settings(tmp_path, database_url, **more)))


@pytest.fixture
def sqlite_url(tmp_path: Path, request: pytest.FixtureRequest) -> str:
    return fresh_url("sqlite", tmp_path, request)


@pytest.fixture
def one_engine(tmp_path: Path, sqlite_url: str) -> Iterator[Office]:
    """On SQLite only, for what no database decides."""
    yield from opened(Office(demo_settings(tmp_path, sqlite_url, **CHEAP)))


@pytest.fixture
def behind_https(tmp_path: Path, sqlite_url: str) -> Iterator[Office]:
    """As in production: the public address is https."""
    yield from opened(Office(demo_settings(tmp_path, sqlite_url, **HTTPS)))


@pytest.fixture
def strict_page(tmp_path: Path, sqlite_url: str) -> Iterator[Office]:
    """With the second step, on SQLite only."""
    more = CHEAP | {"CALLCENTER__WEB__SECOND_STEP": "true"}
    yield from opened(Office(demo_settings(tmp_path, sqlite_url, **more)))


@pytest.fixture
def both_doors(tmp_path: Path, sqlite_url: str) -> Iterator[Office]:
    yield from opened(Office(demo_settings(tmp_path, sqlite_url, **CHEAP), ("voice", "people")))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A real browser. Without one tests are skipped, saying so; under ``CI=true`` they fail."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("a browser is needed here: no chromium in PATH", pytrace=False)
        pytest.skip("no browser: install chromium to run these tests")
    switches = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=switches)
        yield browser
        browser.close()


def opened(office: Office) -> Iterator[Office]:
    yield office
    office.app.extensions["callcenter.hub"].close()
    office.house.database.close()
