"""One world, fitted again and again with one part left out."""

from __future__ import annotations

from typing import Any

from experiments.studies.ablation.parts import PARTS, without
from experiments.studies.studied_world import study
from experiments.studies.trained_world import WorldTask, simulated


def measure(task: WorldTask) -> dict[str, Any]:
    """Predictions for the rosters to come without each part, by its name."""
    with simulated(task.world) as folder:
        world = study(folder, task.settings)
    judged = {part.name: without(part, world, task.settings).to_json() for part in PARTS}
    return {"seed": task.world.seed, "judged": judged}
