"""Is roster boosting ahead of everything that can be done with roster averages?

    python -m experiments.studies.roster_peers [--quick] [--seeds 621 …] [--work FOLDER] [--write]

Fits all learners to the same past and asks them about the same rosters to come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from experiments.studies.command import Result, ask, publish
from experiments.studies.public_benchmarks.contenders import BOOSTER
from experiments.studies.result_table import markdown
from experiments.studies.roster_peers.measure import BOOSTING, PeersTask, measure
from experiments.studies.rosters_to_come import Judged
from experiments.studies.trained_world import DEFAULTS, QUICK, QUICK_WORLD, WORLD
from experiments.studies.worlds_in_parallel import measure_all

NAME = "roster_peers"
README = Path(__file__).with_name("README.md")
#: Kept apart from every seed that anything was tuned on.
SEEDS, QUICK_SEEDS = (621, 622, 623, 624), (9401,)
#: Attributes of `Judged`, what they are called, and whether more is better.
_MEASURES = (("r2", "R²", True), ("rank", "rank correlation", True), ("regret", "regret", False))


def result(worlds: Sequence[Mapping[str, Any]]) -> Result:
    """Tables and numbers of the study, from what `measure` returned of each world."""
    seeds = [str(world["seed"]) for world in worlds]
    judged = [
        {name: Judged.from_json(one) for name, one in world["judged"].items()} for world in worlds
    ]
    metrics: dict[str, float] = {}
    rows = []
    for learner in judged[0]:
        row = [learner]
        for measure_name, _, _ in _MEASURES:
            values = [float(getattr(world[learner], measure_name)) for world in judged]
            metrics[f"{measure_name}.{learner}"] = float(np.mean(values))
            row += [f"{np.mean(values):.3f}", " · ".join(f"{value:.3f}" for value in values)]
        rows.append(row)
    columns = ["learner"]
    for _, heading, _ in _MEASURES:
        columns += [f"mean {heading}", f"{heading} in {' · '.join(seeds)}"]
    told = [markdown(columns, rows), *_ahead(judged)]
    return Result("\n\n".join(told), metrics)


def _ahead(worlds: Sequence[Mapping[str, Judged]]) -> list[str]:
    """In how many worlds roster boosting is ahead of all others, measure by measure."""
    lines = []
    for name, heading, more in _MEASURES:
        ahead = 0
        for world in worlds:
            own = getattr(world[BOOSTING], name)
            others = [getattr(one, name) for learner, one in world.items() if learner != BOOSTING]
            ahead += own > max(others) if more else own < min(others)
        lines.append(f"{heading}: ahead of every other in {ahead} of {len(worlds)} worlds.")
    return ["\n".join(f"- {line}" for line in lines)]


def main() -> None:
    """Run the study."""
    asked = ask(NAME, "roster boosting and its peers", seeds=SEEDS, quick_seeds=QUICK_SEEDS)
    size, training = (QUICK_WORLD, QUICK) if asked.quick else (WORLD, DEFAULTS)
    settings, booster = training.model_dump(mode="json"), dict(BOOSTER)
    tasks = [PeersTask(replace(size, seed=seed), settings, booster) for seed in asked.seeds]
    found = result(measure_all(measure, tasks, asked.work))
    publish(asked, NAME, README, found.measured_as(tasks[0]))


if __name__ == "__main__":
    main()
