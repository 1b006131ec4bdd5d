"""How much of a roster each cell gets: a booking's share of people, in units of sales.

A booking's Shapley share of the people reached, per inhabitant and set against what the
brand sells there a week (wholly, not at all or, by default, halfway), is the exposure that
`exp(F)` multiplies: the same people are a large part of a small brand's market and a small
part of a large brand's. Sales are in units of the typical campaign's: no currency matters.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from features.history.markets import SalesHistory
from features.rosters.reach import RosterReach
from training.arrays import Floats

#: Weeks of sales that say how much a brand sells in a market at present.
_RECENT_WEEKS = 26
#: Sales per inhabitant below this part of the typical campaign's count as this part.
_LEAST_PER_HEAD = 0.01


def exposure(
    reach: RosterReach, weekly_revenue: Floats, typical_per_head: float, power: float
) -> Floats:
    """Exposure of every booking in every market [booking, market].

    Args:
        reach: the roster's reach; its markets are the columns of the answer.
        weekly_revenue: what the brand sells a week in each market without a campaign [market].
        typical_per_head: weekly revenue per inhabitant of the typical past campaign.
        power: 1 sets reach against the brand's own sales, 0 against population alone.
    """
    population = np.maximum(np.asarray(reach.population, dtype=float), 1.0)
    per_head = np.maximum(weekly_revenue, 0.0) / population / typical_per_head
    # A market where next to nothing is sold would get an unbounded lift.
    relative = np.maximum(per_head, _LEAST_PER_HEAD) ** power
    shares: Floats = reach.shapley / (population * relative)
    return shares


def weekly_sales(history: SalesHistory, brand_id: str, market_ids: Sequence[str]) -> Floats:
    """Mean weekly revenue of the last half year of `history` [market]; 0 where nothing is known.

    Deliberately plain: it scales exposure, for past and future campaigns alike. The forecast
    that turns a lift into money is `training.baseline`.
    """
    if brand_id not in history.brand_ids:
        return np.zeros(len(market_ids))
    own = history.revenue[history.brand_ids.index(brand_id)][:, -_RECENT_WEEKS:]
    seen = np.isfinite(own)
    mean = np.where(seen, own, 0.0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    position = {market: i for i, market in enumerate(history.market_ids)}
    return np.array([mean[position[m]] if m in position else 0.0 for m in market_ids])
