"""What held-out campaigns say, counted by hand and on simulated rosters."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.training.simulated_rosters import SimulatedRosters, simulate_rosters
from training.evidence import (
    BaggedLifts,
    average_log_effect,
    concentration,
    gather,
    held_out_effects,
    out_of_bag,
)
from training.metrics_text import METRIC_TEXTS


@pytest.fixture(scope="module")
def rosters() -> SimulatedRosters:
    return simulate_rosters(6, campaigns=80)


def bagged(rosters: SimulatedRosters, noise: float = 0.1) -> BaggedLifts:
    """Bags that know the truth but for a factor of their own."""
    rng = np.random.default_rng(0)
    factors = np.exp(rng.normal(0, noise, 10))
    return BaggedLifts(
        lifts=factors[:, None] * rosters.lifts,
        values=np.exp(rosters.scores),
        counts=rng.multinomial(80, np.full(80, 1 / 80), size=10),
    )


def test_only_bags_that_left_a_campaign_out_may_judge_it() -> None:
    counts = np.array([[0, 1, 0], [0, 2, 1], [0, 0, 1], [1, 0, 1]])
    # The first campaign has three bags; with fewer, all judge.
    assert out_of_bag(counts).T.tolist() == [[True] * 3 + [False], [True] * 4, [True] * 4]


def test_average_log_effects_by_slow_loops(rosters: SimulatedRosters) -> None:
    sample = rosters.sample
    found = average_log_effect(sample, rosters.lifts)
    for campaign in range(3):
        cells = np.flatnonzero(sample.cell_campaign == campaign)
        weights = [sample.weight[c] * sample.treatment[c] ** 2 for c in cells]
        logs = [math.log(1 + rosters.lifts[c]) for c in cells]
        expected = sum(w * x for w, x in zip(weights, logs, strict=True)) / sum(weights)
        assert found[campaign] == pytest.approx(expected)


def test_concentration_by_slow_loops(rosters: SimulatedRosters) -> None:
    sample = rosters.sample
    values = np.exp(rosters.scores)
    found = concentration(sample, values)
    shares = sample.shares.toarray()
    weight = sample.weight * sample.treatment**2
    for campaign in range(3):
        parts = [
            sum(weight[c] * shares[c, b] for c in range(len(weight))) * values[b]
            for b in np.flatnonzero(sample.booking_campaign == campaign)
        ]
        assert found[campaign] == pytest.approx(sum(p**2 for p in parts) / sum(parts) ** 2)
    assert np.all((found > 0) & (found <= 1))


def test_held_out_effects_are_judged_by_their_bags(rosters: SimulatedRosters) -> None:
    bags = bagged(rosters)
    found = held_out_effects(rosters.sample, bags)
    per_bag = np.stack([average_log_effect(rosters.sample, lifts) for lifts in bags.lifts])
    campaign = int(np.argmax((bags.counts == 0).sum(axis=0)))
    judges = bags.counts[:, campaign] == 0
    assert 3 <= judges.sum() < 10
    assert found.predicted[campaign] == pytest.approx(per_bag[judges, campaign].mean())
    assert found.bag_variance == pytest.approx(np.log(per_bag).var(axis=0, ddof=1))
    truth = average_log_effect(rosters.sample, rosters.lifts)
    z = (found.measured - truth) / found.error
    assert abs(z.mean()) < 3 / np.sqrt(80)
    assert 0.8 < z.std() < 1.25


def test_a_model_that_knows_the_truth_is_found_good(rosters: SimulatedRosters) -> None:
    found = gather(rosters.sample, bagged(rosters), {"half": rosters.lifts / 2}).metrics
    assert found["campaigns"] == 80
    assert found["slope"] == pytest.approx(1.0, abs=3 * found["slope_error"])
    assert found["calibrated_slope"] == pytest.approx(1.0, abs=0.2)
    assert found["skill"] > found["half_skill"]
    assert found["half_rank"] > 0.5
    assert 0.8 < found["coverage_90_of_measured"] < 0.98
    assert found["r2"] < found["r2_ceiling"] + 0.15
    assert found["average_effect"] == pytest.approx(
        average_log_effect(rosters.sample, rosters.lifts).mean(),
        abs=4 * found["average_effect_error"],
    )


def test_a_models_half_size_shows_as_a_slope_of_two(rosters: SimulatedRosters) -> None:
    bags = bagged(rosters)
    half = BaggedLifts(bags.lifts / 2, bags.values, bags.counts)
    found = gather(rosters.sample, half, {}).metrics
    assert found["slope"] == pytest.approx(2.0, abs=3 * found["slope_error"])
    assert 1.3 < found["calibrated_slope"] < found["slope"]


def test_every_metric_is_explained(rosters: SimulatedRosters) -> None:
    lifts = rosters.lifts
    found = gather(rosters.sample, bagged(rosters), {"one_number": lifts, "roster_averages": lifts})
    # The run adds how its markets were chosen, which the learners do not know.
    assert {*found.metrics, "share_drawn"} == set(METRIC_TEXTS)
