"""A small world with its catalog, two models of it that are known to differ, and their registry."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from experiments.worlds.simulate import WorldSettings, simulate
from features.catalogs import catalog
from features.snapshots.snapshot import Snapshot
from features.sources.source import open_source
from serving.messages.questions import PredictRequest
from serving.predictions.scoring import RosterScorer
from tests.serving.lifecycle.servers import mlflow_server, postgres
from tests.training.tiny_bundle import tiny_bundle
from training import tracking
from training.bundle import Bundle

#: What lifts are multiplied by last; version n of the registry has the nth.
SLOPES = (0.9, 1.8)
TYPICAL = {
    "lift": 0.01,
    "largest_lift": 0.1,
    "exposure": 1.0,
    "largest_exposure": 5.0,
    "smallest_roster": 1.0,
    "largest_roster": 50.0,
    "brand_spread": 0.4,
}


@dataclass(frozen=True)
class World:
    """A snapshot, one question about it, and what each version of the model answers."""

    snapshot: Snapshot
    body: dict[str, Any]
    bundles: tuple[Bundle, ...]

    def answer(self, version: str) -> float:
        """Mean lift that a version predicts, computed here."""
        scorer = RosterScorer(self.bundles[int(version) - 1], self.snapshot)
        return scorer.predict(PredictRequest(**self.body)).lift.mean


@pytest.fixture(autouse=True, scope="session")
def _no_other_store() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        yield


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("world")
    settings = WorldSettings(
        campaigns=10, creators=60, markets=4, brands=2, weeks=66, future_campaigns=1, seed=3
    )
    simulate(settings, folder)
    asked = json.loads((folder / "future.json").read_text())[0]
    body = {"campaign": asked["campaign"], "roster": asked["alternatives"][0]["roster"][:3]}
    fitted = tiny_bundle("roster_linear")
    manifest = replace(fitted.manifest, typical={**fitted.manifest.typical, **TYPICAL})
    bundles = tuple(
        replace(fitted, manifest=manifest, calibration=replace(fitted.calibration, slope=slope))
        for slope in SLOPES
    )
    return World(catalog.snapshot(open_source(str(folder))), body, bundles)


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
