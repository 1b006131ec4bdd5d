"""What all bookings of a campaign share: its window and how much the brand sells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from features.entities import Campaign, Window
from features.history.markets import SalesHistory
from features.people.coverage import FloatArray

#: Sales of so many weeks before a campaign tell how large the brand is.
SALES_WEEKS: Final = 26


@dataclass(frozen=True, eq=False)
class Occasion:
    """The campaign as far as all its bookings share it."""

    window: Window
    posting_days: int
    weekly_revenue_per_head: float  # NaN where the brand has no sales in the markets


def occasion_of(
    campaign: Campaign, market_ids: tuple[str, ...], population: FloatArray, sales: SalesHistory
) -> Occasion:
    """Return what all bookings of the campaign share; `population` is [market_ids]."""
    return Occasion(
        window=campaign.window,
        posting_days=Window(campaign.starts_on, campaign.ends_on).days,
        weekly_revenue_per_head=_revenue_per_head(campaign.brand_id, market_ids, population, sales),
    )


def _revenue_per_head(
    brand_id: str, market_ids: tuple[str, ...], population: FloatArray, sales: SalesHistory
) -> float:
    """Return mean weekly revenue per inhabitant over the last 26 weeks and all markets sold in."""
    if brand_id not in sales.brand_ids:
        return float("nan")
    column = {market: row for row, market in enumerate(sales.market_ids)}
    rows = np.array([column.get(market, -1) for market in market_ids], dtype=np.intp)
    recent = sales.revenue[sales.brand_ids.index(brand_id), rows[rows >= 0], -SALES_WEEKS:]
    sold = np.isfinite(recent).any(axis=1)
    people = population[rows >= 0][sold].sum()
    if people <= 0:
        return float("nan")
    return float(np.nanmean(recent[sold], axis=1).sum() / people)
