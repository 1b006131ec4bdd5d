"""What reaches held-out markets is told from the order of markets, and effects are set right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.training.simulated_rosters import simulate_rosters
from training.arrays import Floats
from training.evidence.held_out import BaggedLifts, gather
from training.leak import UNTOLD, Leak, dosed
from training.leak_estimate import MarketSides, estimate_leak
from training.residuals import campaign_effects, demean
from training.rosters.averages import constant_lifts
from training.rosters.sample import RosterSample

_BRANDS, _MARKETS = 6, 12


def leaking(
    seed: int, share: float, *, campaigns: int = 150, shape: str = "linear", error: float = 0.004
) -> tuple[RosterSample, MarketSides, Floats]:
    """A sample in which held-out markets got `share` of their lift, and the lifts [cell]."""
    rng = np.random.default_rng(seed + 1000)
    simulated = simulate_rosters(seed, campaigns=campaigns, markets=_MARKETS)
    sample = simulated.sample
    # Where the audience lives: markets differ by far more than by what each creator reaches.
    brand = (np.arange(campaigns) % _BRANDS)[sample.cell_campaign]
    brand_market = brand * _MARKETS + np.tile(np.arange(_MARKETS), campaigns)
    audience = rng.lognormal(0.0, 0.6, _BRANDS * _MARKETS)[brand_market]
    shares = (sample.shares * audience[:, None]).tocsr()
    lifts = simulated.lifts * audience
    if shape == "levelled":
        lifts = 0.02 * (1.0 - np.exp(-lifts / 0.02))
    treated = sample.treatment > 0
    effect = np.where(treated, 1.0, share) * np.log1p(lifts)
    weight = np.full(len(lifts), error**-2.0)
    noise = rng.normal(0, error, len(lifts))
    outcome = demean(effect + noise, weight, sample.cell_campaign)
    leaky = replace(sample, shares=shares, outcome=outcome, weight=weight)
    return leaky, MarketSides(treated, brand_market), lifts


@pytest.mark.parametrize("shape", ["linear", "levelled"])
@pytest.mark.parametrize("share", [0.25, 0.5])
def test_the_share_that_leaks_is_found(share: float, shape: str) -> None:
    found = [estimate_leak(*leaking(seed, share, shape=shape)[:2]) for seed in range(12)]
    assert all(one.likely for one in found)
    assert np.mean([one.share for one in found]) == pytest.approx(share, abs=0.05)
    held = np.mean([one.low <= share <= one.high for one in found])
    assert held >= 9 / 12


def test_nothing_is_corrected_where_nothing_leaks() -> None:
    found = [estimate_leak(*leaking(seed, 0.0)[:2]) for seed in range(20)]
    assert np.mean([one.share for one in found]) < 0.02
    assert max(one.share for one in found) < 0.1
    assert np.mean([one.low == 0.0 for one in found]) >= 0.9


def test_effects_are_set_right() -> None:
    sample, sides, lifts = leaking(3, 0.5)
    corrected = dosed(sample, estimate_leak(sample, sides))
    everyone = np.ones(sample.campaigns)
    truth = float(np.mean(lifts))
    assert constant_lifts(sample, everyone) < 0.65 * truth
    assert constant_lifts(corrected, everyone) == pytest.approx(truth, rel=0.2)


def test_a_dose_scales_measured_effects_and_their_errors_alike() -> None:
    sample = leaking(0, 0.3, campaigns=20)[0]
    plain, error = campaign_effects(
        sample.cell_campaign, sample.outcome, sample.treatment, sample.weight
    )
    told = dosed(sample, replace(UNTOLD, share=0.2))
    effect, wider = campaign_effects(told.cell_campaign, told.outcome, told.treatment, told.weight)
    np.testing.assert_allclose(effect, plain / 0.8)
    np.testing.assert_allclose(wider, error / 0.8)


def test_where_markets_have_no_order_nothing_is_told() -> None:
    sample, sides, _ = leaking(5, 0.5, error=0.5)
    assert estimate_leak(sample, sides) == UNTOLD
    assert "cannot be told" in UNTOLD.words
    assert UNTOLD.limits == (UNTOLD.words,)


def test_errors_that_markets_of_a_brand_share_widen_the_interval() -> None:
    sample, sides, _ = leaking(7, 0.4)
    rng = np.random.default_rng(0)
    lasting = rng.normal(0, 0.02, _BRANDS * _MARKETS)[sides.brand_market]
    shared = replace(sample, outcome=sample.outcome + lasting)
    plain, wider = estimate_leak(sample, sides), estimate_leak(shared, sides)
    assert wider.high - wider.low > 1.2 * (plain.high - plain.low)


def test_not_knowing_the_leak_widens_intervals() -> None:
    sample, sides, _ = leaking(1, 0.5, campaigns=40)
    counts = np.random.default_rng(0).multinomial(40, np.full(40, 1 / 40), size=8)
    lifts = np.full((8, len(sample.outcome)), 0.02)
    evidence = gather(sample, BaggedLifts(lifts, np.ones(sample.shares.shape[1]), counts), {})
    leak = Leak(0.5, 0.4, 0.6, 1.0, 0.2, told=True)
    unsure = evidence.unsure_of(leak)
    slope, error = evidence.calibration.slope, evidence.calibration.slope_error
    assert unsure.calibration.slope_error == pytest.approx(np.hypot(error, 0.2 * slope))
    assert unsure.metrics["leak"] == 0.5
    assert "About 50%" in leak.words
    assert sides.treated.mean() == 0.5
