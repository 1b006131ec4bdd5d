"""Do optimised rosters sell more than rosters put together by rules of thumb?

    python -m experiments.studies.optimize [--quick] [--write]

How long choosing takes is measured with the service: `experiments.studies.service_load`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from experiments.studies.command import Result, ask, publish
from experiments.studies.optimize.measure import Standing, standings, trained_home
from experiments.studies.result_table import markdown
from experiments.studies.trained_world import DEFAULTS, QUICK, QUICK_WORLD, WORLD

README = Path(__file__).with_name("README.md")
#: Nothing was tuned on these seeds.
SEEDS, QUICK_SEEDS = (441, 442), (9,)


def main() -> None:
    """Measure; with --write, put the table into this folder's README."""
    asked = ask(
        "optimize",
        "True lift of optimised rosters.",
        seeds=SEEDS,
        quick_seeds=QUICK_SEEDS,
    )
    found = {}
    for seed in asked.seeds:
        world = replace(QUICK_WORLD if asked.quick else WORLD, seed=seed)
        home, known = trained_home(world, QUICK if asked.quick else DEFAULTS, asked.work)
        found[seed] = standings(home, known, world)
    metrics = {
        f"{measure}.{row.rule}.{seed}": value
        for seed, rows in found.items()
        for row in rows
        for measure, value in (("true", row.true), ("predicted", row.predicted))
    }
    publish(asked, "optimize", README, Result(_table(found), metrics))


def _table(found: dict[int, list[Standing]]) -> str:
    return markdown(
        (
            "world",
            "rosters by",
            "predicted lift",
            "true lift",
            "campaigns where ours is truly better",
        ),
        [
            (f"{seed}", row.rule, f"{row.predicted:.2%}", f"{row.true:.2%}", _beaten(row))
            for seed, rows in found.items()
            for row in rows
        ],
    )


def _beaten(row: Standing) -> str:
    return "" if row.beaten is None else f"{row.beaten} of {row.campaigns}"


if __name__ == "__main__":
    main()
