"""Learners on shared bins, side by side, give what one `lgb.train` after another gives."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.training.learners import slow_learners as slow
from tests.training.learners.simulated_effects import PLAIN, flags
from training.arrays import Floats
from training.learners.contract import Learner
from training.learners.dr import DRLearner
from training.learners.folds import make_folds
from training.learners.r import RLearner
from training.learners.t import TLearner
from training.learners.x import XLearner

GROUPS = np.arange(900) // 3


@pytest.mark.parametrize(
    ("kind", "effects"),
    [
        (TLearner, slow.t_effects),
        (XLearner, slow.x_effects),
        (RLearner, slow.r_effects),
        (DRLearner, slow.dr_effects),
    ],
    ids=lambda one: one.__name__,
)
def test_the_same_effects(kind: type[Learner], effects: Callable[..., Floats]) -> None:
    rows = flags(900, 1)
    fold = make_folds(GROUPS, rows.treatment, folds=4, seed=2).number
    expected = effects(rows.X, rows.y, rows.treatment, fold)
    learner = kind(settings=PLAIN, folds=4, seed=2)
    learner.fit(rows.X, rows.y, treatment=rows.treatment, groups=GROUPS)
    np.testing.assert_allclose(learner.out_of_fold_, expected, atol=1e-6 * expected.std())
    np.testing.assert_allclose(
        learner.predict(rows.X),
        np.mean([model.predict(rows.X) for model in learner.models_], axis=0),
    )
