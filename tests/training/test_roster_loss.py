"""The loss of roster boosting against slow loops and finite differences."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.training.simulated_rosters import simulate_rosters
from training.arrays import Floats
from training.rosters.blocks import padded_columns
from training.rosters.loss import RosterLoss, bounded_exp, saturated
from training.rosters.sample import RosterSample, exposure_matrix


@pytest.fixture
def sample() -> RosterSample:
    return simulate_rosters(1, campaigns=4, markets=4, error=0.05).sample


@pytest.fixture
def scores(sample: RosterSample) -> Floats:
    return np.random.default_rng(2).normal(-2, 1, len(sample.booking_campaign))


def underpredicted(sample: RosterSample) -> RosterSample:
    """Every cell sold more than the scores below will say: where the bound is exact theory."""
    return replace(sample, outcome=2.0 * sample.treatment)


def test_lift_and_loss_by_slow_loops(sample: RosterSample, scores: Floats) -> None:
    dense = sample.shares.toarray()
    loss = 0.0
    lifts = []
    for cell in range(dense.shape[0]):
        lift = sum(dense[cell, i] * math.exp(scores[i]) for i in range(dense.shape[1]))
        gap = sample.outcome[cell] - sample.treatment[cell] * math.log(1 + lift)
        loss += sample.weight[cell] * gap**2
        lifts.append(lift)
    found = RosterLoss.of(sample)
    assert found.lift(scores) == pytest.approx(lifts, rel=1e-6)
    assert found.value(scores) == pytest.approx(loss, rel=1e-6)


@pytest.mark.parametrize("ceiling", [np.inf, 0.5])
def test_gradient_matches_finite_differences(
    sample: RosterSample, scores: Floats, ceiling: float
) -> None:
    loss, step = RosterLoss.of(sample).levelling_at(ceiling), 1e-3
    slopes = [
        (loss.value(scores + step * unit) - loss.value(scores - step * unit)) / (2 * step)
        for unit in np.eye(len(scores))
    ]
    gradient, _ = loss.gradient_and_hessian(scores)
    assert gradient == pytest.approx(np.array(slopes), rel=1e-3, abs=1e-2)


def hessian(loss: RosterLoss, scores: Floats) -> Floats:
    step = 1e-3
    columns = [
        loss.gradient_and_hessian(scores + step * unit)[0]
        - loss.gradient_and_hessian(scores - step * unit)[0]
        for unit in np.eye(len(scores))
    ]
    return np.stack(columns) / (2 * step)


def test_the_bound_lies_above_the_whole_hessian(sample: RosterSample, scores: Floats) -> None:
    loss = RosterLoss.of(underpredicted(sample))
    true = hessian(loss, scores)
    bound = loss.gradient_and_hessian(scores)[1]
    assert np.all(bound >= np.diag(true) - 1e-6)
    assert np.linalg.eigvalsh(np.diag(bound) - (true + true.T) / 2).min() > -1e-2


@pytest.mark.parametrize("seed", range(5))
def test_a_shrunken_newton_step_never_raises_the_loss(sample: RosterSample, seed: int) -> None:
    loss = RosterLoss.of(sample)
    scores = np.random.default_rng(seed).normal(-2, 1, len(sample.booking_campaign))
    for _ in range(50):
        before = loss.value(scores)
        gradient, bound = loss.gradient_and_hessian(scores)
        scores = scores - 0.05 * gradient / (bound + 20.0)
        assert loss.value(scores) <= before + 1e-9


@pytest.mark.parametrize("ceiling", [np.inf, 0.5])
def test_gauss_newton_by_slow_loops(sample: RosterSample, ceiling: float) -> None:
    """The design of a cell is how its fitted outcome moves with intercept and slopes."""
    loss = RosterLoss.of(sample).levelling_at(ceiling)
    slope = np.array([0.3, -0.2, 0.1, 0.0, 0.4, -0.1])

    def fitted(theta: Floats) -> Floats:
        lift = loss.lift(theta[0] + sample.linear @ theta[1:])
        return np.asarray(sample.treatment * np.log1p(lift))

    theta, step = np.r_[-2.0, slope], 1e-3
    design = np.stack(
        [(fitted(theta + step * u) - fitted(theta - step * u)) / (2 * step) for u in np.eye(7)],
        axis=1,
    )
    gap = sample.outcome - fitted(theta)
    scores, padded = theta[0] + sample.linear @ slope, padded_columns(sample.linear)
    gradient, curvature = loss.gauss_newton(scores, sample.linear, padded)
    assert gradient == pytest.approx(-2.0 * design.T @ (sample.weight * gap), rel=1e-3, abs=0.05)
    expected = 2.0 * design.T @ (sample.weight[:, None] * design)
    assert curvature == pytest.approx(expected, rel=2e-3, abs=0.05)


def test_the_curve_starts_as_the_identity_and_levels_off() -> None:
    summed = np.array([0.0, 1e-6, 0.1, 100.0])
    assert saturated(summed, np.inf) is summed
    levelled = saturated(summed, 0.5)
    assert levelled[:2] == pytest.approx(summed[:2], rel=1e-5)
    assert levelled[2] == pytest.approx(0.5 * (1 - math.exp(-0.2)))
    assert levelled[3] == pytest.approx(0.5)


def test_weights_of_zero_take_cells_out(sample: RosterSample, scores: Floats) -> None:
    first = sample.cell_campaign == 0
    loss = RosterLoss.of(sample).with_weight(sample.weight * first)
    gradient, bound = loss.gradient_and_hessian(scores)
    others = sample.booking_campaign != 0
    assert np.all(gradient[others] == 0)
    assert np.all(bound[others] == 0)
    assert np.all(bound[~others] > 0)
    alone = RosterLoss.of(sample.reweighted(np.array([1.0, 0.0, 0.0, 0.0])))
    assert alone.value(scores) == loss.value(scores)


def test_values_stay_finite_for_wild_scores() -> None:
    values = bounded_exp(np.array([-1e9, 0.0, 1e9]))
    assert values[1] == 1.0
    assert 0 < values[0] < 1e-5
    assert np.isfinite(values[2])


def test_exposure_matrix_by_slow_loops() -> None:
    rng = np.random.default_rng(0)
    blocks = [
        (np.array([0, 2]), np.array([0, 1, 2]), rng.random((2, 3))),
        (np.array([1]), np.array([3, 4]), np.array([[0.5, 0.0]])),
    ]
    expected = np.zeros((3, 5))
    for cells, bookings, exposed in blocks:
        for i, cell in enumerate(cells):
            for j, booking in enumerate(bookings):
                expected[cell, booking] = exposed[i, j]
    matrix = exposure_matrix(blocks, 3, 5)
    assert matrix.toarray() == pytest.approx(expected)
    assert matrix.nnz == 7
