"""Sales at the grain they are recorded in: a day's stay a day's, a week's a week's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from features.entities import Window
from features.sources.source import Source
from training.arrays import AnyArray, Booleans, Floats
from training.panel import sales_covariates
from training.weeks import weeks_before, window_weeks

_DAYS_PER_WEEK = 7


@dataclass(frozen=True, eq=False)
class Calendar:
    """The contiguous periods of a source: days, or Mondays that stand for their weeks."""

    periods: AnyArray
    daily: bool

    @property
    def last_day(self) -> date:
        """The last day that sales cover."""
        last: date = self.periods[-1].astype("datetime64[D]").item()
        return last if self.daily else last + timedelta(days=_DAYS_PER_WEEK - 1)

    def inside(self, window: Window) -> Booleans:
        """[period] those that belong to a span of days."""
        if not self.daily:
            return window_weeks(self.periods, window.first, window.last)
        first, last = np.datetime64(window.first), np.datetime64(window.last)
        return np.asarray((self.periods >= first) & (self.periods <= last))

    def before(self, day: date, weeks: int) -> Booleans:
        """[period] those of so many weeks that ended before a day."""
        if self.daily:
            ended = np.asarray(self.periods < np.datetime64(day))
            most = weeks * _DAYS_PER_WEEK
        else:
            ended, most = weeks_before(self.periods, day), weeks
        ended[: max(int(ended.sum()) - most, 0)] = False
        return ended


@dataclass(frozen=True, eq=False)
class BrandSales:
    """What one brand sold: [market, period] arrays, NaN where nothing is known."""

    market_ids: tuple[str, ...]
    revenue: Floats
    covariates: Sequence[Floats]


def calendar_of(source: Source) -> Calendar:
    """The days or weeks that a source's sales cover.

    Raises:
        SourceError: the sales table is missing or cannot be read.
    """
    sales = source.table("sales")
    span = sales.agg(
        first=sales.date.min(),
        last=sales.date.max(),
        daily=(sales.date.day_of_week.index() > 0).any(),
    ).execute()
    if pd.isna(span["first"].iloc[0]):
        return Calendar(np.zeros(0, dtype="datetime64[D]"), daily=False)
    daily = bool(span["daily"].iloc[0])
    first, last = (np.datetime64(pd.Timestamp(span[end].iloc[0]), "D") for end in ("first", "last"))
    step = np.timedelta64(1 if daily else _DAYS_PER_WEEK, "D")
    return Calendar(np.arange(first, last + step, step), daily)


def brand_sales(source: Source, calendar: Calendar, brand_id: str) -> BrandSales:
    """All recorded sales of a brand with what moved them beside campaigns."""
    table = source.table("sales")
    rows = table.filter(table.brand_id == brand_id).execute()
    market_ids = tuple(sorted(rows["market_id"].unique()))
    place = (
        pd.Index(market_ids).get_indexer(pd.Index(rows["market_id"])),
        np.searchsorted(calendar.periods, rows["date"].to_numpy("datetime64[D]")),
    )
    panels = {}
    for name in ("revenue", "price", "discount", "media_spend"):
        panels[name] = np.full((len(market_ids), len(calendar.periods)), np.nan)
        panels[name][place] = rows[name].to_numpy("float64", na_value=np.nan)
    covariates = sales_covariates(panels["price"], panels["discount"], panels["media_spend"])
    return BrandSales(market_ids, panels["revenue"], covariates)
