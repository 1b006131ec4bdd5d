"""Forecasts of series whose season is known to the last digit."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.steady_sales import FIRST_MONDAY, season_of, steady_sales, window
from training.baseline import fit_baseline
from training.season import season_index


@pytest.mark.parametrize("weeks", [104, 130, 156, 182, 208])
def test_a_seasonal_series_is_forecast_within_two_percent(weeks: int) -> None:
    history = steady_sales(weeks + 12, brands=4, swing=0.2)
    known = history.until(history.weeks[weeks].item())
    model = fit_baseline(known, {}, [])
    found = model.forecast(known, "b0", "*", None, window(weeks + 3))
    truth = history.revenue[0][:, weeks + 3 : weeks + 9].sum(axis=1)
    assert found.revenue == pytest.approx(truth, rel=0.02)


@pytest.mark.parametrize("weeks", [1, 30, 51, 52])
def test_less_than_a_year_and_a_week_shows_no_season(weeks: int) -> None:
    history = steady_sales(weeks, brands=2, swing=0.2)
    assert season_index(list(history.revenue), history.weeks).tolist() == [0.0] * 52


def test_the_season_has_the_right_size() -> None:
    history = steady_sales(156, brands=4, swing=0.2)
    found = season_index(list(history.revenue), history.weeks)
    weeks = np.datetime64(FIRST_MONDAY) - 3 + 7 * np.arange(52)
    assert found == pytest.approx(season_of(weeks, 0.2), abs=0.03)
