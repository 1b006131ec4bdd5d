"""Sales by brand, market and week: what a baseline forecast starts from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.sources.source import Source

Panel = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SalesHistory:
    """A dense weekly panel; every array has shape [brand, market, week].

    `weeks` are Mondays, contiguous and ascending. NaN in `revenue` means that the week
    has no row; NaN elsewhere means unknown. `price` is weighted by units, `discount` (a
    share of the list price) by revenue; `media` is the other paid media, summed.
    """

    brand_ids: tuple[str, ...]
    market_ids: tuple[str, ...]
    weeks: npt.NDArray[np.datetime64]
    revenue: Panel
    price: Panel
    discount: Panel
    media: Panel

    def until(self, day: date) -> SalesHistory:
        """The weeks that ended on or before `day` (a week ends on its Sunday)."""
        ended = int(
            np.searchsorted(self.weeks + np.timedelta64(6, "D"), np.datetime64(day), "right")
        )
        return replace(
            self,
            weeks=self.weeks[:ended],
            revenue=self.revenue[:, :, :ended],
            price=self.price[:, :, :ended],
            discount=self.discount[:, :, :ended],
            media=self.media[:, :, :ended],
        )


def sales_history(source: Source) -> SalesHistory:
    """The sales table as a weekly panel over all markets and the brands that sell.

    Days are summed to weeks that start on Monday; of daily sales the first and the last
    week are left out where the table begins or ends in the middle of them.

    Raises:
        SourceError: sales or markets are missing or cannot be read.
    """
    sales = source.table("sales")
    weekly = _weekly(sales).execute()
    weekly["week"] = weekly["week"].to_numpy("datetime64[D]")
    whole = weekly[_whole_weeks(weekly["week"].to_numpy("datetime64[D]"), sales)]
    market_ids = tuple(sorted(source.frame("markets")["market_id"]))
    return _panel(whole, tuple(sorted(whole["brand_id"].unique())), market_ids)


def _weekly(sales: ir.Table) -> ir.Table:
    dated = sales.mutate(week=sales.date.truncate("W"))
    priced = (dated.units > 0) & dated.price.notnull()
    marked = (dated.revenue > 0) & dated.discount.notnull()
    price = (dated.price * dated.units).sum(where=priced) / dated.units.sum(where=priced)
    discount = (dated.discount * dated.revenue).sum(where=marked) / dated.revenue.sum(where=marked)
    return dated.group_by("brand_id", "market_id", "week").agg(
        revenue=dated.revenue.sum(),
        price=price.fill_null(dated.price.mean()),
        discount=discount.fill_null(dated.discount.mean()),
        media=dated.media_spend.sum(),
    )


def _whole_weeks(weeks: npt.NDArray[np.datetime64], sales: ir.Table) -> npt.NDArray[np.bool_]:
    """Which weeks lie between the first and the last day of sales; all of weekly sales."""
    span = sales.agg(
        first=sales.date.min(),
        last=sales.date.max(),
        daily=(sales.date.day_of_week.index() > 0).any(),
    ).execute()
    if not bool(span["daily"].fillna(False).iloc[0]):
        return np.full(len(weeks), True)
    first, last = (np.datetime64(span[name].iloc[0], "D") for name in ("first", "last"))
    return (weeks >= first) & (weeks + np.timedelta64(6, "D") <= last)


def _panel(
    weekly: pd.DataFrame, brand_ids: tuple[str, ...], market_ids: tuple[str, ...]
) -> SalesHistory:
    days = weekly["week"].to_numpy("datetime64[D]")
    step = np.timedelta64(7, "D")
    weeks = np.arange(days.min(), days.max() + step, step) if len(days) else days
    place = (
        pd.Index(brand_ids).get_indexer(pd.Index(weekly["brand_id"])),
        pd.Index(market_ids).get_indexer(pd.Index(weekly["market_id"])),
        np.searchsorted(weeks, days),
    )
    panels: dict[str, Panel] = {}
    for name in ("revenue", "price", "discount", "media"):
        panels[name] = np.full((len(brand_ids), len(market_ids), len(weeks)), np.nan)
        panels[name][place] = weekly[name].to_numpy("float64", na_value=np.nan)
    return SalesHistory(brand_ids, market_ids, weeks, **panels)
