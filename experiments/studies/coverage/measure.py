"""One world's intervals beside its truth, and beside what tests show."""

from __future__ import annotations

from typing import Any

import numpy as np

from experiments.studies.coverage.tests_to_come import PlayedTests, play_tests
from experiments.studies.replayed_world import replay
from experiments.studies.rosters_to_come import LEVELS, Judged
from experiments.studies.trained_world import Trained, WorldTask, simulated, train_and_judge


def measure(task: WorldTask) -> dict[str, Any]:
    """Train on one world; its rosters to come beside their intervals, and so their tests."""
    with simulated(task.world) as folder:
        trained = train_and_judge(folder, task.settings)
        replayed = replay(task.world, trained.judged.truth)
        tests = play_tests(replayed, folder, task.settings.cells)
    stated = np.array([_stated_error(trained, roster) for roster in tests.roster])
    return {
        "seed": task.world.seed,
        "seconds": trained.seconds,
        "judged": trained.judged.to_json(),
        "tests": judge_tests(trained, tests).to_json(),
        "error_ratio": float(np.median(stated / tests.error)),
    }


def judge_tests(trained: Trained, tests: PlayedTests) -> Judged:
    """What tests showed, as lifts, beside the intervals of what a test would show."""
    holdout, ends = trained.run.bundle.holdout, {}
    for level in LEVELS:
        bounds = [
            holdout.interval(trained.forecasts[roster].lift, _stated_error(trained, roster), level)
            for roster in tests.roster
        ]
        ends[level] = (np.array([low for low, _ in bounds]), np.array([high for _, high in bounds]))
    return Judged(
        truth=np.expm1(tests.measured),
        predicted=trained.judged.predicted[tests.roster],
        group=trained.judged.group[tests.roster],
        intervals=ends,
    )


def _stated_error(trained: Trained, roster: int) -> float:
    """The standard error that the product states for a test of this roster before it is run."""
    ahead = trained.forecasts[roster]
    markets = len(ahead.rows.reach.market_ids)
    return trained.run.bundle.holdout.standard_error(ahead.campaign.brand_id, markets)
