"""Seconds and memory of fitting roster boosting on a large past."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.studies.roster_scale.sample import Size, invent_rosters
from training.fan_out import Workers
from training.rosters.bagging import fit_bags
from training.rosters.linear_start import learn_penalties
from training.rosters.loss import RosterLoss
from training.rosters.tuning import Tuned
from training.settings import BoostingSettings

_POOLING = 4.0


@dataclass(frozen=True)
class ScaleTask:
    """So many bags of so many rounds on a past of some size, `threads` side by side."""

    size: Size
    bags: int
    rounds: int
    threads: int
    seed: int

    @property
    def name(self) -> str:
        size = self.size
        return f"{size.campaigns} x {size.bookings} x {size.markets}, {self.bags} bags"


def measure(task: ScaleTask) -> dict[str, Any]:
    """Fit in this process, whose peak memory is then that of the sample and the fits."""
    invented = invent_rosters(task.size, task.seed)
    sample, without = invented.sample, _peak()
    started, busy = time.perf_counter(), time.process_time()
    # Pooling, curve and rounds are given: how long choosing them takes depends on what is tried.
    start = learn_penalties(RosterLoss.of(sample), sample.linear, sample.families, _POOLING)
    learned = time.perf_counter() - started
    no_scores = np.zeros(len(invented.scores))
    trees = BoostingSettings(max_rounds=task.rounds)
    tuned = Tuned((_POOLING,), (start,), (np.inf,), task.rounds, trees, {}, no_scores)
    workers = Workers(jobs=task.threads)
    bags = fit_bags(sample, tuned, bags=task.bags, seed=task.seed, workers=workers)
    return {
        "bags": task.bags,
        "linear_start": learned,
        "seconds": time.perf_counter() - started,
        "cpu": time.process_time() - busy,
        "sample_peak": without,
        "peak": _peak(),
        "correlation": float(np.corrcoef(bags.scores.mean(axis=0), invented.scores)[0, 1]),
    }


def _peak() -> float:
    """Most memory this process has held so far, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
