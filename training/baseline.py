"""What would be sold without the campaign: the forecast that a lift is set against.

Each market's recent sales, freed of season, are carried forward and given the season of
the weeks to come. Season is learned for each product category and for the brand itself,
and mixed by how many years of history speak. How many recent weeks to average, and how
far off such forecasts are, is measured on past campaigns' windows, never assumed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Self
from weakref import WeakKeyDictionary

import numpy as np

from features.entities import Window
from features.errors import NoBaselineError
from features.history.markets import SalesHistory
from training.arrays import Floats, Integers
from training.season import SEASON_WEEKS, season_index, spread_over_weeks, week_of_year

_CANDIDATE_WEEKS = (8, 13, 26, 52)
_FEWEST_WEEKS = 8
#: A brand's own season counts for as much as the category's after this many years.
_YEARS_TO_TRUST = 2.0
#: Sales that ended longer ago than this are no baseline for a campaign.
_STALE_WEEKS = 26
_OWN_SEASONS: WeakKeyDictionary[SalesHistory, dict[str, Floats]] = WeakKeyDictionary()


@dataclass(frozen=True)
class BaselineForecast:
    """Expected revenue without the campaign over its window.

    `revenue` is [market]; `relative_error` the standard deviation of the log of total revenue
    around its forecast; `weekly` the recent weekly level by market, season removed.
    """

    market_ids: tuple[str, ...]
    revenue: Floats
    weekly: Floats
    relative_error: float
    horizon_weeks: float


@dataclass(frozen=True)
class BaselineModel:
    """Seasons by category (log index by week of the year) and the forecast's measured error.

    `error` is the log standard deviation of a campaign's total at a horizon of
    `error_horizon` weeks; it grows with the square root of the horizon beyond that.
    """

    recent_weeks: int
    seasons: Mapping[str, tuple[float, ...]]
    error: float
    error_horizon: float
    backtests: int

    def forecast(
        self,
        history: SalesHistory,
        brand_id: str,
        category: str,
        markets: Sequence[str] | None,
        window: Window,
    ) -> BaselineForecast:
        """Forecast a brand's revenue by market over a window.

        Args:
            history: sales known on the day of the forecast.
            category: the brand's category, for the season.
            markets: market ids; None means every market the brand sells in.

        Raises:
            NoBaselineError: the brand has no, too few or only stale sales there.
        """
        own, chosen = _brand_sales(history, brand_id, markets)
        season = self.season(history, brand_id, category)
        weekly = recent_level(own[chosen], season[week_of_year(history.weeks)], self.recent_weeks)
        if not (np.nansum(weekly) > 0):
            raise NoBaselineError(brand_id, "nothing was sold in the last weeks in these markets")
        weeks = spread_over_weeks(window)
        factor = sum(share * np.exp(season[week]) for week, share in weeks.items())
        horizon = _horizon_weeks(history, window)
        grown = max(horizon / self.error_horizon, 1.0)
        return BaselineForecast(
            market_ids=tuple(history.market_ids[i] for i in chosen),
            revenue=np.nan_to_num(weekly) * factor,
            weekly=np.nan_to_num(weekly),
            relative_error=float(self.error * np.sqrt(grown)),
            horizon_weeks=horizon,
        )

    def season(self, history: SalesHistory, brand_id: str, category: str) -> Floats:
        """Log season by week of the year [52], the brand's own mixed with its category's."""
        shared = np.array(self.seasons.get(category, self.seasons["*"]))
        years = len(history.weeks) / SEASON_WEEKS
        if years < 1.5:
            return shared
        own = _own_season(history, brand_id)
        trust = max(years - 1.0, 0.0) / (max(years - 1.0, 0.0) + _YEARS_TO_TRUST)
        mixed: Floats = trust * own + (1 - trust) * shared
        return mixed

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        seasons = {name: tuple(index) for name, index in content["seasons"].items()}
        return cls(**{**content, "seasons": seasons})


def fit_baseline(
    history: SalesHistory,
    categories: Mapping[str, str],
    past: Sequence[tuple[str, date, Window, Integers]],
) -> BaselineModel:
    """Learn seasons and choose the forecast that did best on past campaigns' held-out markets.

    Args:
        history: all weekly sales.
        categories: category by brand_id.
        past: brand_id, booked_on, window and held-out market positions of past campaigns.
    """
    seasons = _fit_seasons(history, categories)
    known_seasons = {
        day: _fit_seasons(history.until(day), categories) for day in {day for _, day, _, _ in past}
    }
    best: BaselineModel | None = None
    for recent in _CANDIDATE_WEEKS:
        errors, horizons = _backtest(recent, known_seasons, history, categories, past)
        if not len(errors):
            continue
        # The forecast is not re-centred: a bias is an error like any other.
        spread = float(np.sqrt(np.mean(np.minimum(np.abs(errors), 1.5) ** 2)))
        if best is None or spread < best.error:
            horizon = float(np.mean(horizons))
            best = BaselineModel(recent, seasons, max(spread, 0.005), horizon, len(errors))
    return best or BaselineModel(13, seasons, error=0.25, error_horizon=8.0, backtests=0)


def recent_level(revenue: Floats, season: Floats, weeks: int) -> Floats:
    """Mean weekly revenue of the last `weeks` weeks with season divided out [market]."""
    last = revenue[:, -weeks:] / np.exp(season[-weeks:])
    seen = np.isfinite(last)
    level: Floats = np.where(seen, last, 0.0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    return level


def _own_season(history: SalesHistory, brand_id: str) -> Floats:
    """A brand's season, kept as long as the history it was learned from is in use."""
    known = _OWN_SEASONS.setdefault(history, {})
    if brand_id not in known:
        revenue = history.revenue[history.brand_ids.index(brand_id)]
        known[brand_id] = season_index([revenue], history.weeks)
    return known[brand_id]


def _brand_sales(
    history: SalesHistory, brand_id: str, markets: Sequence[str] | None
) -> tuple[Floats, list[int]]:
    if brand_id not in history.brand_ids:
        raise NoBaselineError(brand_id, "the catalog has no sales of this brand")
    own = history.revenue[history.brand_ids.index(brand_id)]
    selling = np.isfinite(own[:, -_STALE_WEEKS:]).any(axis=1)
    if markets is None:
        chosen = [int(i) for i in np.flatnonzero(selling)]
    else:
        position = {market: i for i, market in enumerate(history.market_ids)}
        chosen = [position[m] for m in markets if m in position]
    if not chosen or not selling[chosen].any():
        raise NoBaselineError(brand_id, f"no sales in the last {_STALE_WEEKS} weeks in its markets")
    found = int(np.isfinite(own[chosen]).any(axis=0).sum())
    if found < _FEWEST_WEEKS:
        raise NoBaselineError(
            brand_id, f"only {found} weeks of sales, at least {_FEWEST_WEEKS} are needed"
        )
    return own, chosen


def _fit_seasons(
    history: SalesHistory, categories: Mapping[str, str]
) -> dict[str, tuple[float, ...]]:
    groups: dict[str, list[Floats]] = {"*": list(history.revenue)}
    for brand, revenue in zip(history.brand_ids, history.revenue, strict=True):
        groups.setdefault(categories.get(brand, "*"), []).append(revenue)
    return {
        name: tuple(float(x) for x in season_index(panels, history.weeks))
        for name, panels in groups.items()
    }


def _backtest(
    recent_weeks: int,
    seasons: Mapping[date, Mapping[str, tuple[float, ...]]],
    history: SalesHistory,
    categories: Mapping[str, str],
    past: Sequence[tuple[str, date, Window, Integers]],
) -> tuple[Floats, Floats]:
    """Log errors of the total in held-out markets, and horizons, of past windows.

    Each forecast knows the sales and the `seasons` of its own day, nothing later.
    """
    errors, horizons = [], []
    for brand_id, booked_on, window, held_out in past:
        ids = [history.market_ids[i] for i in held_out]
        model = BaselineModel(recent_weeks, seasons[booked_on], 0.1, error_horizon=8.0, backtests=0)
        try:
            ahead = model.forecast(
                history.until(booked_on), brand_id, categories.get(brand_id, "*"), ids, window
            )
        except NoBaselineError:
            continue
        actual = _window_revenue(history, brand_id, ahead.market_ids, window)
        both = np.isfinite(actual) & (ahead.revenue > 0)
        if both.any() and actual[both].sum() > 0:
            errors.append(np.log(actual[both].sum() / ahead.revenue[both].sum()))
            horizons.append(ahead.horizon_weeks)
    return np.array(errors), np.array(horizons)


def _window_revenue(
    history: SalesHistory, brand_id: str, markets: Sequence[str], window: Window
) -> Floats:
    """Revenue over a window [market]; weeks without a row stand at the window's own mean."""
    thursdays = history.weeks + np.timedelta64(3, "D")
    inside = (thursdays >= np.datetime64(window.first)) & (thursdays <= np.datetime64(window.last))
    rows = np.array([history.market_ids.index(m) for m in markets], dtype=np.int64)
    own = history.revenue[history.brand_ids.index(brand_id)][np.ix_(rows, np.flatnonzero(inside))]
    seen = np.isfinite(own)
    count = seen.sum(axis=1)
    mean = np.where(seen, own, 0.0).sum(axis=1) / np.maximum(count, 1)
    covered: Floats = np.where(2 * count >= own.shape[1], mean * window.days / 7, np.nan)
    return covered if own.shape[1] else np.full(len(rows), np.nan)


def _horizon_weeks(history: SalesHistory, window: Window) -> float:
    """Weeks from the last known sales to the middle of the window."""
    known_until: date = history.weeks[-1].astype("datetime64[D]").item()
    middle = window.first + timedelta(days=window.days // 2)
    return max((middle - known_until).days / 7, 1.0)
