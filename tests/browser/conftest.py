"""The demo's service in small, and Debian's Chromium to look at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from experiments.studies.page_speed.chromium import CHROMIUM, chromium
from serving.home import HomeLoader
from serving.settings import ServiceSettings
from tests.browser.home import made_once, train_home
from tests.serving.served import BENTOML_WARNINGS, served_on_loopback


def pytest_configure(config: pytest.Config) -> None:
    for warning in BENTOML_WARNINGS:
        config.addinivalue_line("filterwarnings", warning)


def _needs_chromium() -> None:
    if not CHROMIUM.exists():
        pytest.skip(f"no chromium at {CHROMIUM}")


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> ServiceSettings:
    """Of a service on the one home of this run: nothing in it changes, so nobody looks."""
    _needs_chromium()
    own = tmp_path_factory.getbasetemp()
    home = made_once((own if worker_id == "master" else own.parent) / "browser_home", train_home)
    return ServiceSettings(home=home, poll_seconds=3600)


@pytest.fixture(scope="session")
def home(settings: ServiceSettings) -> Path:
    return settings.home


@pytest.fixture(scope="session")
def served(settings: ServiceSettings) -> Iterator[str]:
    with served_on_loopback(HomeLoader(settings.home), settings) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    _needs_chromium()
    with chromium() as launched:
        yield launched


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own; whatever its console or its policy complains of fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    complaints: list[str] = []
    opened.on(
        "console", lambda said: complaints.append(said.text) if said.type == "error" else None
    )
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    # A refused request (401, 422) is logged by the browser itself and is none of the page's doing.
    assert [text for text in complaints if "Failed to load resource" not in text] == []
