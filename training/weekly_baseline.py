"""The baseline week by week: what a picture of it shows beside the sales so far.

The total over a campaign's window is forecast by `training.baseline`, with an error measured
on past campaigns. A single week strays more: its own noise comes on top.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from features.entities import Campaign, Window
from features.history.markets import SalesHistory
from features.snapshots.snapshot import Snapshot
from training.arrays import AnyArray, Booleans, Floats
from training.baseline import BaselineForecast, BaselineModel
from training.forecast import check_campaign, forecast_baseline
from training.season import SEASON_WEEKS, week_of_year
from training.weeks import window_weeks

#: Weeks of sales that are shown: two years, so that each week has the one a year before it.
SHOWN_WEEKS: Final = 104
#: A campaign far ahead is not joined to the sales so far by more weeks than these.
MOST_WEEKS_BETWEEN: Final = 26
_YEAR: Final = np.timedelta64(7 * SEASON_WEEKS, "D")


@dataclass(frozen=True)
class WeeklyBaseline:
    """A brand's sales in a campaign's markets by week, so far and to come.

    `weeks` are Mondays; those `ahead` run from the end of the sales to the end of the window,
    `inside` tells which of them belong to it; `last_year` are the sales 52 weeks before each,
    NaN where unknown. `relative_error` is the standard deviation of the log of each week's
    sales around `expected`. `total` is the forecast of the window as a whole.
    """

    weeks: AnyArray  # [past week]
    revenue: Floats  # [past week], NaN where unknown
    ahead: AnyArray  # [week]
    inside: Booleans  # [week]
    expected: Floats  # [week]
    relative_error: Floats  # [week]
    last_year: Floats  # [week]
    total: BaselineForecast


def weekly_baseline(model: BaselineModel, snapshot: Snapshot, campaign: Campaign) -> WeeklyBaseline:
    """Forecast a campaign's baseline week by week.

    Raises:
        InvalidRequestError: unknown brand or markets, each by path.
        NoBaselineError: there are no sales to forecast from.
    """
    check_campaign(snapshot, campaign)
    total = forecast_baseline(model, snapshot, campaign)
    history, brand_id, window = snapshot.sales, campaign.brand_id, campaign.window
    category = str(snapshot.brands.loc[brand_id, "category"])
    ahead = _weeks_ahead(history.weeks, window)
    by_week = [
        model.forecast(history, brand_id, category, total.market_ids, _days_of(week))
        for week in ahead
    ]
    sold = _sold(history, brand_id, total.market_ids)
    season = model.season(history, brand_id, category)[week_of_year(history.weeks)]
    errors = np.array([week.relative_error for week in by_week])
    return WeeklyBaseline(
        weeks=history.weeks[-SHOWN_WEEKS:],
        revenue=sold[-SHOWN_WEEKS:],
        ahead=ahead,
        inside=window_weeks(ahead, window.first, window.last),
        expected=np.array([float(week.revenue.sum()) for week in by_week]),
        relative_error=np.hypot(errors, week_noise(sold, season)),
        last_year=_in_weeks(ahead - _YEAR, history.weeks, sold),
        total=total,
    )


def week_noise(sold: Floats, season: Floats) -> float:
    """Standard deviation of the log of one week's sales around their level and `season`.

    Half the mean square of differences between neighbouring weeks, which a level that moves
    slowly hardly touches (von Neumann et al. 1941, "The mean square successive difference").
    Both arrays are [week]; 0 where no two neighbouring weeks are known.
    """
    recent = slice(-SEASON_WEEKS, None)
    level = np.log(np.where(sold > 0, sold, np.nan)) - season
    steps = np.diff(level[recent])
    steps = steps[np.isfinite(steps)]
    return float(np.sqrt(np.mean(steps**2) / 2)) if len(steps) else 0.0


def _sold(history: SalesHistory, brand_id: str, market_ids: Sequence[str]) -> Floats:
    """Sales by week over these markets; NaN where no market has a row."""
    rows = [history.market_ids.index(market) for market in market_ids]
    own = history.revenue[history.brand_ids.index(brand_id)][rows]
    seen = np.isfinite(own)
    total: Floats = np.where(seen.any(axis=0), np.where(seen, own, 0.0).sum(axis=0), np.nan)
    return total


def _weeks_ahead(weeks: AnyArray, window: Window) -> AnyArray:
    """Mondays from the first week without sales to the window's last."""
    week = np.timedelta64(7, "D")
    first, last = (_monday(day) for day in (window.first, window.last))
    begin = max(min(weeks[-1] + week, first), first - MOST_WEEKS_BETWEEN * week)
    return np.arange(begin, last + week, week)


def _monday(day: date) -> np.datetime64:
    return np.datetime64(day - timedelta(days=day.weekday()))


def _days_of(week: np.datetime64) -> Window:
    monday: date = week.astype("datetime64[D]").item()
    return Window(monday, monday + timedelta(days=6))


def _in_weeks(wanted: AnyArray, weeks: AnyArray, sold: Floats) -> Floats:
    """The sales of these weeks, NaN for weeks outside the history."""
    place = np.searchsorted(weeks, wanted)
    inside = (place < len(weeks)) & (weeks[np.minimum(place, len(weeks) - 1)] == wanted)
    found: Floats = np.where(inside, sold[np.minimum(place, len(weeks) - 1)], np.nan)
    return found
