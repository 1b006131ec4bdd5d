"""What chance alone does to the tests of one world without any effect."""

from __future__ import annotations

from typing import Any

from experiments.studies.trained_world import WorldTask, simulated
from features.sources.source import open_source
from training.cells import Cells
from training.checks.placebo import rejection_rate
from training.checks.verdict import refusals
from training.metrics.measured import average_effect
from training.residuals import campaign_effects
from training.run import fit_run

#: Shuffled assignments a world.
SHUFFLES = 2_000


def measure(task: WorldTask) -> dict[str, Any]:
    """Train on one world; what its tests look at and why its model is refused."""
    with simulated(task.world) as folder:
        run = fit_run(open_source(folder), task.settings)
    found = tested(run.past.cells, task.world.seed)
    return {"seed": task.world.seed, **found, "refused": list(refusals(run.checks))}


def tested(cells: Cells, seed: int) -> dict[str, Any]:
    """The z of each campaign and of their average, and the share of placebos that are rejected."""
    effects, errors = campaign_effects(cells.campaign, cells.outcome, cells.treatment, cells.weight)
    average = average_effect(effects, errors)
    return {
        "campaigns": (effects / errors).tolist(),
        "average": average.value / average.error,
        "placebos": rejection_rate(cells, seed, SHUFFLES),
    }
