"""A fit here and on Spark in local mode, in a process that a test starts and that ends the JVM.

    python -m tests.training.fit_on_spark

Writes, as JSON, what either fit came to: losses, a hash of the scores, fits counted.
"""

from __future__ import annotations

import hashlib
import json
import sys
from typing import Any

from tests.training.simulated_rosters import simulate_rosters
from training.fan_out import Workers
from training.rosters.bagging import fit_bags
from training.rosters.tuning import tune
from training.settings import BoostingSettings

SETTINGS = BoostingSettings(pooling=(4.0,), ceilings=(), max_rounds=21, min_data_in_leaf=10)


def fitted(workers: Workers) -> dict[str, Any]:
    """Tuned and bagged."""
    sample = simulate_rosters(1, campaigns=40, markets=6, error=0.003).sample
    done: list[int] = []
    tuned = tune(sample, SETTINGS, folds=2, seed=0, workers=workers)
    bags = fit_bags(sample, tuned, bags=2, seed=0, workers=workers, on_bag=lambda: done.append(1))
    scores = hashlib.sha256(bags.scores.tobytes()).hexdigest()
    return {"losses": tuned.losses, "rounds": tuned.rounds, "scores": scores, "done": len(done)}


if __name__ == "__main__":
    json.dump([fitted(Workers()), fitted(Workers("spark", 2, "local[2]"))], sys.stdout)
