"""One world's intervals beside its truth."""

from __future__ import annotations

from typing import Any

from experiments.studies.trained_world import WorldTask, simulated, train_and_judge


def measure(task: WorldTask) -> dict[str, Any]:
    """Train on one world; expected lifts, their intervals and the truth of its rosters to come."""
    with simulated(task.world) as folder:
        trained = train_and_judge(folder, task.settings)
    return {
        "seed": task.world.seed,
        "seconds": trained.seconds,
        "judged": trained.judged.to_json(),
    }
