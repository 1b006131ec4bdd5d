"""Roster boosting: what each booking adds to sales, learned from rosters' outcomes.

`lift[c,m] = Σ_i share[i,m] · exp(F(x_i))`. `F` starts as a penalised linear function
(`linear_start`) and is then boosted with LightGBM trees under the gradients of `loss`.
Creators' contributions add up to the roster's, and a roster of any size can be scored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final

import lightgbm as lgb
import numpy as np

from training.arrays import AnyArray, Floats, Integers
from training.rosters.drawing import Drawing
from training.rosters.linear_start import LinearScore
from training.rosters.loss import RosterLoss
from training.settings import BoostingSettings

#: Datasets built at the same time crash LightGBM, and a worker may run several jobs as threads.
BUILDING: Final = Lock()


@dataclass(frozen=True)
class RosterBoosting:
    """One fitted member: a linear score and, unless boosting stopped at once, trees.

    `ceiling` is the lift at which its saturating curve levels off.
    """

    start: LinearScore
    booster: lgb.Booster | None
    ceiling: float = np.inf

    def score(self, linear: Floats, trees: Floats) -> Floats:
        """F of each booking row [booking]; exp(F) is lift per unit of share."""
        score = self.start(linear)
        if self.booster is not None and len(linear):
            raw = self.booster.predict(trees, num_threads=1)
            score = score + np.asarray(raw, dtype=float)
        return score


def bin_rows(trees: Floats, settings: BoostingSettings) -> lgb.Dataset:
    """Bin the booking rows once; every fold and bag boosts on the same Dataset."""
    dataset = lgb.Dataset(
        trees, label=np.zeros(len(trees)), params=_parameters(settings, seed=0), free_raw_data=True
    )
    dataset.construct()
    return dataset


def new_booster(dataset: lgb.Dataset, settings: BoostingSettings, seed: int) -> lgb.Booster:
    """An empty booster on a binned Dataset; built serially, its set-up is not thread-safe."""
    return lgb.Booster(params=_parameters(settings, seed), train_set=dataset)


def own_booster(trees: Floats, settings: BoostingSettings, seed: int) -> lgb.Booster:
    """An empty booster on a Dataset of its own, for jobs that share nothing with others."""
    with BUILDING:
        return new_booster(bin_rows(trees, settings), settings, seed)


def boost(
    booster: lgb.Booster,
    loss: RosterLoss,
    start: Floats,
    rounds: int,
    on_round: Callable[[int, Floats], bool] | None = None,
    drawing: Drawing | None = None,
) -> Floats:
    """Grow trees from the scores of the linear start; returns the final scores [booking].

    Args:
        on_round: `on_round(round, scores)` sees the scores of all rows, held-out ones included,
            and ends the boosting by returning True.
        drawing: each tree follows the gradients of the campaigns it draws; None takes all.
    """
    scores = start.copy()
    quieten(booster)

    def objective(trees: AnyArray, _: lgb.Dataset) -> tuple[Floats, Floats]:
        nonlocal scores
        scores = start + np.asarray(trees, dtype=float)
        if drawing is not None:
            return drawing.gradient_and_hessian(loss, scores, number)
        return loss.gradient_and_hessian(scores)

    for number in range(rounds):
        stuck = booster.update(fobj=objective)
        # The objective sees the scores before the tree it leads to.
        if on_round is not None and on_round(number, scores):
            break
        if stuck:
            break
    return scores


def quieten(booster: lgb.Booster) -> None:
    """Keep LightGBM's messages off the terminal; its verbosity is a setting of each thread."""
    booster.reset_parameter({"verbosity": -1})


def _parameters(settings: BoostingSettings, seed: int) -> dict[str, object]:
    return {
        "objective": "none",
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.num_leaves,
        "min_data_in_leaf": settings.min_data_in_leaf,
        "feature_pre_filter": False,  # of a few rows it would leave no feature, which is an error
        "min_sum_hessian_in_leaf": 1e-6,
        "lambda_l2": settings.lambda_l2,
        "feature_fraction": settings.feature_fraction,
        "max_bin": settings.max_bin,
        "boost_from_average": False,
        "num_threads": 1,
        "seed": seed,
        "deterministic": True,
        "force_col_wise": True,
        "verbosity": -1,
    }


def fold_numbers(campaigns: int, folds: int, seed: int) -> Integers:
    """A fold for each campaign, sizes as equal as can be."""
    numbers: Integers = np.random.default_rng(seed).permutation(np.arange(campaigns) % folds)
    return numbers
