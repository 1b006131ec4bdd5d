"""One fit, in a process of its own: seconds, CPU seconds, added memory and error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from experiments.studies.learner_speed.bare import bare_cost
from experiments.studies.learner_speed.world import World, simulate
from experiments.studies.peers.ask import ask
from experiments.studies.peers.exchange import PeerJob
from experiments.studies.peers.spent import Spent, measured
from training.arrays import Floats
from training.learners.contract import Learner
from training.learners.dr import DRLearner
from training.learners.folds import make_folds
from training.learners.r import RLearner
from training.learners.settings import LearnerSettings, TreeSettings

FOLDS: Final = 5
THREADS: Final = 2
TEST_ROWS: Final = 20_000
LEARNERS: Final[Mapping[str, type[Learner]]] = {"r": RLearner, "dr": DRLearner}
#: LightGBM in every role of every peer, by its scikit-learn names.
BOOSTER: Final[Mapping[str, float]] = {
    "n_estimators": 200,
    "num_leaves": 31,
    "learning_rate": 0.05,
    "min_child_samples": 20,
}
_PEERS_BINS: Final = 255
_PEERS_TREES: Final = TreeSettings(
    max_rounds=int(BOOSTER["n_estimators"]),
    patience=None,
    learning_rate=BOOSTER["learning_rate"],
    num_leaves=int(BOOSTER["num_leaves"]),
    min_data_in_leaf=int(BOOSTER["min_child_samples"]),
    lambda_l2=0.0,
)
_SETTINGS: Final[Mapping[str, LearnerSettings]] = {
    "ours": LearnerSettings(),
    "ours, as the peers": LearnerSettings(
        small_rows=0,
        outcome=_PEERS_TREES,
        propensity=_PEERS_TREES,
        effect=_PEERS_TREES,
        max_bin=_PEERS_BINS,
        blend=False,
    ),
}


@dataclass(frozen=True)
class SpeedTask:
    """Who fits which learner on how many rows; `turn` numbers repeated measurements."""

    who: str
    learner: str
    rows: int
    seed: int
    turn: int

    @property
    def name(self) -> str:
        return f"{self.who} {self.learner} {self.rows} {self.turn}"


def measure(task: SpeedTask) -> dict[str, Any]:
    """Fit and, but for the bare cost, predict the effects of other rows of the same world."""
    world = simulate(task.rows, task.seed)
    if task.who == "bare":
        spent = bare_cost(world, task.learner, _PEERS_TREES, folds=FOLDS, bins=_PEERS_BINS)
        return _numbers(spent, None)
    test = simulate(TEST_ROWS, task.seed + 1)
    if task.who in _SETTINGS:
        learner = LEARNERS[task.learner](settings=_SETTINGS[task.who], folds=FOLDS, threads=THREADS)
        with measured() as spent:
            learner.fit(world.X, world.y, treatment=world.treatment)
        return _numbers(spent, _error(test, learner.predict(test.X)))
    answer = ask(_job(task, world, test))
    spent = Spent(answer.seconds, answer.cpu_seconds, answer.memory_mib)
    return _numbers(spent, _error(test, answer.effect))


def _job(task: SpeedTask, world: World, test: World) -> PeerJob:
    treatment = world.treatment.astype(np.float64)
    return PeerJob(
        library=task.who,
        learner=task.learner,
        X=world.X,
        y=world.y,
        treatment=world.treatment,
        X_test=test.X,
        fold=make_folds(np.arange(task.rows), treatment, folds=FOLDS, seed=0).number,
        booster=BOOSTER,
        threads=THREADS,
        seed=0,
    )


def _error(test: World, effect: Floats) -> float:
    """The root of the mean squared error of effects (PEHE: Hill 2011)."""
    return float(np.sqrt(np.mean((effect - test.effect) ** 2)))


def _numbers(spent: Spent, error: float | None) -> dict[str, Any]:
    return {
        "seconds": spent.seconds,
        "cpu": spent.cpu_seconds,
        "memory": spent.memory_mib,
        "error": error,
    }
