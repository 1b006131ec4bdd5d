"""What a number of past campaigns teaches, and what could be learned at best."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from experiments.studies.recovery.ceiling import feature_ceiling
from experiments.studies.replayed_world import replay
from experiments.studies.trained_world import WorldTask, simulated, train_and_judge


def measure(task: WorldTask) -> dict[str, Any]:
    """Train on one world; predictions beside the truth, and both ceilings."""
    with simulated(task.world) as folder:
        trained = train_and_judge(folder, task.settings)
        spread = true_spread(folder)
    ceiling = feature_ceiling(replay(task.world, trained.judged.truth))
    error = float(np.median(trained.run.evidence.held_out.error))
    return {
        "seed": task.world.seed,
        "campaigns": task.world.campaigns,
        "brands": task.world.brands,
        "seconds": trained.seconds,
        "judged": trained.judged.to_json(),
        "feature_ceiling": ceiling,
        "typical_error": error,
        "label_ceiling": label_ceiling(spread, error),
    }


def true_spread(folder: Path) -> float:
    """Standard deviation of the past campaigns' true log effects, each averaged over markets."""
    truth = pq.read_table(folder / "truth.parquet").to_pandas()
    effects = np.log1p(truth.groupby("campaign_id")["true_lift"].mean())
    return float(effects.std(ddof=0))


def label_ceiling(spread: float, error: float) -> float:
    """R² that the true effects themselves reach against measured effects of this error."""
    return spread**2 / (spread**2 + error**2)
