"""Balanced draws, placebo windows, the brand's cleaned past and leaks, each against plain twins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from experiments.design.balance import BalancedDraws, balanced_draws, standardised_differences
from experiments.design.past_sales import past_sales
from experiments.design.placebos import placebo_windows
from experiments.design.predicted import PredictedLift, leakage
from features.entities import Campaign
from features.errors import NoTestBasisError
from tests.experiments.invented_past import FIRST_MONDAY, history_of, invented_past, noise_of
from training.power.arithmetic import held_out_count

RNG = np.random.default_rng(8)
TRAITS = np.stack([RNG.normal(size=40), RNG.normal(size=40), RNG.exponential(size=40)], axis=1)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.8])
def test_draws_hold_out_what_was_asked_and_know_their_propensity(share: float) -> None:
    draws = balanced_draws(TRAITS, share, seed=3)
    assert set((~draws.treated).sum(axis=1)) == {held_out_count(40, share)}
    np.testing.assert_allclose(draws.propensity, draws.treated.mean(axis=0))
    assert draws.propensity.mean() == pytest.approx(1 - held_out_count(40, share) / 40)
    _may_be_on_either_side(draws, share)


@pytest.mark.parametrize("share", [0.2, 0.3, 0.5])
def test_a_market_far_larger_than_the_others_may_be_on_either_side(share: float) -> None:
    traits = np.random.default_rng(5).standard_normal((40, 3))
    traits[7] = [4.0, 3.0, 4.0]
    draws = balanced_draws(traits, share, seed=3)
    _may_be_on_either_side(draws, share)


def _may_be_on_either_side(draws: BalancedDraws, share: float) -> None:
    assert draws.propensity.min() >= 0.5 * (1.0 - share)
    assert (1.0 - draws.propensity).min() >= 0.5 * share


def test_what_is_drawn_by_many_seeds_has_the_recorded_propensity() -> None:
    draws = balanced_draws(TRAITS, 0.3, seed=3)
    shown = np.mean([draws.one(seed) for seed in range(3_000)], axis=0)
    # Three standard errors of a share of three thousand.
    np.testing.assert_allclose(shown, draws.propensity, atol=3 * 0.5 / np.sqrt(3_000))


def test_a_seed_draws_the_same_and_another_others() -> None:
    first, again, other = (balanced_draws(TRAITS, 0.4, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.treated, again.treated)
    np.testing.assert_array_equal(first.one(1), again.one(1))
    assert (first.one(1) != other.one(2)).any()


def test_sides_are_more_alike_than_any_lot_would_make_them() -> None:
    draws = balanced_draws(TRAITS, 0.5, seed=3)
    plain = [np.random.default_rng(seed).permutation(40) < 20 for seed in range(500)]
    kept = [standardised_differences(TRAITS, treated) for treated in draws.treated]
    lot = [standardised_differences(TRAITS, treated) for treated in plain]
    assert float(np.abs(kept).max()) < 0.3
    assert float(np.mean(np.abs(kept))) < 0.3 * float(np.mean(np.abs(lot)))


def test_few_markets_have_few_assignments() -> None:
    draws = balanced_draws(TRAITS[:4], 0.5, seed=0)
    assert len(np.unique(draws.treated, axis=0)) == len(draws.treated) <= 4
    np.testing.assert_allclose(draws.propensity, 0.5)


def test_windows_have_the_season_of_the_test() -> None:
    past = invented_past(weeks=156)
    found = placebo_windows(past, date(2025, 3, 3), 6, 26)
    starts = pd.DatetimeIndex(past.weeks[found.starts])
    assert found.of_season
    assert found.starts.min() >= 26
    assert found.starts.max() + 6 <= 156
    assert int(np.abs(starts.day_of_year - 62).max()) <= 9 * 7


def test_windows_beside_large_campaigns_are_passed_over() -> None:
    past = invented_past(weeks=156)
    stir = np.where((np.arange(156) >= 55) & (np.arange(156) < 66), 0.1, 0.0)
    found = placebo_windows(replace(past, stir=stir), date(2025, 3, 3), 6, 26)
    assert len(found.starts) >= 6
    assert not {start for start in found.starts if stir[start : start + 6].any()}


def test_a_short_past_speaks_as_a_whole_and_a_shorter_one_not_at_all() -> None:
    past = invented_past(weeks=40)
    found = placebo_windows(past, date(2025, 3, 3), 6, 26)
    assert (found.of_season, list(found.starts)) == (False, list(range(26, 35)))
    with pytest.raises(NoTestBasisError, match="40 weeks of sales, 41 are needed"):
        placebo_windows(past, date(2025, 3, 3), 6, 35)


def test_the_past_is_freed_of_campaigns_and_discounts() -> None:
    logs = noise_of(20, 120, seed=6)
    discount = np.where(np.random.default_rng(1).random(logs.shape) < 0.05, 0.2, 0.0)
    first = (FIRST_MONDAY + 7 * 60).astype("datetime64[D]").item()
    campaign = Campaign("b1", "food", first, first, campaign_id="k1")
    treated = np.arange(20) < 10
    assigned = pd.DataFrame(
        {"campaign_id": "k1", "market_id": [f"m{i:02d}" for i in range(20)], "treated": treated}
    )
    running = np.zeros(logs.shape)
    running[:10, 60:64] = 1.0
    sold = logs + 0.1 * running + 1.5 * discount
    markets = pd.DataFrame({"population": 1_000}, index=assigned["market_id"])
    found = past_sales(history_of(sold, discount=discount), "b1", markets, [campaign], assigned)
    left = found.log_sales - logs
    left -= left.mean()
    assert float(np.abs(left).max()) < 0.03
    assert float(found.noise.autocorrelation) == pytest.approx(0.2, abs=0.05)
    assert set(np.flatnonzero(found.stir)) == set(range(60, 64))
    assert float(found.stir.max()) == pytest.approx(0.1, abs=0.03)


def predicted(by_market: dict[str, float]) -> PredictedLift:
    return PredictedLift(np.full(10, 0.02), 0.02, by_market, dict.fromkeys(by_market, 100.0), 6)


def test_a_leak_shrinks_the_contrast_by_what_reaches_held_out_markets() -> None:
    markets, sold = ("a", "b", "c", "d"), np.array([1.0, 3.0, 2.0, 2.0])
    treated = np.array([True, True, False, False])
    lift = predicted({"a": 0.04, "b": 0.02, "c": 0.01, "d": 0.00})
    found = leakage(lift, markets, sold, treated, 0.6)
    # Shown: (0.04 + 3 × 0.02) / 4 = 0.025; leaked: 0.6 × (0.02 + 0) / 4 = 0.003.
    assert found.contrast == pytest.approx(1 - 0.003 / 0.025)
    assert found.audience_held_out == pytest.approx(0.5)
    assert leakage(lift, markets, sold, treated, 0.0).contrast == 1.0
    assert leakage(None, markets, sold, treated, 0.6).contrast == pytest.approx(0.4)


def test_where_more_leaks_than_is_shown_nothing_is_seen() -> None:
    treated = np.array([True, False])
    lift = predicted({"a": 0.01, "b": 0.05})
    assert leakage(lift, ("a", "b"), np.ones(2), treated, 0.5).contrast == 0.0


def test_a_lift_thins_out_beyond_its_window() -> None:
    lift = predicted({"a": 0.02})
    assert float(lift.over(12).mean()) == pytest.approx(0.01)
    assert float(lift.over(3).mean()) == pytest.approx(0.02)
