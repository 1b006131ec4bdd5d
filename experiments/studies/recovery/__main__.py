"""How much is learned from 50 campaigns, and from 5,000?

    python -m experiments.studies.recovery [--quick] [--seeds 421 422 …] [--parts usual …] [--write]

Trains on `randomised` worlds with ever more campaigns and compares with what could be known.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from experiments.studies.command import ask, publish
from experiments.studies.recovery.measure import measure
from experiments.studies.recovery.table import result
from experiments.studies.trained_world import DEFAULTS, QUICK, QUICK_WORLD, WORLD, WorldTask
from experiments.studies.worlds_in_parallel import measure_all
from experiments.worlds.simulate import WorldSettings

NAME = "recovery"
README = Path(__file__).with_name("README.md")
#: Kept apart from every seed that anything was tuned on.
SEEDS, QUICK_SEEDS = (421, 422, 423), (9421,)
CAMPAIGNS, QUICK_CAMPAIGNS = (50, 100, 240, 500, 1000), (20, 24)
#: Minutes, an hour, hours: more campaigns in one world each, of the first seed.
CAMPAIGNS_BY_PART = {"usual": CAMPAIGNS, "many": (2000,), "most": (5000,)}
#: A brand runs about so many campaigns in the time the data cover.
_CAMPAIGNS_A_BRAND = 20


def worlds(seed: int, campaigns: tuple[int, ...], size: WorldSettings) -> list[WorldSettings]:
    """Worlds of one seed with ever more campaigns, and of more brands where those would be busy."""
    return [
        replace(size, seed=seed, campaigns=n, brands=max(size.brands, n // _CAMPAIGNS_A_BRAND))
        for n in campaigns
    ]


def main() -> None:
    """Run the study."""
    asked = ask(
        NAME,
        "accuracy by number of campaigns",
        seeds=SEEDS,
        quick_seeds=QUICK_SEEDS,
        parts=tuple(CAMPAIGNS_BY_PART),
    )
    size, training = (QUICK_WORLD, QUICK) if asked.quick else (WORLD, DEFAULTS)
    chosen: list[WorldSettings] = []
    for part in ("usual",) if asked.quick else asked.parts:
        counts = QUICK_CAMPAIGNS if asked.quick else CAMPAIGNS_BY_PART[part]
        seeds = asked.seeds if part == "usual" else asked.seeds[:1]
        chosen += [world for seed in seeds for world in worlds(seed, counts, size)]
    # The largest first: two processes are then done at about the same time.
    chosen.sort(key=lambda world: -world.campaigns)
    tasks = [WorldTask.of(world, training) for world in chosen]
    found = result(measure_all(measure, tasks, asked.work))
    publish(asked, NAME, README, found.measured_as(tasks[0]))


if __name__ == "__main__":
    main()
