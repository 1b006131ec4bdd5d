"""The challenger's rows and its one-number rival, by slow loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import sparse

from tests.training.simulated_rosters import simulate_rosters
from training.metrics.truth import rank_score
from training.rosters.averages import (
    average_rows,
    constant_lifts,
    fit_average_bags,
    fit_averages,
)
from training.rosters.model import AveragedRosters


def test_average_rows_by_slow_loops() -> None:
    sample = simulate_rosters(4, campaigns=5, markets=3).sample
    rows = average_rows(sample.linear, sample.shares, sample.cell_campaign)
    shares = sample.shares.toarray()
    for cell, campaign in enumerate(sample.cell_campaign):
        bookings = np.flatnonzero(sample.booking_campaign == campaign)
        cells = np.flatnonzero(sample.cell_campaign == campaign)
        exposure = [sum(shares[c, b] for c in cells) for b in bookings]
        total = sum(exposure)
        means = [
            sum(e * sample.linear[b, k] for e, b in zip(exposure, bookings, strict=True)) / total
            for k in range(sample.linear.shape[1])
        ]
        expected = [
            *means,
            math.log(sum(shares[cell, b] for b in bookings)),
            max(exposure) / total,
            math.log(len(bookings)),
        ]
        assert rows[cell] == pytest.approx(expected)


def test_a_roster_that_reaches_nobody_has_finite_rows() -> None:
    shares = sparse.csr_array(np.array([[0.0, 0.0], [0.2, 0.3]]))
    rows = average_rows(np.eye(2), shares, np.array([0, 1]))
    assert np.all(np.isfinite(rows))
    assert rows[0].tolist() == pytest.approx([0.0, 0.0, math.log(1e-9), 0.0, 0.0])


def test_one_number_is_the_weighted_slope_over_all_cells() -> None:
    simulated = simulate_rosters(4, campaigns=40)
    sample = simulated.sample
    by_campaign = np.random.default_rng(0).uniform(0, 2, 40)
    weight = sample.weight * by_campaign[sample.cell_campaign]
    above = sum(w * t * y for w, t, y in zip(weight, sample.treatment, sample.outcome, strict=True))
    below = sum(w * t * t for w, t in zip(weight, sample.treatment, strict=True))
    assert constant_lifts(sample, by_campaign) == pytest.approx(math.exp(above / below) - 1)
    everyone = constant_lifts(sample, np.ones(40))
    assert everyone == pytest.approx(simulated.lifts.mean(), abs=3 * 0.02 * 2 / math.sqrt(480))


def test_the_r_learner_finds_lifts() -> None:
    simulated = simulate_rosters(5, campaigns=150, error=0.005)
    sample = simulated.sample
    member = fit_averages(sample, np.ones(150), 80, seed=0)
    lifts = member.lift(average_rows(sample.linear, sample.shares, sample.cell_campaign))
    truth = simulated.campaign_lifts(simulated.lifts)
    assert rank_score(truth, simulated.campaign_lifts(lifts)) > 0.8
    assert lifts.mean() == pytest.approx(simulated.lifts.mean(), rel=0.1)


def test_a_members_lift_is_split_by_exposure() -> None:
    sample = simulate_rosters(5, campaigns=40).sample
    members, counts = fit_average_bags(sample, 5, bags=2, seed=0)
    assert counts.sum(axis=1).tolist() == [40, 40]
    exposed = np.array([[0.1, 0.0], [0.3, 0.0]])
    model = AveragedRosters(members)
    parts = model.contributions(sample.linear[:2], sample.trees[:2], exposed)
    rows = average_rows(sample.linear[:2], sparse.csr_array(exposed.T), np.zeros(2, dtype=np.int64))
    for bag, member in enumerate(members):
        lift = member.lift(rows)[0]
        assert parts[bag, :, 0] == pytest.approx([0.25 * lift, 0.75 * lift])
        assert parts[bag, :, 1].tolist() == [0.0, 0.0]
