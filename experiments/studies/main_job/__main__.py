"""Does it work? Predicted against true lift on rosters to come, in worlds of known truth.

    python -m experiments.studies.main_job [--seeds 101 102 …] [--write]

Simulates `randomised` worlds (300 campaigns, 50 markets) that nothing was tuned on, trains
roster boosting and its challengers on the same past, and compares what they say of rosters
to come with what these would do. Then the `null` world, whose model must be refused.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from experiments.studies.result_table import put_result
from experiments.studies.rosters_to_come import Judged, forecast_all, judge, read_future
from experiments.worlds.simulate import WorldSettings, simulate
from features.assembly import snapshot
from features.source import open_source
from training.checks.verdict import refusals
from training.run import fit_run
from training.settings import Settings

#: Kept apart from every seed that anything was tuned on.
REPORT_SEEDS = (101, 102, 103)
NULL_SEED = 201
LEARNERS = ("roster_boosting", "roster_averages")
_LEVEL = 0.9
README = Path(__file__).with_name("README.md")


@dataclass(frozen=True)
class Row:
    """One learner in one world."""

    seed: int
    learner: str
    judged: Judged
    seconds: float


def run_world(seed: int, folder: Path) -> list[Row]:
    """Train every learner on one world and judge it on that world's rosters to come."""
    world = folder / f"randomised-{seed}"
    simulate(WorldSettings(world="randomised", seed=seed), world)
    known = snapshot(open_source(world))
    future = read_future(world / "future.json")
    rows, constant = [], 0.0
    for learner in LEARNERS:
        started = time.perf_counter()
        run = fit_run(open_source(world), Settings(learner=learner))
        seconds = time.perf_counter() - started
        judged = judge(future, forecast_all(run.bundle, known, future))
        rows.append(Row(seed, learner, judged, seconds))
        constant = float(np.expm1(run.evidence.metrics["average_effect"]))
    first = rows[0].judged
    one_number = replace(first, predicted=np.full_like(first.truth, constant), intervals={})
    return [*rows, Row(seed, "one number for all", one_number, 0.0)]


def refuse_null(folder: Path) -> list[str]:
    """The reasons why the model of a world without effects is refused; empty is a failure."""
    world = folder / "null"
    simulate(WorldSettings(world="null", seed=NULL_SEED), world)
    return list(refusals(fit_run(open_source(world), Settings()).checks))


def table(rows: Sequence[Row], reasons: Sequence[str]) -> str:
    """The result as Markdown."""
    lines = [
        "| seed | learner | R² | rank correlation | regret | 90 % intervals hold | training s |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        j = row.judged
        held = f"{j.coverage(_LEVEL):.1%}" if j.intervals else "–"
        spent = f"{row.seconds:.0f}" if row.seconds else "–"
        lines.append(
            f"| {row.seed} | {row.learner} | {j.r2:.3f} | {j.rank:.3f} | {j.regret:.3f} "
            f"| {held} | {spent} |"
        )
    lines += ["", f"Null world (seed {NULL_SEED}): "]
    lines[-1] += "refused: " + "; ".join(reasons) + "." if reasons else "NOT refused."
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    lines += ["", f"Peak memory of the whole study: {peak:.1f} GiB."]
    return "\n".join(lines)


def main() -> None:
    """Run the study; with --write, put the table into this folder's README."""
    parser = argparse.ArgumentParser(prog="python -m experiments.studies.main_job")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(REPORT_SEEDS))
    parser.add_argument("--write", action="store_true", help="write the table into the README")
    asked = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as scratch:
        for seed in asked.seeds:
            rows += run_world(seed, Path(scratch))
            sys.stderr.write(f"world {seed} done\n")
        reasons = refuse_null(Path(scratch))
    result = table(rows, reasons)
    sys.stdout.write(result + "\n")
    if asked.write:
        put_result(README, result)


if __name__ == "__main__":
    main()
