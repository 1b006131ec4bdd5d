"""The baseline by week, on sales whose level, season and noise are known."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from features.entities import Campaign
from features.errors import InvalidRequestError, NoBaselineError
from features.history.markets import SalesHistory
from features.snapshots.snapshot import Snapshot
from tests.training.steady_sales import FIRST_MONDAY, LEVELS, past_windows, steady_sales
from training.baseline import fit_baseline
from training.weekly_baseline import MOST_WEEKS_BETWEEN, WeeklyBaseline, week_noise, weekly_baseline

CATEGORIES = {"b0": "skincare"}


def snapshot_of(history: SalesHistory) -> Snapshot:
    """The parts of a snapshot that a baseline asks for."""
    brands = pd.DataFrame({"category": ["skincare"]}, index=pd.Index(["b0"], name="brand_id"))
    markets = pd.DataFrame(index=pd.Index(history.market_ids, name="market_id"))
    return cast(Snapshot, SimpleNamespace(sales=history, brands=brands, markets=markets))


def campaign(first: date, days: int = 14, **changed: Any) -> Campaign:
    values = {"brand_id": "b0", "category": "skincare", **changed}
    return Campaign(starts_on=first, ends_on=first + timedelta(days=days - 1), **values)


def baseline(history: SalesHistory, asked: Campaign) -> WeeklyBaseline:
    past = past_windows("b0", 10, len(history.weeks))
    return weekly_baseline(fit_baseline(history, CATEGORIES, past), snapshot_of(history), asked)


def test_a_season_without_noise_is_told_week_by_week() -> None:
    whole = steady_sales(182, swing=0.3)
    known = whole.until(FIRST_MONDAY + timedelta(days=7 * 160 - 1))
    found = baseline(known, campaign(FIRST_MONDAY + timedelta(weeks=164)))
    assert list(found.ahead) == list(whole.weeks[160:170])
    truth = whole.revenue[0].sum(axis=0)
    assert found.expected == pytest.approx(truth[160:170], rel=0.04)
    assert list(found.inside) == [False] * 4 + [True] * 6
    assert found.last_year == pytest.approx(truth[108:118])
    assert found.revenue == pytest.approx(truth[56:160])


def test_whole_weeks_add_up_to_the_window() -> None:
    found = baseline(steady_sales(156, swing=0.2), campaign(FIRST_MONDAY + timedelta(weeks=158)))
    assert found.expected[found.inside].sum() == pytest.approx(found.total.revenue.sum(), rel=1e-9)


def test_chosen_markets_alone_are_added_up() -> None:
    asked = campaign(FIRST_MONDAY + timedelta(weeks=158), markets=("west", "north"))
    found = baseline(steady_sales(156), asked)
    assert found.expected == pytest.approx(LEVELS[0] + LEVELS[2], rel=1e-6)
    assert found.revenue == pytest.approx(LEVELS[0] + LEVELS[2])


@pytest.mark.parametrize("noise", [0.05, 0.2])
def test_the_noise_of_weeks_is_found_beside_a_moving_level(noise: float) -> None:
    rng = np.random.default_rng(7)
    level = 1000 * np.exp(0.4 * np.sin(np.arange(400) / 30))
    season = np.tile(rng.normal(0, 0.2, 52), 8)[:400]
    found = [
        week_noise(level * np.exp(season + noise * rng.normal(size=400)), season) for _ in range(20)
    ]
    assert np.mean(found) == pytest.approx(noise, rel=0.1)


def test_a_week_strays_more_than_their_sum() -> None:
    found = baseline(
        steady_sales(208, noise=0.1, seed=2), campaign(FIRST_MONDAY + timedelta(weeks=210))
    )
    assert (found.relative_error > found.total.relative_error).all()
    assert found.relative_error == pytest.approx(np.hypot(0.1, found.total.relative_error), rel=0.3)


def test_a_campaign_far_ahead_is_not_joined_by_years_of_weeks() -> None:
    found = baseline(steady_sales(156), campaign(FIRST_MONDAY + timedelta(weeks=1000)))
    assert (~found.inside).sum() == MOST_WEEKS_BETWEEN
    assert np.isnan(found.last_year).all()


def test_a_campaign_before_the_sales_end_is_told_all_the_same() -> None:
    found = baseline(steady_sales(156), campaign(FIRST_MONDAY + timedelta(weeks=100)))
    assert found.inside.all()
    assert found.expected == pytest.approx(LEVELS.sum(), rel=1e-6)


def test_what_cannot_be_forecast_is_refused() -> None:
    history, day = steady_sales(156), FIRST_MONDAY + timedelta(weeks=158)
    with pytest.raises(InvalidRequestError, match="brand"):
        baseline(history, campaign(day, brand_id="b9"))
    with pytest.raises(InvalidRequestError, match="market"):
        baseline(history, campaign(day, markets=("north", "atlantis")))
    nothing = history.until(FIRST_MONDAY)
    model = fit_baseline(history, CATEGORIES, past_windows("b0", 10, 156))
    with pytest.raises(NoBaselineError):
        weekly_baseline(model, snapshot_of(nothing), campaign(day))
