"""One world trained on: its rosters to come, its average lift, and what the product noticed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from experiments.studies.trained_world import WorldTask, simulated, train_and_judge
from training.arrays import Floats
from training.cells import Cells
from training.checks.placebo import average_effect
from training.checks.verdict import refusals
from training.evidence.grade import grade
from training.experience import beyond_experience


def measure(task: WorldTask) -> dict[str, Any]:
    """Train on one world; predictions beside the truth, and warnings beside their reasons."""
    with simulated(task.world) as folder:
        trained = train_and_judge(folder, task.settings)
        cells = trained.run.past.cells
        truth = true_average(cells, true_lifts(folder, cells))
    run = trained.run
    plain = average_effect(cells)[0]
    outside = [
        bool(beyond_experience(run.bundle, forecast, str).reasons) for forecast in trained.forecasts
    ]
    has_new = task.world.rules.new_platform is not None
    return {
        "world": task.world.world,
        "seed": task.world.seed,
        "campaigns": task.world.campaigns,
        "judged": trained.judged.to_json(),
        "true_average": truth,
        "plain_average": plain,
        "dosed_average": plain / (1.0 - run.past.leak.share),
        "leak": [run.past.leak.share, run.past.leak.low, run.past.leak.high],
        "outside": outside,
        # Every second alternative of a campaign is made of what is new.
        "new": [has_new and r % task.world.alternatives % 2 == 1 for r in range(len(outside))],
        "grade": grade(run.evidence.metrics),
        "refused": list(refusals(run.checks)),
    }


def true_lifts(folder: Path, cells: Cells) -> Floats:
    """True lifts of the cells [cell]."""
    truth = pq.read_table(folder / "truth.parquet").to_pandas()
    known = truth.set_index(["campaign_id", "market_id"])["true_lift"]
    pairs = zip(cells.campaign, cells.market, strict=True)
    keys = [(cells.campaign_ids[c], cells.market_ids[m]) for c, m in pairs]
    return np.asarray(known.loc[keys], dtype=float)


def true_average(cells: Cells, lifts: Floats) -> float:
    """The true average log effect, weighted as its measurement is."""
    return float(np.average(np.log1p(lifts), weights=cells.weight * cells.treatment**2))
