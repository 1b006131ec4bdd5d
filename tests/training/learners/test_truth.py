"""Every learner finds effects that are known, on many rows and on few."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.learners.simulated_effects import LEARNERS, PLAIN, QUICK, classes, doses, flags
from training.learners.contract import Learner
from training.learners.dr import DRLearner
from training.learners.r import RLearner
from training.learners.s import SLearner
from training.learners.settings import LearnerSettings
from training.learners.t import TLearner
from training.learners.x import XLearner

#: Root mean squared error over the effect's standard deviation; guessing one number gives 1.
MANY: dict[type[Learner], float] = {
    SLearner: 0.35,
    TLearner: 0.45,
    XLearner: 0.35,
    RLearner: 0.3,
    DRLearner: 0.3,
}
FEW: dict[type[Learner], float] = {
    SLearner: 0.6,
    TLearner: 0.6,
    XLearner: 0.5,
    RLearner: 0.4,
    DRLearner: 0.4,
}

every_learner = pytest.mark.parametrize("kind", LEARNERS, ids=lambda kind: kind.__name__)


@every_learner
def test_many_rows(kind: type[Learner]) -> None:
    past, future = flags(4000, 1), flags(2000, 2)
    learner = kind(settings=QUICK).fit(past.X, past.y, treatment=past.treatment)
    assert future.error(learner.predict(future.X)) < MANY[kind]
    assert past.error(learner.out_of_fold_) < MANY[kind]


@every_learner
def test_few_rows(kind: type[Learner]) -> None:
    past, future = flags(400, 3), flags(2000, 4)
    learner = kind().fit(past.X, past.y, treatment=past.treatment)
    assert future.error(learner.predict(future.X)) < FEW[kind]


@every_learner
def test_effects_on_probabilities(kind: type[Learner]) -> None:
    past, future = classes(4000, 5), classes(2000, 6)
    learner = kind(settings=QUICK, outcome="classification")
    effect = learner.fit(past.X, past.y, treatment=past.treatment).predict(future.X)
    assert future.error(effect) < 0.5
    assert np.abs(effect).max() <= 1.0


@pytest.mark.parametrize("settings", [LearnerSettings(), QUICK], ids=["few", "many"])
def test_a_dose_has_an_effect_per_unit(settings: LearnerSettings) -> None:
    past, future = doses(1200, 7), doses(2000, 8)
    learner = RLearner(settings=settings).fit(past.X, past.y, treatment=past.treatment)
    assert future.error(learner.predict(future.X)) < 0.35


@pytest.mark.parametrize("kind", [RLearner, DRLearner], ids=lambda kind: kind.__name__)
def test_a_known_propensity_is_used(kind: type[Learner]) -> None:
    past, future = flags(3000, 9), flags(2000, 10)
    known = kind(settings=QUICK).fit(
        past.X, past.y, treatment=past.treatment, propensity=past.propensity
    )
    wrong = kind(settings=QUICK).fit(
        past.X, past.y, treatment=past.treatment, propensity=1.0 - past.propensity
    )
    assert future.error(known.predict(future.X)) < 0.35
    assert future.error(known.predict(future.X)) < future.error(wrong.predict(future.X))


def test_the_mean_of_doubly_robust_scores_is_the_average_effect() -> None:
    past = flags(4000, 11)
    scores = DRLearner(settings=QUICK).fit(past.X, past.y, treatment=past.treatment).scores_
    error = scores.std() / np.sqrt(len(scores))
    assert abs(scores.mean() - past.effect.mean()) < 3 * error


@pytest.mark.parametrize("rows", [300, 5001])
def test_an_s_learner_is_not_constant_by_accident(rows: int) -> None:
    past = flags(rows, 12)
    treatment = past.treatment.astype(np.int64)
    effect = SLearner().fit(past.X, past.y, treatment=treatment).predict(past.X)
    assert abs(effect.mean() - past.effect.mean()) < 0.3
    assert np.corrcoef(effect, past.effect)[0, 1] > 0.7


@pytest.mark.parametrize("kind", [RLearner, DRLearner], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("seed", [13, 14])
def test_where_overlap_is_poor_one_number_for_all_is_not_lost_to(
    kind: type[Learner], seed: int
) -> None:
    """Few rows, propensities out to 0.01 and 0.99, and an effect that is the same for all."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(300, 10))
    propensity = np.clip(1 / (1 + np.exp(-3 * X[:, 0])), 0.01, 0.99)
    treatment = (rng.random(300) < propensity).astype(float)
    y = X[:, 0] + 1.0 * treatment + 3.0 * rng.normal(size=300)
    effect = kind().fit(X, y, treatment=treatment).predict(X)
    assert np.sqrt(np.mean((effect - effect.mean()) ** 2)) < 1.0
    assert abs(effect.mean() - 1.0) < 2.0


def test_held_out_effects_of_the_x_learner_do_not_carry_their_own_noise() -> None:
    """Imputed with models that other folds' rows were part of, the correlation was 0.10."""
    found = []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        X = rng.normal(size=(800, 6))
        treatment, noise = rng.integers(0, 2, 800).astype(float), rng.normal(size=800)
        learner = XLearner(settings=PLAIN).fit(X, X[:, 0] + noise, treatment=treatment)
        found.append(np.corrcoef(learner.out_of_fold_, (2 * treatment - 1) * noise)[0, 1])
    assert abs(np.mean(found)) < 0.05
