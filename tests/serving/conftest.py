"""One served application for all tests that change nothing about it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from serving.directory.ledger import FILE
from serving.settings import ServiceSettings
from tests.experiments.ledger.invented_ledger import invented_document
from tests.serving.served import BENTOML_WARNINGS, served_on_loopback
from tests.serving.small_world import World, small_world


def pytest_configure(config: pytest.Config) -> None:
    for warning in BENTOML_WARNINGS:
        config.addinivalue_line("filterwarnings", warning)


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("home")
    (home / FILE).parent.mkdir()
    (home / FILE).write_text(json.dumps(invented_document()), encoding="utf-8")
    with served_on_loopback(settings=ServiceSettings(home=home)) as address:
        yield address


@pytest.fixture(scope="session")
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url) as connected:
        yield connected


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return small_world(tmp_path_factory.mktemp("world"))
