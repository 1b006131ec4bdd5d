"""An empty MLflow store, created once, and small simulated worlds trained on once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from experiments.worlds.simulate import WorldSettings, simulate
from tests.training.trained_worlds import TrainedWorld, train_world
from training import tracking


@pytest.fixture(autouse=True, scope="session")
def _no_other_store() -> Iterator[None]:
    """Tests use stores of their own, whatever the environment names."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        yield


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Makes a home with an empty store: a copy of one, as creating a store takes seconds."""
    first = tmp_path_factory.mktemp("store")
    tracking.connect(first).search_experiments()

    def copy() -> Path:
        home = tmp_path_factory.mktemp("home")
        shutil.copy(first / "mlflow.db", home)
        return home

    return copy


@pytest.fixture(scope="session")
def world_folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Twin worlds, with an effect and without."""
    folders = {}
    for world in ("randomised", "null"):
        folders[world] = tmp_path_factory.mktemp(world)
        settings = WorldSettings(
            world=world,
            campaigns=40,
            creators=120,
            markets=12,
            brands=4,
            weeks=90,
            future_campaigns=0,
            seed=1,
        )
        simulate(settings, folders[world])
    return folders


@pytest.fixture(scope="session")
def randomised(world_folders: dict[str, Path], new_home: Callable[[], Path]) -> TrainedWorld:
    return train_world(world_folders["randomised"], new_home())


@pytest.fixture(scope="session")
def null(world_folders: dict[str, Path], new_home: Callable[[], Path]) -> TrainedWorld:
    return train_world(world_folders["null"], new_home())
