"""The bare cost: the boosters an R- or DR-learner trains, on Datasets that are already there.

No binning, no folds to cut, no predictions: what is left is LightGBM itself, two boosters side
by side with one thread each.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import lightgbm as lgb
import numpy as np

from experiments.studies.learner_speed.world import World
from experiments.studies.peers.spent import Spent, measured
from training.arrays import AnyArray, Booleans, Floats
from training.learners.folds import make_folds
from training.learners.settings import TreeSettings

#: Objective, target [n], weight [n] if rows differ in it, rows that may be learned from [n].
_Role = tuple[str, AnyArray, Floats | None, Booleans]


def bare_cost(world: World, learner: str, trees: TreeSettings, *, folds: int, bins: int) -> Spent:
    """What growing the learner's boosters takes, largest first, so that both threads end together.

    Args:
        learner: "r" or "dr".
        trees: of every role; all rounds are run.
        bins: histogram bins of a feature.
    """
    parameters = _parameters(trees, bins)
    prepared = sorted(
        _prepare(world, _roles(world, learner), folds, parameters),
        key=lambda pair: -pair[1].num_data(),
    )

    def grow(booster: lgb.Booster) -> None:
        # Verbosity is a setting of each thread.
        booster.predict(world.X[:1], num_threads=1, verbosity=-1)
        for _ in range(trees.max_rounds):
            booster.update()

    with measured() as spent, ThreadPoolExecutor(2) as pool:
        boosters = [lgb.Booster({**parameters, "objective": own}, data) for own, data in prepared]
        list(pool.map(grow, boosters))
    return spent


def _roles(world: World, learner: str) -> Iterator[_Role]:
    """The two arms' outcomes, the treatment, and the effect with true nuisances."""
    everyone = np.ones(len(world.y), dtype=bool)
    for arm in (1, 0):
        yield "regression", world.y, None, world.treatment == arm
    yield "binary", world.treatment, None, everyone
    left = world.treatment - world.propensity
    overlap = world.propensity * (1 - world.propensity)
    noisy = (world.y - world.expected) / left if learner == "r" else world.scores
    yield "regression", noisy, left**2 if learner == "r" else overlap, everyone


def _prepare(
    world: World, roles: Iterator[_Role], folds: int, parameters: dict[str, Any]
) -> Iterator[tuple[str, lgb.Dataset]]:
    treatment = world.treatment.astype(np.float64)
    number = make_folds(np.arange(len(world.y)), treatment, folds=folds, seed=0).number
    for objective, target, weight, learn in roles:
        for fold in range(folds):
            rows = learn & (number != fold)
            own = None if weight is None else weight[rows]
            data = lgb.Dataset(world.X[rows], target[rows], weight=own, params=parameters)
            yield objective, data.construct()


def _parameters(trees: TreeSettings, bins: int) -> dict[str, Any]:
    return {
        "learning_rate": trees.learning_rate,
        "num_leaves": trees.num_leaves,
        "min_data_in_leaf": trees.min_data_in_leaf,
        "lambda_l2": trees.lambda_l2,
        "max_bin": bins,
        "feature_pre_filter": False,
        "num_threads": 1,
        "deterministic": True,
        "force_col_wise": True,
        "verbosity": -1,
    }
