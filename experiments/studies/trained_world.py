"""A simulated world trained on as a user trains, then asked about its rosters to come."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from experiments.studies.rosters_to_come import Judged, forecast_all, judge, read_future
from experiments.worlds.simulate import WorldSettings, simulate
from features.snapshots.assembly import snapshot
from features.sources.source import open_source
from training.forecast import RosterForecast
from training.run import FittedRun, fit_run
from training.settings import BoostingSettings, IntervalSettings, Settings

#: The defaults in one thread, as a study trains on two worlds side by side.
DEFAULTS: Final = Settings(threads=1)
#: What counting may take of the memory of two worlds side by side; more of it goes to disk.
_COUNTED_IN: Final = "3GB"
#: For `--quick`: enough to run through everything, far too little to learn from.
QUICK: Final = Settings(
    threads=1,
    folds=2,
    boosting=BoostingSettings(pooling=(4.0,), ceilings=(), max_rounds=10),
    intervals=IntervalSettings(bags=5, draws=200),
)
#: The world most studies report on, and that of `--quick`.
WORLD: Final = WorldSettings(campaigns=240, markets=48)
#: The world whose model is asked under load, in many markets.
MANY_MARKETS: Final = WorldSettings(campaigns=120, creators=1_000, markets=200, future_campaigns=4)
QUICK_WORLD: Final = WorldSettings(
    campaigns=24, creators=80, markets=10, brands=3, weeks=64, future_campaigns=4
)


@dataclass(frozen=True)
class WorldTask:
    """A world to train on; `training` is a plain `Settings`."""

    world: WorldSettings
    training: dict[str, Any]

    @classmethod
    def of(cls, world: WorldSettings, training: Settings) -> Self:
        return cls(world, training.model_dump(mode="json"))

    @property
    def name(self) -> str:
        return f"{self.world.world} {self.world.seed} {self.world.campaigns}"

    @property
    def settings(self) -> Settings:
        return Settings.model_validate(self.training)


@dataclass(frozen=True)
class Trained:
    """What training came to and the seconds it took; its forecasts of rosters to come, judged."""

    run: FittedRun
    seconds: float
    forecasts: list[RosterForecast]
    judged: Judged


@contextmanager
def simulated(settings: WorldSettings) -> Iterator[Path]:
    """The folder of a simulated world, removed afterwards."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "world"
        simulate(settings, folder)
        yield folder


def train_and_judge(folder: Path, settings: Settings) -> Trained:
    """Train on a world's past and judge the model on its rosters to come."""
    source = open_source(folder, memory_limit=_COUNTED_IN)
    started = time.perf_counter()
    run = fit_run(source, settings)
    seconds = time.perf_counter() - started
    future = read_future(folder / "future.json")
    forecasts = forecast_all(run.bundle, snapshot(source), future)
    return Trained(run, seconds, forecasts, judge(future, forecasts))
