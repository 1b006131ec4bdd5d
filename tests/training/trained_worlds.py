"""A training run from end to end, with what it fitted kept for cheaper runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from features.sources.source import Source
from training import fit
from training.fit import TrainingResult
from training.run import FittedRun, Progress, fit_run
from training.settings import BoostingSettings, GateSettings, IntervalSettings, Settings

SMALL = Settings(
    threads=1,
    folds=3,
    boosting=BoostingSettings(pooling=(4.0, 1000.0), ceilings=(), max_rounds=20),
    intervals=IntervalSettings(bags=6, draws=200),
    gates=GateSettings(min_campaigns=20),
)


@dataclass
class TrainedWorld:
    """A world's folder, the home it was trained into, and what came out."""

    folder: Path
    home: Path
    result: TrainingResult
    run: FittedRun
    steps: list[tuple[str, float]] = field(default_factory=list)

    def train_again(self, home: Path, promote: str, reason: str = "") -> TrainingResult:
        """The same run with another wish; what was fitted is not fitted again."""

        def fitted(source: Source, settings: Settings, progress: Progress) -> FittedRun:
            return self.run

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("training.fit.fit_run", fitted)
            return fit.train(str(self.folder), home, SMALL, promote=promote, reason=reason)


def train_world(folder: Path, home: Path) -> TrainedWorld:
    """Train as a user does, listening in on what was fitted."""
    runs: list[FittedRun] = []
    steps: list[tuple[str, float]] = []
    whole = fit_run

    def listened(source: Source, settings: Settings, progress: Progress) -> FittedRun:
        runs.append(whole(source, settings, progress))
        return runs[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.fit.fit_run", listened)
        result = fit.train(
            str(folder), home, SMALL, progress=lambda step, part: steps.append((step, part))
        )
    return TrainedWorld(folder, home, result, runs[0], steps)
