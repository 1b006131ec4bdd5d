"""R-, DR-, T- and X-learner the obvious way: one `lgb.train` after another, formulas as published."""

from __future__ import annotations

from typing import Any

import lightgbm as lgb
import numpy as np
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from training.arrays import Booleans, Floats, Integers

ROUNDS = 20
PARAMETERS: dict[str, Any] = {
    "learning_rate": 0.2,
    "num_leaves": 8,
    "min_data_in_leaf": 20,
    "lambda_l2": 1.0,
    "max_bin": 63,
    "feature_pre_filter": False,
    "num_threads": 1,
    "deterministic": True,
    "force_col_wise": True,
    "verbosity": -1,
}


def held_out(
    X: Floats,
    target: Floats,
    fold: Integers,
    *,
    learn: Booleans | None = None,
    weight: Floats | None = None,
    objective: str = "regression",
) -> Floats:
    """Predictions of each fold's rows by a booster trained on all other folds' [n]."""
    learn = np.ones(len(X), dtype=bool) if learn is None else learn
    found = np.empty(len(X))
    for number in np.unique(fold):
        held = fold == number
        found[held] = predicted(X, target, ~held & learn, weight, objective)[held]
    return found


def predicted(
    X: Floats,
    target: Floats,
    rows: Booleans,
    weight: Floats | None = None,
    objective: str = "regression",
) -> Floats:
    """What a booster trained on some rows says of all [n]; bins are those of all rows."""
    whole = lgb.Dataset(X, params=PARAMETERS, free_raw_data=False).construct()
    own = None if weight is None else weight[rows]
    part = lgb.Dataset(X[rows], target[rows], weight=own, reference=whole)
    booster = lgb.train({**PARAMETERS, "objective": objective}, part, ROUNDS)
    return np.asarray(booster.predict(X), dtype=np.float64)


def propensity(X: Floats, treatment: Floats, fold: Integers) -> Floats:
    """Held-out probabilities, Platt-scaled and clipped [n]."""
    odds = logit(held_out(X, treatment, fold, objective="binary"))[:, None]
    platt = LogisticRegression(C=np.inf).fit(odds, treatment)
    probability: Floats = expit(platt.decision_function(odds))
    return np.clip(probability, 0.02, 0.98)


def arms(X: Floats, y: Floats, treatment: Floats, fold: Integers) -> tuple[Floats, Floats]:
    """Held-out outcomes with and without treatment [n]."""
    treated = held_out(X, y, fold, learn=treatment == 1)
    return treated, held_out(X, y, fold, learn=treatment == 0)


def r_effects(X: Floats, y: Floats, treatment: Floats, fold: Integers) -> Floats:
    """Held-out effects of the R-learner [n]."""
    treated, untreated = arms(X, y, treatment, fold)
    e = propensity(X, treatment, fold)
    left_y = y - (e * treated + (1 - e) * untreated)
    left_t = treatment - e
    return held_out(X, left_y / left_t, fold, weight=left_t**2)


def dr_effects(X: Floats, y: Floats, treatment: Floats, fold: Integers) -> Floats:
    """Held-out effects of the DR-learner [n]."""
    treated, untreated = arms(X, y, treatment, fold)
    e = propensity(X, treatment, fold)
    scores = (
        treated
        - untreated
        + treatment * (y - treated) / e
        - (1 - treatment) * (y - untreated) / (1 - e)
    )
    return held_out(X, scores, fold, weight=e * (1 - e))


def x_effects(X: Floats, y: Floats, treatment: Floats, fold: Integers) -> Floats:
    """Held-out effects of the X-learner, everything but the propensity anew for each fold [n]."""
    of_treated, of_untreated = np.empty(len(X)), np.empty(len(X))
    for number in np.unique(fold):
        held = fold == number
        treated = predicted(X, y, ~held & (treatment == 1))
        untreated = predicted(X, y, ~held & (treatment == 0))
        of_treated[held] = predicted(X, y - untreated, ~held & (treatment == 1))[held]
        of_untreated[held] = predicted(X, treated - y, ~held & (treatment == 0))[held]
    e = propensity(X, treatment, fold)
    return e * of_untreated + (1 - e) * of_treated


def t_effects(X: Floats, y: Floats, treatment: Floats, fold: Integers) -> Floats:
    """Held-out effects of the T-learner [n]."""
    treated, untreated = arms(X, y, treatment, fold)
    return treated - untreated
