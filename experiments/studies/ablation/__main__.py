"""What does each part of roster boosting add?

    python -m experiments.studies.ablation [--quick] [--seeds 434 435 …] [--work FOLDER] [--write]

Leaves out one part at a time and compares on the same rosters to come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from experiments.studies.ablation.measure import measure
from experiments.studies.ablation.parts import PARTS
from experiments.studies.command import Result, ask, publish
from experiments.studies.result_table import markdown
from experiments.studies.rosters_to_come import Judged
from experiments.studies.trained_world import DEFAULTS, QUICK, QUICK_WORLD, WORLD, WorldTask
from experiments.studies.worlds_in_parallel import measure_all

NAME = "ablation"
README = Path(__file__).with_name("README.md")
#: Kept apart from every seed that anything was tuned on.
SEEDS, QUICK_SEEDS = (434, 435, 436), (9431,)
_LEVEL = 0.9


def result(worlds: Sequence[Mapping[str, Any]]) -> Result:
    """Tables and numbers of the study, from what `measure` returned of each world."""
    seeds = [str(world["seed"]) for world in worlds]
    whole = _r2(worlds, PARTS[0].name)
    rows: list[list[str]] = []
    metrics: dict[str, float] = {}
    for part in PARTS:
        judged = [Judged.from_json(world["judged"][part.name]) for world in worlds]
        r2 = _r2(worlds, part.name)
        means = {
            "r2": float(np.mean(r2)),
            "rank": float(np.mean([one.rank for one in judged])),
            "regret": float(np.mean([one.regret for one in judged])),
            "coverage": float(np.mean([one.coverage(_LEVEL) for one in judged])),
        }
        metrics |= {f"{name}.{part.name}": value for name, value in means.items()}
        lost = [f"{own - full:+.3f}" for own, full in zip(r2, whole, strict=True)]
        rows.append(
            [
                part.name,
                f"{means['r2']:.3f}",
                *(lost if part is not PARTS[0] else ["–"] * len(lost)),
                f"{means['rank']:.3f}",
                f"{means['regret']:.3f}",
                f"{means['coverage']:.1%}",
            ]
        )
    columns = ["left out", "R²", *(f"change of R² in {seed}" for seed in seeds)]
    columns += ["rank correlation", "regret", "90 % intervals hold"]
    return Result(markdown(columns, rows), metrics)


def _r2(worlds: Sequence[Mapping[str, Any]], part: str) -> list[float]:
    return [Judged.from_json(world["judged"][part]).r2 for world in worlds]


def main() -> None:
    """Run the study."""
    asked = ask(NAME, "what does each part add?", seeds=SEEDS, quick_seeds=QUICK_SEEDS)
    size, training = (QUICK_WORLD, QUICK) if asked.quick else (WORLD, DEFAULTS)
    tasks = [WorldTask.of(replace(size, seed=seed), training) for seed in asked.seeds]
    found = result(measure_all(measure, tasks, asked.work))
    publish(asked, NAME, README, found.measured_as(tasks[0]))


if __name__ == "__main__":
    main()
