"""Weights, redraws and placebos against slow and obvious twins."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, minimize

from experiments.measurement.by_time import left_out_logs
from experiments.measurement.contrast import Contrast
from experiments.measurement.estimate import invert
from experiments.measurement.redraws import possible, redraw
from experiments.measurement.weights import period_noise, synthetic_weights
from training.arrays import Floats


def _slow_weights(series: Floats, target: Floats, donors: Floats, noise: Floats) -> Floats:
    """The same least squares on the simplex, by a general solver."""
    own = series[donors]

    def loss(weights: Floats) -> float:
        gap = target @ series - weights @ own
        return float(np.mean(gap**2) + weights**2 @ noise[donors])

    start = np.full(len(own), 1 / len(own))
    total = LinearConstraint(np.ones(len(own)), 1, 1)
    found = minimize(
        loss, start, method="SLSQP", bounds=[(0, 1)] * len(own), constraints=[total], tol=1e-14
    )
    weights = np.zeros(len(series))
    weights[donors] = found.x
    return weights


@pytest.mark.parametrize("penalised", [True, False])
def test_weights_are_those_of_a_general_solver(penalised: bool) -> None:
    rng = np.random.default_rng(3)
    series = rng.standard_normal((2, 40))[rng.integers(0, 2, 9)] + rng.standard_normal((9, 40))
    series -= series.mean(axis=1, keepdims=True)
    noise = rng.uniform(0.05, 0.5, 9) * penalised
    treated = np.array([[True] * 3 + [False] * 6, [False] * 7 + [True] * 2])
    target = treated / treated.sum(axis=1, keepdims=True)
    found = synthetic_weights(series, target, ~treated, noise if penalised else None)
    assert found.sum(axis=1) == pytest.approx(1)
    assert (found >= 0).all()
    assert not found[treated].any()
    for row, own, who in zip(found, target, treated, strict=True):
        assert row == pytest.approx(_slow_weights(series, own, ~who, noise), abs=2e-4)


def test_noise_is_that_of_independent_periods() -> None:
    rng = np.random.default_rng(0)
    spread = np.array([0.02, 0.05, 0.1, 0.2])
    shared = np.cumsum(rng.standard_normal(4000))
    series = shared + spread[:, None] * rng.standard_normal((4, 4000))
    size = np.array([1e6, 1.0, 1.0, 1.0])  # the first one is what all share
    assert period_noise(series, size)[1:] == pytest.approx(spread[1:] ** 2 + 0.02**2, rel=0.1)


def test_redraws_follow_the_probabilities_given_their_number() -> None:
    chance = np.array([0.1, 0.3, 0.5, 0.6, 0.9])
    treated = np.array([False, True, False, False, True])
    rng = np.random.default_rng(0)
    free = rng.random((400_000, 5)) < chance
    slow = free[free.sum(axis=1) == 2].mean(axis=0)
    found = redraw(chance, treated, 60_000, seed=1)
    assert (found.sum(axis=1) == 2).all()
    assert found.mean(axis=0) == pytest.approx(slow, abs=0.01)


def test_equal_chances_give_permutations_within_strata() -> None:
    treated = np.array([True, False, False, False, True, True, True, False])
    strata = np.array([0, 0, 0, 0, 7, 7, 7, 7])
    found = redraw(np.full(8, 0.5), treated, 8_000, seed=2, strata=strata)
    assert (found[:, :4].sum(axis=1) == 1).all()
    assert (found[:, 4:].sum(axis=1) == 3).all()
    assert found.mean(axis=0) == pytest.approx([0.25] * 4 + [0.75] * 4, abs=0.02)
    assert np.exp(possible(treated, strata)) == pytest.approx(16)
    assert np.exp(possible(treated)) == pytest.approx(70)


def test_markets_sure_to_be_treated_are_treated() -> None:
    chance = np.array([1.0, 0.0, 0.5, 0.5])
    found = redraw(chance, np.array([True, False, True, False]), 200, seed=0)
    assert found[:, 0].all()
    assert not found[:, 1].any()


def test_left_out_stretches_by_hand() -> None:
    rng = np.random.default_rng(5)
    past = np.exp(0.1 * rng.standard_normal((3, 8)))
    target, held_out = np.array([[1.0, 0, 0]]), np.array([[0, 0.5, 0.5]])
    contrast = Contrast(past.mean(axis=1), np.ones(3), np.zeros(3), target, held_out)
    found = left_out_logs(contrast, past, 3, fitted=False)
    for first in range(8):
        out = [(first + i) % 8 for i in range(3)]
        rest = [i for i in range(8) if i not in out]
        level, inside = past[:, rest].mean(axis=1), past[:, out].mean(axis=1)
        expected = level[0] + (inside[1:] - level[1:]).mean()
        assert found[first] == pytest.approx(np.log(inside[0] / expected))


def test_ends_that_no_lift_is_rejected_at_are_open() -> None:
    found = invert(lambda lift: 0.5, "none", 0.1, 0.02, 0.9)
    assert (found.low, found.high, found.p_value) == (-1.0, np.inf, 0.5)


def test_ends_are_where_the_p_value_crosses() -> None:
    found = invert(lambda lift: float(np.exp(-abs(lift - 0.1) / 0.02)), "none", 0.1, 0.02, 0.9)
    assert found.low == pytest.approx(0.1 - 0.02 * np.log(10), abs=1e-6)
    assert found.high == pytest.approx(0.1 + 0.02 * np.log(10), abs=1e-6)
