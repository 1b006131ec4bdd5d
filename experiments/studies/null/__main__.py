"""What is found where there is nothing to find?

    python -m experiments.studies.null [--quick] [--seeds 501 502 …] [--work FOLDER] [--write]

Trains on `null` worlds and counts tests that reject and models that would be promoted.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from experiments.studies.command import ask, publish
from experiments.studies.null.measure import measure
from experiments.studies.null.table import result
from experiments.studies.trained_world import DEFAULTS, QUICK, QUICK_WORLD, WorldTask
from experiments.studies.worlds_in_parallel import measure_all
from experiments.worlds.simulate import WorldSettings

NAME = "null"
README = Path(__file__).with_name("README.md")
#: Kept apart from every seed that anything was tuned on.
SEEDS, QUICK_SEEDS = range(501, 551), (9501, 9502)
#: Small, so that fifty can be afforded.
SIZE = WorldSettings(campaigns=60, creators=300, markets=24, future_campaigns=0)


def main() -> None:
    """Run the study."""
    asked = ask(NAME, "what is found in no effect?", seeds=SEEDS, quick_seeds=QUICK_SEEDS)
    size, training = (QUICK_WORLD, QUICK) if asked.quick else (SIZE, DEFAULTS)
    worlds = [replace(size, world="null", seed=seed) for seed in asked.seeds]
    tasks = [WorldTask.of(world, training) for world in worlds]
    found = result(measure_all(measure, tasks, asked.work))
    publish(asked, NAME, README, found.measured_as(tasks[0]))


if __name__ == "__main__":
    main()
