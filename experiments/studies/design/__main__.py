"""Is the power that a design promises the power its test has?

    python -m experiments.studies.design [--quick] [--seeds 971 972 …] [--work FOLDER] [--write]

Designs tests on simulated pasts and plays each out many times in the weeks that follow.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle
from pathlib import Path

from experiments.studies.command import ask, publish
from experiments.studies.design.measure import Asked, DesignTask, measure
from experiments.studies.design.table import result
from experiments.studies.worlds_in_parallel import measure_all
from experiments.worlds.settings import WorldSettings

NAME = "design"
README = Path(__file__).with_name("README.md")
#: Kept apart from every seed that anything was tuned on.
SEEDS, QUICK_SEEDS = range(971, 976), (9901,)
SIZE = WorldSettings(
    campaigns=60, creators=100, markets=40, brands=6, future_campaigns=2, alternatives=2
)
QUICK_SIZE = replace(SIZE, campaigns=8, creators=60, markets=12, brands=2, weeks=104)
#: Four designs a world: brand, share, weeks and the power aimed at take turns over the worlds.
SHARES, WEEKS = (0.5, 0.3, 0.2, 0.4, 0.5), (6, 4, 8, 6, 5, 10, 7)
POWERS = (0.8, 0.5, 0.9, 0.3, 0.65, 0.8)
DESIGNS, REPEATS = 4, 1000
QUICK_DESIGNS, QUICK_REPEATS = 1, 6


def tasks_of(
    size: WorldSettings, seeds: tuple[int, ...], designs: int, repeats: int
) -> list[DesignTask]:
    """The designs of each world."""
    turns = zip(cycle(SHARES), cycle(WEEKS), cycle(POWERS), strict=False)
    return [
        DesignTask(
            world=replace(size, seed=seed),
            asked=tuple(Asked(brand % size.brands, *next(turns)) for brand in range(designs)),
            repeats=repeats,
        )
        for seed in seeds
    ]


def main() -> None:
    """Run the study."""
    asked = ask(NAME, "is power as promised?", seeds=SEEDS, quick_seeds=QUICK_SEEDS)
    size = QUICK_SIZE if asked.quick else SIZE
    plan = (QUICK_DESIGNS, QUICK_REPEATS) if asked.quick else (DESIGNS, REPEATS)
    tasks = tasks_of(size, asked.seeds, *plan)
    found = result(measure_all(measure, tasks, asked.work))
    publish(asked, NAME, README, found.measured_as(tasks[0]))


if __name__ == "__main__":
    main()
