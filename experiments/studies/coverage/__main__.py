"""Do 90 % intervals hold what they promise nine times in ten?

    python -m experiments.studies.coverage [--quick] [--seeds 621 622 …] [--work FOLDER] [--write]

Trains on `randomised` worlds, asks about rosters to come and plays out tests of them.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from experiments.studies.command import ask, publish
from experiments.studies.coverage.measure import measure
from experiments.studies.coverage.table import WorldResult, result
from experiments.studies.trained_world import DEFAULTS, QUICK, QUICK_WORLD, WORLD, WorldTask
from experiments.studies.worlds_in_parallel import measure_all

NAME = "coverage"
README = Path(__file__).with_name("README.md")
#: Kept apart from every seed that anything was tuned on.
SEEDS, QUICK_SEEDS = range(621, 641), (9401, 9402)


def main() -> None:
    """Run the study."""
    asked = ask(NAME, "do intervals hold the truth?", seeds=SEEDS, quick_seeds=QUICK_SEEDS)
    size, training = (QUICK_WORLD, QUICK) if asked.quick else (WORLD, DEFAULTS)
    tasks = [WorldTask.of(replace(size, seed=seed), training) for seed in asked.seeds]
    worlds = [WorldResult.from_json(found) for found in measure_all(measure, tasks, asked.work)]
    publish(asked, NAME, README, result(worlds).measured_as(tasks[0]))


if __name__ == "__main__":
    main()
