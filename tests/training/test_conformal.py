"""What a test would show: intervals that hold measured effects, whatever law errors follow."""

from __future__ import annotations

import json

import numpy as np
import pytest

from training.conformal import HoldoutTests, holdout_tests
from training.intervals import HeldOutEffects


def measured_campaigns(seed: int, campaigns: int, misfit: float = 0.3) -> HeldOutEffects:
    """Campaigns whose truth scatters around the forecast, measured with heavy-tailed noise."""
    rng = np.random.default_rng(seed)
    predicted = np.exp(rng.normal(-4.0, 0.7, campaigns))
    truth = predicted * np.exp(misfit * rng.standard_normal(campaigns) - misfit**2 / 2)
    error = rng.uniform(0.004, 0.02, campaigns)
    noise = error * rng.standard_t(4, campaigns) / np.sqrt(2.0)
    return HeldOutEffects(
        predicted=predicted,
        bag_variance=np.full(campaigns, 0.02),
        concentration=np.full(campaigns, 0.2),
        measured=truth + noise,
        error=error,
    )


def known_tests(effects: HeldOutEffects) -> HoldoutTests:
    campaigns = len(effects.measured)
    brands = [f"b{number % 3}" for number in range(campaigns)]
    return holdout_tests(effects, brands, np.full(campaigns, 16), seed=0)


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_intervals_hold_what_new_tests_show(level: float) -> None:
    held = total = 0
    for seed in range(20):
        known = known_tests(measured_campaigns(seed, 150))
        new = measured_campaigns(1000 + seed, 150)
        draws = np.exp(0.35 * np.random.default_rng(seed).standard_normal(400))
        draws /= draws.mean()
        for predicted, measured, error in zip(new.predicted, new.measured, new.error, strict=True):
            low, high = known.interval(np.expm1(predicted) * draws, error, level)
            held += low <= np.expm1(measured) <= high
            total += 1
    assert held / total == pytest.approx(level, abs=0.04)


def test_a_test_shows_more_scatter_than_the_lift_has() -> None:
    known = known_tests(measured_campaigns(0, 100))
    lift = np.full(100, 0.02)
    low, high = known.interval(lift, 0.02, 0.9)
    assert low < 0 < 0.02 < high
    wider = known.interval(lift, 0.03, 0.9)
    assert wider[0] < low and wider[1] > high
    narrower = known.interval(lift, 0.02, 0.5)
    assert low < narrower[0] < narrower[1] < high


def test_more_markets_measure_more_precisely() -> None:
    effects = measured_campaigns(0, 90)
    known = known_tests(effects)
    own = np.median(effects.error[::3] * 4.0)
    assert known.standard_error("b0", 16) == pytest.approx(own / 4.0)
    assert known.standard_error("b0", 64) == pytest.approx(own / 8.0)
    overall = np.median(effects.error * 4.0)
    assert known.standard_error("never seen", 16) == pytest.approx(overall / 4.0)


def test_too_few_campaigns_for_a_level_fall_back_to_the_widest() -> None:
    few = HoldoutTests((0.1, 0.4, 3.0), {}, 0.05)
    assert few.widths(0.5) == 0.4
    assert few.widths(0.75) == 3.0
    assert few.widths(0.99) == 3.0
    assert HoldoutTests((0.1, 0.2), {}, 0.05).widths(0.9) == pytest.approx(1.645, abs=1e-3)


def test_it_survives_the_letter_to_the_service() -> None:
    known = known_tests(measured_campaigns(0, 40))
    assert HoldoutTests.from_json(json.loads(json.dumps(known.to_json()))) == known
