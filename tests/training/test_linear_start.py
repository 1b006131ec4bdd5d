"""The linear start: it minimises what it says, and learns which columns move sales."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import optimize

from tests.training.simulated_rosters import SimulatedRosters, simulate_rosters
from training.arrays import Floats
from training.metrics.truth import rank_score
from training.rosters.linear_start import best_constant, fit_linear, learn_penalties
from training.rosters.loss import RosterLoss


@pytest.fixture(scope="module")
def past() -> SimulatedRosters:
    return simulate_rosters(1)


def test_it_minimises_loss_and_penalty(past: SimulatedRosters) -> None:
    """Beside SciPy's minimiser, which knows nothing of Gauss and Newton."""
    loss, linear = RosterLoss.of(past.sample), past.sample.linear
    penalty = np.geomspace(1.0, 1e3, 6)

    def objective(theta: Floats) -> float:
        return loss.value(theta[0] + linear @ theta[1:]) + float(penalty @ theta[1:] ** 2)

    found = fit_linear(loss, linear, penalty)
    other = optimize.minimize(objective, np.r_[-3.0, np.zeros(6)], method="Powell")
    assert objective(np.r_[found.intercept, found.slope]) <= other.fun + 1e-3
    assert np.r_[found.intercept, found.slope] == pytest.approx(other.x, abs=0.01)
    tight = fit_linear(loss, linear, np.full(6, 1e9))
    assert tight.slope == pytest.approx(0.0, abs=1e-4)


def test_a_warm_start_ends_where_a_cold_one_does(past: SimulatedRosters) -> None:
    loss, linear, penalty = RosterLoss.of(past.sample), past.sample.linear, np.full(6, 10.0)
    cold = fit_linear(loss, linear, penalty)
    warm = fit_linear(loss, linear, penalty, fit_linear(loss, linear, 100 * penalty))
    assert warm.slope == pytest.approx(cold.slope, abs=2e-3)


def test_the_best_constant_is_the_average_value(past: SimulatedRosters) -> None:
    loss, bookings = RosterLoss.of(past.sample), len(past.scores)
    found = best_constant(loss, bookings)
    assert found == pytest.approx(np.log(np.mean(np.exp(past.scores))), abs=0.5)
    for score in np.linspace(-6, 6, 13):
        assert loss.value(np.full(bookings, found)) <= loss.value(np.full(bookings, score))


def with_idle_columns(past: SimulatedRosters, idle: int) -> SimulatedRosters:
    rows = np.random.default_rng(9).normal(size=(len(past.scores), idle))
    linear = np.hstack([past.sample.linear[:, :3], rows])
    sample = replace(past.sample, linear=linear, families=np.arange(3 + idle))
    return replace(past, sample=sample)


def test_columns_without_effect_are_penalised_most(past: SimulatedRosters) -> None:
    sample = with_idle_columns(past, 30).sample
    loss = RosterLoss.of(sample)
    found = learn_penalties(loss, sample.linear, sample.families, 0.25)
    assert np.median(found.penalty[3:]) > 5 * found.penalty[:3].max()
    assert found.score.slope[:2] == pytest.approx([0.5, -0.4], abs=0.12)
    assert np.abs(found.score.slope[3:]).max() < 0.2


def test_learned_penalties_find_lifts_better_than_one_for_all(past: SimulatedRosters) -> None:
    noisy = with_idle_columns(past, 60)
    loss = RosterLoss.of(noisy.sample)
    truth = noisy.scores
    ranks = {}
    for pooling in (0.25, 1000.0):
        found = learn_penalties(loss, noisy.sample.linear, noisy.sample.families, pooling)
        ranks[pooling] = rank_score(truth, found.score(noisy.sample.linear))
    assert ranks[0.25] > ranks[1000.0] + 0.02


def test_at_full_pooling_all_families_have_one_penalty(past: SimulatedRosters) -> None:
    loss, sample = RosterLoss.of(past.sample), past.sample
    found = learn_penalties(loss, sample.linear, sample.families, 1e6)
    assert found.penalty == pytest.approx(found.penalty[0], rel=0.01)


def test_columns_of_a_family_share_their_penalty(past: SimulatedRosters) -> None:
    loss, sample = RosterLoss.of(past.sample), past.sample
    families = np.array([0, 0, 1, 2, 2, 2])
    found = learn_penalties(loss, sample.linear, families, 0.25).penalty
    assert found[0] == found[1]
    assert found[3] == found[4] == found[5]
    assert len(set(found)) == 3
