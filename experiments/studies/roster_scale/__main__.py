"""How long does roster boosting take on 5,000 campaigns, and how much memory?

    python -m experiments.studies.roster_scale [--quick] [--seeds 441] [--work FOLDER] [--write]

Fits one bag and thirty, with the default number of rounds, on an invented past.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.studies.command import Result, ask, publish
from experiments.studies.result_table import markdown
from experiments.studies.roster_scale.measure import ScaleTask, measure
from experiments.studies.roster_scale.sample import LINEAR_COLUMNS, TREE_COLUMNS, Size
from experiments.studies.worlds_in_parallel import measure_all
from training.settings import BoostingSettings

NAME = "roster_scale"
README = Path(__file__).with_name("README.md")
SIZE, QUICK_SIZE = Size(5000, 30, 200), Size(60, 10, 12)
SEEDS, QUICK_SEEDS = (441,), (9441,)
BAGS, QUICK_BAGS = (1, 30), (1, 3)
QUICK_ROUNDS = 10
THREADS = 2


def result(size: Size, rounds: int, found: Sequence[Mapping[str, Any]]) -> Result:
    """Tables and numbers of the study, from what `measure` returned."""
    rows: list[list[str]] = []
    metrics: dict[str, float] = {}
    for one in found:
        fits = "one fit" if one["bags"] == 1 else f"{one['bags']} bags, {THREADS} side by side"
        rows.append(
            [
                fits,
                f"{one['seconds']:.0f}",
                f"{one['linear_start']:.0f}",
                f"{one['cpu']:.0f}",
                f"{one['peak']:.1f} GiB",
                f"{one['correlation']:.3f}",
            ]
        )
        metrics |= {f"{name}.{one['bags']}": one[name] for name in ("seconds", "cpu", "peak")}
    told = (
        f"{size.campaigns:,} campaigns × {size.bookings} bookings × {size.markets} markets, "
        f"{rounds} rounds, {LINEAR_COLUMNS} columns for the linear start and {TREE_COLUMNS} for "
        f"the trees; the sample alone takes {found[0]['sample_peak']:.1f} GiB."
    )
    columns = ["what", "seconds", "of which learning penalties", "CPU seconds", "peak memory"]
    columns.append("correlation with the true F")
    return Result("\n\n".join([told, markdown(columns, rows)]), metrics)


def main() -> None:
    """Run the study."""
    asked = ask(NAME, "seconds and memory of large fits", seeds=SEEDS, quick_seeds=QUICK_SEEDS)
    size, bags = (QUICK_SIZE, QUICK_BAGS) if asked.quick else (SIZE, BAGS)
    rounds = QUICK_ROUNDS if asked.quick else BoostingSettings().max_rounds
    tasks = [ScaleTask(size, n, rounds, THREADS, seed) for seed in asked.seeds for n in bags]
    # One after the other: what runs beside a fit would be measured too.
    found = measure_all(measure, tasks, asked.work, processes=1)
    told = result(size, rounds, found)
    publish(asked, NAME, README, told.measured_as(tasks[0]))


if __name__ == "__main__":
    main()
