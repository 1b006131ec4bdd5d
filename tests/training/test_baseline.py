"""Forecasts without a campaign, on sales whose future is known."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from features.entities import Window
from features.errors import NoBaselineError
from features.history.markets import SalesHistory
from tests.training.steady_sales import (
    FIRST_MONDAY,
    LEVELS,
    past_windows,
    season_of,
    steady_sales,
    window,
)
from training.baseline import BaselineModel, fit_baseline, recent_level
from training.season import season_index

BRAND_CATEGORY = {"b0": "skincare"}


def known(history: SalesHistory, weeks: int) -> SalesHistory:
    return history.until(FIRST_MONDAY + timedelta(days=7 * weeks - 1))


def flat_model(recent: int = 13, error: float = 0.1) -> BaselineModel:
    return BaselineModel(recent, {"*": (0.0,) * 52}, error=error, error_horizon=8.0, backtests=0)


def test_a_flat_series_goes_on_as_it_was() -> None:
    history = steady_sales(156)
    model = fit_baseline(history, BRAND_CATEGORY, past_windows("b0", 10, 156))
    found = model.forecast(history, "b0", "skincare", None, window(158))
    assert found.market_ids == ("north", "south", "west")
    assert found.revenue == pytest.approx(6 * LEVELS, rel=1e-6)
    assert found.weekly == pytest.approx(LEVELS, rel=1e-6)
    assert model.backtests == len(past_windows("b0", 10, 156))
    assert model.error == 0.005  # never surer than half a percent


@pytest.mark.parametrize("noise", [0.05, 0.15])
def test_the_backtest_shows_the_noise(noise: float) -> None:
    history = steady_sales(208, noise=noise, seed=3)
    model = fit_baseline(history, BRAND_CATEGORY, past_windows("b0", 2, 208))
    # Six weeks ahead against the mean of the last n weeks.
    expected = noise * np.sqrt(1 / 6 + 1 / model.recent_weeks)
    assert model.error == pytest.approx(expected, rel=0.35)
    assert model.recent_weeks >= 26  # nothing but noise: the longest memory is the best


def test_a_moving_level_shortens_the_memory() -> None:
    history = steady_sales(208)
    steps = np.where(np.arange(208) // 30 % 2 == 0, 1.0, 1.5)
    history = replace(history, revenue=history.revenue * steps)
    model = fit_baseline(history, BRAND_CATEGORY, past_windows("b0", 2, 208))
    assert model.recent_weeks <= 13


def test_the_error_grows_with_the_root_of_the_horizon() -> None:
    history = steady_sales(100)
    near = flat_model().forecast(history, "b0", "*", None, window(102))
    far = flat_model().forecast(history, "b0", "*", None, window(130))
    assert near.relative_error == pytest.approx(0.1)
    assert far.relative_error == pytest.approx(0.1 * np.sqrt(far.horizon_weeks / 8))
    assert far.horizon_weeks == pytest.approx(near.horizon_weeks + 28)


def test_days_count_as_sevenths_of_weeks() -> None:
    first = FIRST_MONDAY + timedelta(weeks=102)
    found = flat_model().forecast(
        steady_sales(100), "b0", "*", ["south"], Window(first, first + timedelta(days=9))
    )
    assert found.revenue == pytest.approx([50.0 * 10 / 7])


def test_a_known_season_is_put_on_the_weeks_to_come() -> None:
    """With the true season given, a forecast is exact but for weeks that straddle days."""
    history = steady_sales(162, swing=0.2)
    weeks = np.datetime64("2021-01-01") + 7 * np.arange(52)
    true = tuple(float(x) for x in season_of(weeks, 0.2))
    model = replace(flat_model(), seasons={"*": true, "skincare": true})
    young = known(history, 75)  # too young for a season of its own
    found = model.forecast(young, "b0", "skincare", None, window(77))
    assert found.revenue == pytest.approx(history.revenue[0][:, 77:83].sum(axis=1), rel=0.01)


def test_the_season_has_the_right_shape() -> None:
    history = steady_sales(260, brands=8, swing=0.2)
    index = season_index(list(history.revenue), history.weeks)
    weeks = np.datetime64("2021-01-01") + 7 * np.arange(52)
    assert np.corrcoef(index, season_of(weeks, 0.2))[0, 1] > 0.97
    assert index.mean() == pytest.approx(0.0, abs=1e-12)


def test_no_season_is_found_in_flat_or_short_series() -> None:
    flat = steady_sales(156)
    assert season_index(list(flat.revenue), flat.weeks) == pytest.approx(np.zeros(52), abs=1e-9)
    short = steady_sales(51, swing=0.3)
    assert season_index(list(short.revenue), short.weeks).tolist() == [0.0] * 52


def test_the_recent_level_skips_missing_weeks() -> None:
    revenue = np.array([[9.0, 1.0, 2.0, np.nan, 4.0], [9.0, np.nan, np.nan, np.nan, np.nan]])
    assert recent_level(revenue, np.zeros(5), 4) == pytest.approx([7 / 3, 0.0])
    season = np.log(np.array([1.0, 1.0, 2.0, 1.0, 4.0]))
    assert recent_level(revenue, season, 4)[0] == pytest.approx((1 + 1 + 1) / 3)


def test_by_default_every_market_that_sells_is_forecast() -> None:
    history = steady_sales(100)
    revenue = history.revenue.copy()
    revenue[0, 1, 60:] = np.nan  # the south was given up
    history = replace(history, revenue=revenue)
    found = flat_model().forecast(history, "b0", "*", None, window(102))
    assert found.market_ids == ("north", "west")
    asked = flat_model().forecast(history, "b0", "*", ["west", "atlantis"], window(102))
    assert asked.market_ids == ("west",)
    assert asked.revenue == pytest.approx([120.0])


@pytest.mark.parametrize(
    ("weeks", "gap", "brand", "markets", "why"),
    [
        (100, 0, "b9", None, "no sales of this brand"),
        (100, 27, "b0", None, "no sales in the last 26 weeks"),
        (100, 0, "b0", ("atlantis",), "no sales in the last 26 weeks"),
        (100, 0, "b0", (), "no sales in the last 26 weeks"),
        (7, 0, "b0", None, "only 7 weeks"),
        (0, 0, "b0", None, "no sales"),
    ],
)
def test_without_sales_there_is_no_baseline(
    weeks: int, gap: int, brand: str, markets: tuple[str, ...] | None, why: str
) -> None:
    history = steady_sales(weeks)
    if gap:
        history.revenue[:, :, -gap:] = np.nan
    with pytest.raises(NoBaselineError, match=why) as caught:
        flat_model().forecast(history, brand, "*", markets, window(102))
    assert caught.value.brand_id == brand


def test_sales_of_nothing_are_no_baseline() -> None:
    history = steady_sales(100)
    history.revenue[:] = 0.0
    with pytest.raises(NoBaselineError, match="nothing was sold"):
        flat_model().forecast(history, "b0", "*", None, window(102))


def test_without_past_campaigns_the_error_is_a_guess() -> None:
    model = fit_baseline(steady_sales(100), BRAND_CATEGORY, [])
    assert model.backtests == 0
    assert model.error == 0.25
    too_early = [("b0", date(2021, 1, 20), window(5), np.arange(3))]
    assert fit_baseline(steady_sales(100), BRAND_CATEGORY, too_early).backtests == 0


def test_a_backtest_sees_nothing_after_the_booking() -> None:
    """One brand's boom after the day of booking is an error of the backtest, not a forecast."""
    history = steady_sales(100, brands=20)
    history.revenue[0, :, 80:] *= 2.0
    past = [("b0", FIRST_MONDAY + timedelta(weeks=80), window(84), np.arange(3))]
    error = fit_baseline(history, {}, past).error
    assert error == pytest.approx(np.log(2), abs=0.05)


def test_json_brings_it_back() -> None:
    model = fit_baseline(steady_sales(156, swing=0.2), BRAND_CATEGORY, past_windows("b0", 20, 156))
    assert BaselineModel.from_json(json.loads(json.dumps(model.to_json()))) == model
