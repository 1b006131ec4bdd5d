"""Who is compared: our learners, once as they are and once as the peers are set, and the peers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from sklearn.model_selection import StratifiedKFold

from experiments.benchmarks.trial import Trial
from experiments.studies.peers.ask import ask_each
from experiments.studies.peers.exchange import LEARNERS, PeerAnswer, PeerJob
from experiments.studies.peers.spent import measured
from training.arrays import Integers
from training.learners.contract import Learner
from training.learners.dr import DRLearner
from training.learners.r import RLearner
from training.learners.s import SLearner
from training.learners.settings import LearnerSettings, TreeSettings
from training.learners.t import TLearner
from training.learners.x import XLearner

FOLDS: Final = 5
SEED: Final = 0
#: Boosters side by side; with one, seconds of CPU are seconds of work.
THREADS: Final = 1
#: LightGBM in every role of every peer, by its scikit-learn names.
BOOSTER: Final[Mapping[str, float]] = {
    "n_estimators": 200,
    "num_leaves": 31,
    "learning_rate": 0.05,
    "min_child_samples": 20,
}
OURS: Final[Mapping[str, type[Learner]]] = {
    "s": SLearner,
    "t": TLearner,
    "x": XLearner,
    "r": RLearner,
    "dr": DRLearner,
}
_ROOT: Final = Path(__file__).resolve().parents[3]
#: What an answer depends on, beside settings and data.
_OUR_CODE: Final = ("training/learners/*.py",)
_PEERS_CODE: Final = tuple(
    f"experiments/studies/peers/{name}"
    for name in ("requirements.txt", "boosters.py", "*_learners.py")
)


class Contender(Protocol):
    """A learner of a library in some settings."""

    @property
    def library(self) -> str:
        """Row of the tables."""

    @property
    def learner(self) -> str:
        """Column of the tables."""

    @property
    def fingerprint(self) -> str:
        """Changes when another answer is to be expected."""

    def answer_each(self, trials: Sequence[Trial]) -> Iterator[PeerAnswer]:
        """Learn from each trial's training rows, predict its test rows."""


@dataclass(frozen=True)
class Ours:
    """One of our learners."""

    library: str
    learner: str
    settings: LearnerSettings

    @property
    def fingerprint(self) -> str:
        """Of the learners' code and settings."""
        return _digest(self.settings.model_dump_json(), _code(_OUR_CODE), version("lightgbm"))

    def answer_each(self, trials: Sequence[Trial]) -> Iterator[PeerAnswer]:
        """Fit in this process."""
        for trial in trials:
            unfitted = OURS[self.learner](
                settings=self.settings, folds=FOLDS, threads=THREADS, seed=SEED
            )
            rows, fold = trial.train, folds_of(trial)
            with measured() as spent:
                # As many groups as folds: each fold is one of the numbers the peers are given.
                fitted = unfitted.fit(rows.X, rows.y, treatment=rows.treatment, groups=fold)
            yield PeerAnswer(
                effect=fitted.predict(trial.test.X),
                seconds=spent.seconds,
                cpu_seconds=spent.cpu_seconds,
                memory_mib=spent.memory_mib,
                versions={"lightgbm": version("lightgbm")},
            )


@dataclass(frozen=True)
class Peer:
    """One of another library's learners."""

    library: str
    learner: str

    @property
    def fingerprint(self) -> str:
        """Of the peers' lock and of what hands them their jobs."""
        return _digest(json.dumps([dict(BOOSTER), FOLDS, SEED, THREADS]), _code(_PEERS_CODE))

    def answer_each(self, trials: Sequence[Trial]) -> Iterator[PeerAnswer]:
        """Have the peers' Python fit, all trials in one process."""
        return ask_each([self._job(trial) for trial in trials])

    def _job(self, trial: Trial) -> PeerJob:
        return PeerJob(
            library=self.library,
            learner=self.learner,
            X=trial.train.X,
            y=trial.train.y,
            treatment=trial.train.treatment,
            X_test=trial.test.X,
            fold=folds_of(trial),
            booster=BOOSTER,
            threads=THREADS,
            seed=SEED,
        )


def contenders() -> list[Contender]:
    """All of them, row by row."""
    trees = TreeSettings(
        max_rounds=200,
        patience=None,
        learning_rate=0.05,
        num_leaves=31,
        min_data_in_leaf=20,
        lambda_l2=0.0,
    )
    like_peers = LearnerSettings(
        outcome=trees,
        joint=trees,
        propensity=trees,
        effect=trees,
        small_rows=0,
        max_bin=255,
        blend=False,
    )
    ours = {"rosterlift": LearnerSettings(), "rosterlift, set like the peers": like_peers}
    return [
        *(Ours(library, one, settings) for library, settings in ours.items() for one in OURS),
        *(Peer(library, one) for library, own in LEARNERS.items() for one in own),
    ]


def folds_of(trial: Trial) -> Integers:
    """Number of each training row's fold: equal shares of both arms, drawn from the seed."""
    treated = trial.train.treatment
    number = np.empty(len(treated), dtype=np.int64)
    splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for fold, (_, held) in enumerate(splitter.split(treated, treated)):
        number[held] = fold
    return number


@cache
def _code(patterns: Sequence[str]) -> str:
    files = sorted(file for pattern in patterns for file in _ROOT.glob(pattern))
    return _digest(*(file.read_text(encoding="utf-8") for file in files))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
