"""One served application for all tests that change nothing about it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.serving.served import BENTOML_WARNINGS, served_on_loopback
from tests.serving.small_world import World, small_world


def pytest_configure(config: pytest.Config) -> None:
    for warning in BENTOML_WARNINGS:
        config.addinivalue_line("filterwarnings", warning)


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    with served_on_loopback() as address:
        yield address


@pytest.fixture(scope="session")
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url) as connected:
        yield connected


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return small_world(tmp_path_factory.mktemp("world"))
