"""What held-out campaigns say, counted by hand and on simulated rosters."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.training.simulated_rosters import SimulatedRosters, simulate_rosters
from training.evidence.held_out import (
    BaggedLifts,
    average_log_effect,
    concentration,
    gather,
    held_out_effects,
)
from training.splits import out_of_bag


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
    found = held_out_effects(rosters.sample, bags, out_of_bag(bags.counts))
    per_bag = np.stack([average_log_effect(rosters.sample, lifts) for lifts in bags.lifts])
    campaign = int(np.argmax((bags.counts == 0).sum(axis=0)))
    judges = bags.counts[:, campaign] == 0
    assert 1 <= judges.sum() < 10
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


def test_a_campaign_that_every_bag_drew_is_judged_by_nobody(rosters: SimulatedRosters) -> None:
    bags = bagged(rosters)
    bags.counts[:, 7] += 1
    found = gather(rosters.sample, bags, {"half": rosters.lifts / 2})
    assert found.campaigns.tolist() == [number for number in range(80) if number != 7]
    assert found.metrics["campaigns"] == len(found.held_out.measured) == 79
    assert not found.judges[:, 7].any()
    alone = gather(rosters.sample, bagged(rosters), {}).held_out
    assert found.held_out.measured == pytest.approx(np.delete(alone.measured, 7))
    assert found.held_out.predicted == pytest.approx(np.delete(alone.predicted, 7))


def test_scores_are_of_unit_spread_where_all_is_as_assumed(rosters: SimulatedRosters) -> None:
    found = gather(rosters.sample, bagged(rosters), {})
    assert abs(found.scores.mean()) < 3 / np.sqrt(80)
    assert 0.75 < found.scores.std() < 1.1
