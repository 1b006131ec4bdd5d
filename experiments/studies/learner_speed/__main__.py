"""How fast are the R- and the DR-learner, beside LightGBM alone and beside the peers?

    python -m experiments.studies.learner_speed [--rows 10000 100000 1000000] [--write]

Every measurement is a process of its own; nothing else should run on the machine meanwhile.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.studies.command import Asked, Result, publish
from experiments.studies.learner_speed.measure import LEARNERS, SpeedTask, measure
from experiments.studies.result_table import markdown
from experiments.studies.worlds_in_parallel import measure_all

NAME = "learner_speed"
README = Path(__file__).with_name("README.md")
ROWS = (10_000, 100_000, 1_000_000)
QUICK_ROWS = (2_000,)
SEED, QUICK_SEED = 771, 9771
#: Measured in turns, the fastest counts: what else the machine does only ever adds.
TURNS = 3
#: Above this many rows only econml is asked, once, and the bare cost is left out.
LARGE = 300_000

_Found = Mapping[SpeedTask, Mapping[str, Any]]


def tasks_of(rows: int, seed: int, turns: int) -> Iterator[SpeedTask]:
    """All measurements of one size, those to be compared next to each other."""
    few = ("bare", "ours, as the peers", "ours", "econml", "metalearners")
    who = ("ours", "econml") if rows > LARGE else few
    for learner in LEARNERS:
        for turn in range(1 if rows > LARGE else turns):
            for one in who:
                yield SpeedTask(one, learner, rows, seed, turn)


def result(found: _Found) -> Result:
    """The table of the fastest turns, and its numbers for MLflow."""
    best: dict[tuple[int, str, str], Mapping[str, Any]] = {}
    for task, numbers in found.items():
        key = (task.rows, task.learner, task.who)
        if key not in best or numbers["seconds"] < best[key]["seconds"]:
            best[key] = numbers
    lines: list[list[str]] = []
    metrics: dict[str, float] = {}
    for (rows, learner, who), numbers in best.items():
        ours = best[rows, learner, "ours"]["seconds"]
        bare = best.get((rows, learner, "bare"), {}).get("seconds")
        beside = f"{numbers['seconds'] / bare:.2f}" if bare else "–"
        lines.append(
            [
                f"{rows:,}",
                learner.upper(),
                who,
                f"{numbers['seconds']:.1f}",
                f"{numbers['cpu']:.1f}",
                f"{numbers['memory']:.0f}",
                "–" if numbers["error"] is None else f"{numbers['error']:.3f}",
                beside,
                f"{numbers['seconds'] / ours:.2f}",
            ]
        )
        name = f"{who.replace(', ', '_').replace(' ', '_')}.{learner}.{rows}"
        metrics |= {f"{kind}.{name}": value for kind, value in numbers.items() if value is not None}
    columns = [
        "rows",
        "learner",
        "who",
        "seconds",
        "CPU seconds",
        "added MiB",
        "sqrt PEHE",
        "× bare",
        "× ours",
    ]
    return Result(markdown(columns, lines), metrics, {})


def _asked() -> tuple[Asked, Sequence[int]]:
    parser = argparse.ArgumentParser(prog=f"python -m experiments.studies.{NAME}")
    parser.add_argument("--rows", type=int, nargs="+", help="other sizes")
    parser.add_argument("--quick", action="store_true", help="few rows: does the study run?")
    parser.add_argument("--home", type=Path, default=Path(".rosterlift"), help="MLflow's store")
    parser.add_argument("--work", type=Path, help="where results on the way are kept")
    parser.add_argument("--write", action="store_true", help="write the table into the README")
    found = parser.parse_args()
    if found.quick and found.write:
        parser.error("--quick proves nothing, so its table is not written: leave out one of both")
    work = found.work or found.home / "studies" / NAME
    seed = QUICK_SEED if found.quick else SEED
    rows = found.rows or (QUICK_ROWS if found.quick else ROWS)
    return Asked(found.quick, (seed,), work, found.home, found.write), rows


def main() -> None:
    """Run the study."""
    asked, sizes = _asked()
    turns = 1 if asked.quick else TURNS
    tasks = [task for rows in sizes for task in tasks_of(rows, asked.seeds[0], turns)]
    # One after the other: what runs beside a fit would be measured too.
    found = measure_all(measure, tasks, asked.work, processes=1)
    publish(asked, NAME, README, result(dict(zip(tasks, found, strict=True))))


if __name__ == "__main__":
    main()
