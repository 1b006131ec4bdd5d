"""Each metric against an independent formula."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn import metrics as reference
from sklearn.linear_model import LinearRegression

from training.arrays import Floats
from training.metrics.measured import (
    average_effect,
    calibration_slope,
    noisy_r2_score,
    skill_score,
)
from training.metrics.truth import choice_regret_error, coverage_score, r2_score, rank_score


@pytest.fixture
def effects() -> tuple[Floats, Floats, Floats]:
    """Predicted, measured, standard error of 40 campaigns."""
    rng = np.random.default_rng(8)
    predicted, error = rng.uniform(0.0, 0.05, 40), rng.uniform(0.005, 0.02, 40)
    return predicted, 1.1 * predicted + rng.normal(0, error), error


def test_r2_and_rank(effects: tuple[Floats, Floats, Floats]) -> None:
    predicted, measured, _ = effects
    assert r2_score(measured, predicted) == pytest.approx(reference.r2_score(measured, predicted))
    ranks = pd.DataFrame({"a": measured, "b": predicted}).rank().corr().loc["a", "b"]
    assert rank_score(measured, predicted) == pytest.approx(ranks)
    assert math.isnan(r2_score(np.ones(3), np.arange(3.0)))
    assert rank_score(np.arange(3.0), np.ones(3)) == 0.0
    assert rank_score(np.arange(4.0), -np.arange(4.0)) == pytest.approx(-1.0)


def test_regret_of_a_choice_by_hand() -> None:
    truth = np.array([1.0, 3.0, 2.0, 5.0, 1.0])
    group = np.array([0, 0, 0, 1, 1])
    # Best is 3 and 5; random choice loses 3 − 2 and 5 − 3, three in all.
    assert choice_regret_error(truth, truth, group) == 0.0
    predicted = np.array([0.0, 1.0, 2.0, 2.0, 9.0])  # chooses 2 and 1: loses 1 + 4
    assert choice_regret_error(truth, predicted, group) == pytest.approx(5 / 3)
    assert choice_regret_error(np.ones(5), predicted, group) == 0.0


def test_random_choice_has_regret_of_one() -> None:
    rng = np.random.default_rng(0)
    truth, group = rng.normal(size=20_000), np.repeat(np.arange(5000), 4)
    found = choice_regret_error(truth, rng.normal(size=20_000), group)
    assert found == pytest.approx(1.0, abs=0.05)


def test_coverage_counts_bounds_as_inside() -> None:
    truth = np.array([0.0, 1.0, 2.0, 3.0])
    low, high = np.array([0.0, 0.0, 2.5, 2.0]), np.array([1.0, 1.0, 3.0, 2.9])
    assert coverage_score(truth, low, high) == 0.5


def test_calibration_slope_is_weighted_least_squares(
    effects: tuple[Floats, Floats, Floats],
) -> None:
    predicted, measured, error = effects
    found = calibration_slope(predicted, measured, error)
    line = LinearRegression(fit_intercept=False)
    line.fit(predicted[:, None], measured, sample_weight=error**-2.0)
    assert found.value == pytest.approx(line.coef_[0])
    bread = sum(p * p / e**2 for p, e in zip(predicted, error, strict=True))
    meat = sum(
        (p / e**2 * (m - found.value * p)) ** 2
        for p, m, e in zip(predicted, measured, error, strict=True)
    )
    assert found.error == pytest.approx(math.sqrt(meat) / bread)
    nothing = calibration_slope(np.zeros(3), np.ones(3), np.ones(3))
    assert math.isnan(nothing.value)
    assert math.isinf(nothing.error)


def test_the_slopes_error_is_the_scatter_of_slopes() -> None:
    rng = np.random.default_rng(1)
    predicted, error = rng.uniform(0, 0.05, 100), rng.uniform(0.005, 0.02, 100)
    found = [
        calibration_slope(predicted, predicted + rng.normal(0, error), error) for _ in range(400)
    ]
    scatter = np.std([one.value for one in found])
    assert np.mean([one.error for one in found]) == pytest.approx(scatter, rel=0.15)


def test_noisy_r2_and_its_ceiling(effects: tuple[Floats, Floats, Floats]) -> None:
    predicted, measured, error = effects
    weight = error**-2.0
    score, ceiling = noisy_r2_score(predicted, measured, error)
    expected = reference.r2_score(measured, predicted, sample_weight=weight)
    assert score == pytest.approx(expected)
    assert score < ceiling + 0.1 < 1.1
    assert noisy_r2_score(np.zeros(2), np.ones(2), np.ones(2)) == (0.0, 0.0)


def test_perfect_predictions_reach_the_ceiling_and_no_more() -> None:
    rng = np.random.default_rng(2)
    truth = rng.normal(0.02, 0.02, 20_000)
    error = np.full(20_000, 0.03)
    score, ceiling = noisy_r2_score(truth, truth + rng.normal(0, error), error)
    assert ceiling == pytest.approx(0.02**2 / (0.02**2 + 0.03**2), abs=0.03)
    assert score == pytest.approx(ceiling, abs=0.03)


def test_average_effect_is_the_precision_weighted_mean(
    effects: tuple[Floats, Floats, Floats],
) -> None:
    _, measured, error = effects
    found = average_effect(measured, error)
    assert found.value == pytest.approx(np.average(measured, weights=error**-2.0))
    assert found.error == pytest.approx(1 / math.sqrt(sum(e**-2 for e in error)))


def test_skill_is_the_gain_in_normal_log_likelihood(
    effects: tuple[Floats, Floats, Floats],
) -> None:
    predicted, measured, error = effects
    average = average_effect(measured, error).value
    gain = np.asarray(stats.norm.logpdf(measured, predicted, error))
    gain = gain - np.asarray(stats.norm.logpdf(measured, average, error))
    found = skill_score(predicted, measured, error)
    assert found.value == pytest.approx(gain.mean())
    assert found.error == pytest.approx(gain.std(ddof=1) / math.sqrt(40))
    assert skill_score(np.full(40, average), measured, error).value == pytest.approx(0.0)
