"""Boosters that grow side by side, one thread each, on subsets of one binned Dataset.

Datasets and boosters are built one after the other (built at the same time they crash
LightGBM); then threads take turns to advance them by a few rounds each, so that five
boosters keep two threads busy to the end. The loss on held-out rows, summed over folds,
chooses one number of rounds for all. Nothing in the answer depends on the number of threads.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
from scipy.special import expit, logit

from training.arrays import AnyArray, Floats, Integers
from training.learners.crossfit import Bench, CrossFitted, Task
from training.learners.settings import LinearTreeSettings, Outcome, TreeSettings

#: Rounds of a turn: how far a booster may grow past the round that ends it.
_TURN = 4
#: Held-out rows of a fold that judge its booster after every round, at most.
_MOST_JUDGES = 20_000
#: A class that was never seen is taken to be this rare, so that its log odds are finite.
_RARE = 1e-6

_OBJECTIVE: dict[Outcome, dict[str, object]] = {
    "regression": {"objective": "regression", "metric": "l2"},
    "classification": {"objective": "binary", "metric": "binary_logloss"},
}


@dataclass(frozen=True)
class Trees:
    """A constant score and the trees that add to it; log odds in a classification."""

    start: float
    booster: lgb.Booster
    rounds: int
    outcome: Outcome

    def predict(self, matrix: AnyArray) -> Floats:
        """Expected outcome of each row [n]; a probability in a classification."""
        scores = np.full(len(matrix), self.start)
        if self.rounds and len(matrix):
            scores += self.booster.predict(
                matrix, raw_score=True, num_iteration=self.rounds, num_threads=1, verbosity=-1
            )
        return scores if self.outcome == "regression" else expit(scores)


def grow_trees(bench: Bench, task: Task, settings: TreeSettings) -> CrossFitted:
    """Boost one model for each fold on the rows of all others."""
    return bench.held_out(_grow(bench, task, settings))


def _grow(bench: Bench, task: Task, settings: TreeSettings) -> list[Trees]:
    growths = [_Growth(bench, task, settings, fold) for fold in bench.folds.numbers]
    rounds = _Race(growths, settings).run(bench.threads)
    return [growth.trees(rounds) for growth in growths]


class _Growth:
    """A booster on its way; `losses` are those of its held-out rows after 0, 1, 2 … rounds."""

    def __init__(self, bench: Bench, task: Task, settings: TreeSettings, fold: int) -> None:
        self.fold = fold
        self.losses: list[float] = []
        self.stuck = False
        self._outcome = task.outcome
        self._probe = bench.matrix[:1]
        rows = bench.learned(task, fold)
        self._start = _constant_score(task.target_of(fold)[rows], task.weight[rows], task.outcome)
        self._booster = lgb.Booster(
            _parameters(settings, task, bench), self._data(bench, task, rows)
        )
        judges = np.flatnonzero(task.usable() & bench.folds.held(fold))
        judges = judges[:: 1 + (len(judges) - 1) // _MOST_JUDGES]
        self._judge_weight = float(task.weight[judges].sum())
        if settings.patience is not None and self._judge_weight > 0:
            self._booster.add_valid(self._data(bench, task, judges), "held out")
            self._judge()

    def _data(self, bench: Bench, task: Task, rows: Integers) -> lgb.Dataset:
        """The rows' bins and what is left to learn when the start is known."""
        target, weight = task.target_of(self.fold)[rows], task.weight[rows]
        if task.outcome == "regression":
            return bench.binned.subset(rows, target - self._start, weight)
        return bench.binned.subset(rows, target, weight, np.full(len(rows), self._start))

    @property
    def rounds(self) -> int:
        """Rounds done."""
        return int(self._booster.current_iteration())

    def quieten(self) -> None:
        """Keep LightGBM off the terminal: verbosity is a setting of the calling thread."""
        self._booster.predict(self._probe, num_threads=1, verbosity=-1)

    def grow(self) -> None:
        """One round more; a booster that finds no split is stuck."""
        stuck = self._booster.update()
        self._judge()
        self.stuck = bool(stuck)

    def trees(self, rounds: int) -> Trees:
        """The first trees, without the training state, which is larger than the data."""
        text = self._booster.model_to_string(num_iteration=max(rounds, 1))
        return Trees(self._start, lgb.Booster(model_str=text), rounds, self._outcome)

    def _judge(self) -> None:
        for result in self._booster.eval_valid():
            self.losses.append(self._judge_weight * result[2])


class _Race:
    """Boosters that advance in turns until their summed held-out loss has stopped falling."""

    def __init__(self, growths: Sequence[_Growth], settings: TreeSettings) -> None:
        self._growths = growths
        self._max_rounds, self._patience = settings.max_rounds, settings.patience

    def run(self, threads: int) -> int:
        """Grow all; returns the number of rounds to keep."""
        waiting = deque(self._growths)

        def work() -> None:
            self._growths[0].quieten()
            while waiting:
                try:
                    growth = waiting.popleft()
                except IndexError:
                    return
                if self._take_turn(growth):
                    waiting.append(growth)

        with ThreadPoolExecutor(threads) as pool:
            for worker in [pool.submit(work) for _ in range(threads)]:
                worker.result()
        return self._chosen()[0]

    def _take_turn(self, growth: _Growth) -> bool:
        for _ in range(_TURN):
            if growth.stuck or growth.rounds >= self._max_rounds:
                return False
            growth.grow()
        return not self._chosen()[1]

    def _chosen(self) -> tuple[int, bool]:
        """The best round so far, and whether patience with later ones is used up.

        Reads only rounds that all boosters have done, in order: who ran ahead changes nothing.
        """
        total = self._summed_losses()
        if self._patience is None or len(total) == 0:
            return self._max_rounds, False
        best = 0
        for number, loss in enumerate(total):
            if loss < total[best]:
                best = number
            elif number - best >= self._patience:
                return best, True
        return best, False

    def _summed_losses(self) -> Floats:
        judged = [growth for growth in self._growths if growth.losses]
        # Who is stuck stays where it is; read before the losses, which may still grow.
        stuck = [growth.stuck for growth in judged]
        curves = [list(growth.losses) for growth in judged]
        lengths = [len(curve) for curve, ends in zip(curves, stuck, strict=True) if not ends]
        length = min(lengths, default=max(map(len, curves), default=0))
        padded = [curve[:length] + curve[-1:] * (length - len(curve)) for curve in curves]
        return np.sum(padded, axis=0) if padded else np.zeros(0)


def _constant_score(target: Floats, weight: Floats, outcome: Outcome) -> float:
    """The best score that is the same for all."""
    mean = float(np.average(target, weights=weight))
    return mean if outcome == "regression" else float(logit(np.clip(mean, _RARE, 1 - _RARE)))


def _parameters(settings: TreeSettings, task: Task, bench: Bench) -> dict[str, object]:
    share = int(settings.min_leaf_share * np.count_nonzero(task.usable()))
    linear: dict[str, object] = {}
    if isinstance(settings, LinearTreeSettings):
        linear = {"linear_tree": True, "linear_lambda": settings.linear_lambda}
    return {
        **_OBJECTIVE[task.outcome],
        **linear,
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.num_leaves,
        "min_data_in_leaf": max(settings.min_data_in_leaf, share),
        "lambda_l2": settings.lambda_l2,
        "feature_fraction": settings.feature_fraction,
        "feature_pre_filter": False,
        "boost_from_average": False,
        "num_threads": 1,
        "seed": bench.seed,
        "deterministic": True,
        "force_col_wise": True,
        "verbosity": -1,
    }
