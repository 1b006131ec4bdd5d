"""One served application for all tests that change nothing about it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.serving.served import served_on_loopback


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    with served_on_loopback() as address:
        yield address


@pytest.fixture(scope="session")
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url) as connected:
        yield connected
