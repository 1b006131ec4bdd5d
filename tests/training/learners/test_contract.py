"""scikit-learn's contract, and what must not change an answer."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from tests.training.learners.simulated_effects import LEARNERS, PLAIN, QUICK, flags
from training.learners.contract import Learner
from training.learners.dr import DRLearner
from training.learners.settings import LearnerSettings, LinearTreeSettings
from training.learners.t import TLearner

ROWS = flags(400, 1)
#: Linear leaves and log-linear models, but not for long.
FEW = LearnerSettings(small=LinearTreeSettings(max_rounds=40))
every_learner = pytest.mark.parametrize("kind", LEARNERS, ids=lambda kind: kind.__name__)


@every_learner
def test_parameters_are_stored_as_given(kind: type[Learner]) -> None:
    learner = kind(settings=PLAIN, folds=3, threads=1, seed=7)
    assert learner.get_params() == {
        "settings": PLAIN,
        "outcome": "regression",
        "folds": 3,
        "threads": 1,
        "seed": 7,
    }
    assert learner.settings is PLAIN
    assert clone(learner).get_params() == learner.get_params()
    assert learner.set_params(seed=8) is learner
    assert learner.seed == 8


@every_learner
def test_fit_returns_itself_and_predict_waits_for_it(kind: type[Learner]) -> None:
    learner = kind(settings=PLAIN)
    with pytest.raises(NotFittedError):
        learner.predict(ROWS.X)
    assert learner.fit(ROWS.X, ROWS.y, treatment=ROWS.treatment) is learner
    assert learner.predict(ROWS.X[:5]).shape == (5,)
    assert learner.out_of_fold_.shape == ROWS.y.shape
    with pytest.raises(NotFittedError):
        clone(learner).predict(ROWS.X)


@every_learner
@pytest.mark.parametrize("settings", [FEW, QUICK], ids=["few", "many"])
def test_threads_change_nothing(kind: type[Learner], settings: LearnerSettings) -> None:
    one, three = (
        kind(settings=settings, threads=threads).fit(ROWS.X, ROWS.y, treatment=ROWS.treatment)
        for threads in (1, 3)
    )
    np.testing.assert_array_equal(one.predict(ROWS.X), three.predict(ROWS.X))
    np.testing.assert_array_equal(one.out_of_fold_, three.out_of_fold_)


def test_the_seed_changes_folds_and_nothing_else_draws() -> None:
    def fitted(seed: int) -> DRLearner:
        return DRLearner(settings=QUICK, seed=seed).fit(ROWS.X, ROWS.y, treatment=ROWS.treatment)

    np.testing.assert_array_equal(fitted(1).predict(ROWS.X), fitted(1).predict(ROWS.X))
    assert (fitted(1).predict(ROWS.X) != fitted(2).predict(ROWS.X)).any()


def test_names_of_groups_do_not_matter() -> None:
    groups = np.arange(400) // 6
    names = np.array([f"brand {number * 7919 % 100}" for number in groups])
    first, second = (
        TLearner(settings=PLAIN).fit(ROWS.X, ROWS.y, treatment=ROWS.treatment, groups=one)
        for one in (groups, names)
    )
    np.testing.assert_array_equal(first.out_of_fold_, second.out_of_fold_)


@every_learner
def test_units_of_the_outcome(kind: type[Learner]) -> None:
    """In cents effects are a hundred times as large; an income of everybody's changes none."""
    plain, cents, richer = (
        kind(settings=PLAIN).fit(ROWS.X, y, treatment=ROWS.treatment).predict(ROWS.X)
        for y in (ROWS.y, 128.0 * ROWS.y, ROWS.y + 64.0)
    )
    np.testing.assert_allclose(cents, 128.0 * plain, rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(richer, plain, rtol=1e-3, atol=1e-3)


def test_exchanged_arms_turn_the_effect_round() -> None:
    given, exchanged = (
        TLearner(settings=PLAIN).fit(ROWS.X, ROWS.y, treatment=treatment, groups=groups)
        for groups in [np.arange(400) // 3]
        for treatment in (ROWS.treatment, 1.0 - ROWS.treatment)
    )
    assert np.corrcoef(given.predict(ROWS.X), -exchanged.predict(ROWS.X))[0, 1] > 0.9


@every_learner
def test_held_out_effects_never_saw_their_group(kind: type[Learner]) -> None:
    """Noise that a group shares and no feature explains must not show in its own effects."""
    rng = np.random.default_rng(5)
    groups = np.arange(800) // 4
    noise = rng.normal(size=200)[groups] * 5.0
    X = np.column_stack([rng.normal(size=200)[groups], rng.normal(size=800)])
    treatment = (np.arange(800) % 4 < 2).astype(float)
    # The S-learner's held-out rows would stop it at once: there is nothing to be learned.
    stubborn = PLAIN.joint.model_copy(update={"patience": None, "max_rounds": 100})
    learner = kind(settings=PLAIN.model_copy(update={"joint": stubborn}))
    learner.fit(X, noise * treatment, treatment=treatment, groups=groups)
    assert abs(np.corrcoef(learner.out_of_fold_, noise)[0, 1]) < 0.25
    assert np.corrcoef(learner.predict(X), noise)[0, 1] > 0.35


def test_a_fitted_learner_can_be_copied() -> None:
    learner = TLearner(settings=PLAIN).fit(ROWS.X, ROWS.y, treatment=ROWS.treatment)
    np.testing.assert_array_equal(copy.deepcopy(learner).predict(ROWS.X), learner.predict(ROWS.X))
