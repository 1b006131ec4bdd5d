"""How long choosing a roster takes, how much is proven, and whether it beats rules of thumb.

    python -m experiments.studies.optimize [--quick] [--write] [--parts seconds truth]

`seconds` times the command on catalogs of 10,000 and 100,000 creators; `truth` compares true
lifts in simulated worlds.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from experiments.studies.command import Result, ask, publish
from experiments.studies.optimize.measure import Standing, Timed, standings, timed, trained_home
from experiments.studies.result_table import markdown
from experiments.studies.trained_world import DEFAULTS, MANY_MARKETS, QUICK, QUICK_WORLD, WORLD

README = Path(__file__).with_name("README.md")
#: Nothing was tuned on these seeds.
SEEDS, QUICK_SEEDS = (441, 442), (9,)
_SIZES, _QUICK_SIZES = (10_000, 100_000), (300,)
_CREATORS, _QUICK_CREATORS = 50, 10


def main() -> None:
    """Measure; with --write, put the tables into this folder's README."""
    asked = ask(
        "optimize",
        "Seconds, proof and true lift of optimised rosters.",
        seeds=SEEDS,
        quick_seeds=QUICK_SEEDS,
        parts=("seconds", "truth"),
    )
    training = QUICK if asked.quick else DEFAULTS
    tables: list[str] = []
    metrics: dict[str, float] = {}
    if "seconds" in asked.parts:
        world = replace(QUICK_WORLD if asked.quick else MANY_MARKETS, seed=asked.seeds[0])
        home, known = trained_home(world, training, asked.work)
        sizes = _QUICK_SIZES if asked.quick else _SIZES
        creators = _QUICK_CREATORS if asked.quick else _CREATORS
        rows = timed(home, known, sizes, creators, asked.seeds[0])
        tables.append(_seconds_table(rows))
        metrics |= {f"seconds_{row.objective}_{row.candidates}": row.seconds for row in rows}
        metrics |= {f"gap_{row.objective}_{row.candidates}": row.gap for row in rows}
    if "truth" in asked.parts:
        for seed in asked.seeds:
            world = replace(QUICK_WORLD if asked.quick else WORLD, seed=seed)
            home, known = trained_home(world, training, asked.work)
            found = standings(home, known, world)
            tables.append(_truth_table(seed, found))
            metrics |= {f"true_{row.rule}_{seed}": row.true for row in found}
    publish(asked, "optimize", README, Result("\n\n".join(tables), metrics))


def _seconds_table(rows: list[Timed]) -> str:
    return markdown(
        ("candidates", "markets", "objective", "creators", "seconds", "gap", "full gap", "status"),
        [
            (
                f"{row.candidates:,}",
                f"{row.markets}",
                row.objective,
                f"{row.creators}",
                f"{row.seconds:.1f}",
                f"{row.gap:.2%}",
                f"{row.full_model_gap:.2%}",
                row.status,
            )
            for row in rows
        ],
    )


def _truth_table(seed: int, rows: list[Standing]) -> str:
    return markdown(
        (f"world {seed}", "predicted lift", "true lift"),
        [(row.rule, f"{row.predicted:.2%}", f"{row.true:.2%}") for row in rows],
    )


if __name__ == "__main__":
    main()
