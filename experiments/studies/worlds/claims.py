"""Small worlds whose markets are recorded as drawn by lot: which checks fire?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from experiments.studies.trained_world import simulated
from experiments.worlds.settings import WorldSettings
from features.history.markets import sales_history
from features.sources.source import open_source
from training.cells import build_cells
from training.checks.claim import drawn_by_lot, nothing_before
from training.checks.design import sample_ratio
from training.checks.placebo import PLACEBO_WEEKS
from training.past import read_past
from training.settings import Settings
from training.weeks import last_day


@dataclass(frozen=True)
class ClaimsTask:
    """Small worlds alike but for their seeds; one after the other, as each takes a second."""

    world: WorldSettings
    seeds: tuple[int, ...]

    @property
    def name(self) -> str:
        return f"{self.world.world} {self.seeds[0]} to {self.seeds[-1]}"


def measure(task: ClaimsTask) -> dict[str, Any]:
    """The gates of a claimed lot that each world fails, by name, [seed]."""
    fired = [fired_in(replace(task.world, seed=seed)) for seed in task.seeds]
    return {"world": task.world.world, "seeds": list(task.seeds), "fired": fired}


def fired_in(world: WorldSettings) -> list[str]:
    """The gates of a claimed lot that one world fails."""
    settings = Settings(threads=1)
    with simulated(world) as folder:
        source = open_source(folder)
        history = sales_history(source)
        past = read_past(source, last_day(history))
        read = history, past.campaigns, past.assignments, settings.cells
        cells, placebo = build_cells(*read), build_cells(*read, moved_back=PLACEBO_WEEKS)
    verdicts = [
        sample_ratio(cells, settings.gates),
        drawn_by_lot(cells),
        nothing_before(placebo, world.seed),
    ]
    return [verdict.check for verdict in verdicts if not verdict.passed]
