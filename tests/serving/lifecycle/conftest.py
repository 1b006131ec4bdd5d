"""Homes of the small world, and the registry of its two models."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from features.catalogs import catalog
from tests.serving.lifecycle.servers import mlflow_server, postgres
from tests.serving.small_world import World
from training import tracking


@pytest.fixture(autouse=True, scope="session")
def _no_other_store() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        yield


@pytest.fixture
def new_home(world: World, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Makes a home with the world's catalog and without a registry of its own."""

    def make() -> Path:
        home = tmp_path_factory.mktemp("home")
        catalog.save(world.snapshot, home)
        return home

    return make


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    with postgres() as address:
        yield address


@dataclass(frozen=True)
class Registry:
    """A tracking server on PostgreSQL: its address, its process group and its artifacts."""

    address: str
    group: int
    artifacts: Path

    @contextmanager
    def named(self) -> Iterator[None]:
        """Names the registry in the environment, as users do."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("MLFLOW_TRACKING_URI", self.address)
            yield

    def promote(self, version: str) -> None:
        """Make a version champion."""
        with self.named():
            tracking.promote(self.artifacts, version, "for tests")

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Connections are taken and never answered, as of a machine that ran out of memory."""
        os.killpg(self.group, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.group, signal.SIGCONT)


@pytest.fixture(scope="session")
def registry(
    world: World, database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Registry]:
    """Both models are registered, the first is champion."""
    folder = tmp_path_factory.mktemp("tracking")
    with mlflow_server(database, folder) as (address, process):
        found = Registry(address, os.getpgid(process.pid), folder / "artifacts")
        with found.named():
            for bundle in world.bundles:
                tracking.log_run(folder, bundle, parameters={}, metrics={}, tags={}, texts={})
        found.promote("1")
        yield found
