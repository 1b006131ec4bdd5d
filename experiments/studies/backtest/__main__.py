"""What would a user have got, quarter by quarter?

    python -m experiments.studies.backtest [--quick] [--seeds 1141 1142 …] [--write]

Backtests three `randomised` worlds and the real source, if it lies beside the repository.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from experiments.studies.backtest.measure import REAL_SOURCE, BacktestTask, measure
from experiments.studies.backtest.table import result
from experiments.studies.command import ask, publish
from experiments.studies.trained_world import DEFAULTS, QUICK, WORLD
from experiments.studies.worlds_in_parallel import measure_all
from experiments.worlds.simulate import WorldSettings

NAME = "backtest"
README = Path(__file__).with_name("README.md")
#: Kept apart from every seed that anything was tuned on.
SEEDS, QUICK_SEEDS = (1141, 1142, 1143), (9141,)
#: Weeks enough for a second quarter of models.
QUICK_WORLD = WorldSettings(
    campaigns=48, creators=80, markets=10, brands=3, weeks=104, future_campaigns=1
)


def main() -> None:
    """Run the study."""
    asked = ask(NAME, "the backtest by quarter", seeds=SEEDS, quick_seeds=QUICK_SEEDS)
    size, training = (QUICK_WORLD, QUICK) if asked.quick else (WORLD, DEFAULTS)
    plain = training.model_dump(mode="json")
    tasks = [BacktestTask(replace(size, seed=seed), plain) for seed in asked.seeds]
    if REAL_SOURCE.is_dir() and not asked.quick:
        tasks.append(BacktestTask(None, plain))
    found = result(measure_all(measure, tasks, asked.work))
    publish(asked, NAME, README, found.measured_as(tasks[0]))


if __name__ == "__main__":
    main()
