"""Simple models against scikit-learn, and mixes of models against a search of all shares."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from tests.training.learners.simulated_effects import flags
from tests.training.learners.test_boosting import bench_of
from training.learners.blend import blend, simplex_shares
from training.learners.crossfit import Bench, CrossFitted, Task
from training.learners.design import learn_design
from training.learners.linear import (
    Constant,
    Linear,
    fit_constant,
    fit_log_linear,
    fit_logistic,
    fit_ridge,
    is_log_linear,
)
from training.learners.propensity import calibrate


def test_ridge_is_scikit_learns_at_the_best_penalty() -> None:
    rows = flags(400, 1)
    y = rows.y + 1000.0  # far from 0: losses from moments must not drown in rounding
    weight = np.random.default_rng(0).uniform(0.5, 2.0, 400)
    bench = bench_of(rows.X, rows.treatment)
    features = bench.design.features(rows.X)
    best, expected = np.inf, y
    for penalty in np.logspace(-1, 4, 11):
        held_out = np.empty(400)
        for fold in bench.folds.numbers:
            held = bench.folds.held(fold)
            model = Ridge(alpha=penalty).fit(features[~held], y[~held], weight[~held])
            held_out[held] = model.predict(features[held])
        loss = float(weight @ (y - held_out) ** 2)
        if loss < best:
            best, expected = loss, held_out
    found = fit_ridge(bench, Task(y, weight))
    np.testing.assert_allclose(found.held_out, expected, rtol=1e-6)


def test_log_linear_outcomes_are_found() -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(500, 4))
    truth = np.exp(0.5 + X @ [0.8, -0.4, 0.2, 0.0])
    task = Task(truth + 0.1 * rng.normal(size=500), np.ones(500))
    bench = bench_of(X, np.tile([0.0, 1.0], 250))
    assert is_log_linear(bench, task)
    found = fit_log_linear(bench, task).held_out
    assert np.sqrt(np.mean((found - truth) ** 2)) < 0.15
    assert not is_log_linear(bench, Task(-task.target, task.weight))


def test_log_linear_models_do_not_explode_far_from_what_they_saw() -> None:
    X = np.linspace(-1, 1, 200)[:, None]
    task = Task(np.exp(2 * X[:, 0]), np.ones(200))
    model = fit_log_linear(bench_of(X, np.tile([0.0, 1.0], 100)), task).models[0]
    assert model.predict(np.array([[1e9]]))[0] <= 10 * task.target.max() * (1 + 1e-9)


def test_logistic_probabilities() -> None:
    rng = np.random.default_rng(2)
    X = rng.normal(size=(2000, 3))
    truth = 1 / (1 + np.exp(-X @ [1.0, -1.0, 0.0]))
    task = Task((rng.random(2000) < truth).astype(float), np.ones(2000), "classification")
    found = fit_logistic(bench_of(X, np.tile([0.0, 1.0], 1000)), task).held_out
    assert np.abs(found - truth).max() < 0.12


def test_missing_values_infinities_and_categories_have_finite_features() -> None:
    matrix = np.array([[1.0, 0.0], [np.nan, 1.0], [np.inf, np.nan], [3.0, 1.0]])
    design = learn_design(matrix, {1: 2})
    expected = [[-1.0, 1, 0], [0.0, 0, 1], [10.0, 0, 0], [1.0, 0, 1]]
    np.testing.assert_allclose(design.features(matrix), expected)


@pytest.mark.parametrize("seed", range(5))
def test_shares_are_the_best_on_the_simplex(seed: int) -> None:
    rng = np.random.default_rng(seed)
    target, weight = rng.normal(size=60), rng.uniform(size=60)
    answers = 0.4 * target + rng.normal(size=(3, 60))
    shares = simplex_shares(answers, target, weight)
    assert shares.min() >= 0
    assert shares.sum() == pytest.approx(1.0)

    def loss(mix: np.ndarray) -> float:
        return float(weight @ (target - mix @ answers) ** 2)

    grid = np.arange(0, 1.01, 0.05)
    mixes = [np.array([a, b, 1 - a - b]) for a in grid for b in grid if a + b <= 1 + 1e-9]
    assert loss(shares) <= min(map(loss, mixes)) + 1e-6


def test_a_perfect_member_takes_all() -> None:
    target, fold = np.arange(6.0), (Constant(0.0), Constant(1.0))
    members = [CrossFitted(fold, np.zeros(6)), CrossFitted(fold, target)]
    found = blend(members, Task(target, np.ones(6)))
    np.testing.assert_allclose(found.held_out, target, atol=1e-6)


def test_a_mix_predicts_what_its_members_do() -> None:
    rows = flags(300, 4)
    bench: Bench = bench_of(rows.X, rows.treatment)
    task = Task(rows.y, np.ones(300))
    members = [fit_constant(bench, task), fit_ridge(bench, task)]
    found = blend(members, task)
    assert isinstance(members[1].models[0], Linear)
    np.testing.assert_allclose(bench.held_out(found.models).held_out, found.held_out)


def test_calibration_removes_too_much_confidence() -> None:
    rng = np.random.default_rng(3)
    odds = rng.normal(size=4000)
    treated = (rng.random(4000) < 1 / (1 + np.exp(-odds))).astype(float)
    sure = 1 / (1 + np.exp(-3 * odds))
    calibration = calibrate(sure, treated, np.ones(4000), clip=0.02)
    assert calibration.slope == pytest.approx(1 / 3, abs=0.05)
    assert calibration(np.array([0.0, 1.0])) == pytest.approx([0.02, 0.98])


def test_a_model_that_held_out_rows_contradict_is_given_up() -> None:
    treated = np.tile([0.0, 0.0, 1.0], 100)
    calibration = calibrate(0.9 - 0.8 * treated, treated, np.ones(300), clip=0.02)
    np.testing.assert_allclose(calibration(np.array([0.1, 0.9])), 1 / 3)
