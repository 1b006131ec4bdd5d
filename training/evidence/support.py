"""What past campaigns covered: where a model speaks from experience."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.rosters.scaling import in_own_unit
from training.past import PastRoster


@dataclass(frozen=True)
class FeatureRange:
    """Where nine in ten past bookings lay, in the feature's own unit; `unknown` is a share."""

    name: str
    low: float
    median: float
    high: float
    unknown: float


@dataclass(frozen=True)
class Support:
    """Past campaigns and bookings counted.

    `brands` counts campaigns, `platforms` the campaigns with a booking there and the bookings;
    `creators` the different creators; `sizes` are the smallest, the median and the largest
    roster, in bookings.
    """

    brands: Mapping[str, int]
    platforms: Mapping[str, tuple[int, int]]
    creators: int
    bookings: int
    sizes: tuple[int, float, int]
    ranges: tuple[FeatureRange, ...]


def support_of(rosters: Sequence[PastRoster], numeric: Sequence[str]) -> Support:
    """The support of a model that learned from these campaigns.

    Args:
        numeric: names of the features that are numbers.
    """
    rows = pd.concat([roster.rows.features for roster in rosters], ignore_index=True)
    campaigns: Counter[str] = Counter()
    for roster in rosters:
        campaigns.update({str(name) for name in roster.rows.features["platform"]})
    bookings = Counter(str(name) for name in rows["platform"])
    sizes = [len(roster.rows.creator_ids) for roster in rosters]
    return Support(
        brands=dict(Counter(roster.campaign.brand_id for roster in rosters).most_common()),
        platforms={name: (own, bookings[name]) for name, own in campaigns.most_common()},
        creators=len({creator for roster in rosters for creator in roster.rows.creator_ids}),
        bookings=len(rows),
        sizes=(min(sizes), float(np.median(sizes)), max(sizes)),
        ranges=tuple(_range(name, rows[name]) for name in numeric),
    )


def _range(name: str, column: pd.Series) -> FeatureRange:
    values = column.to_numpy(dtype=float)
    known = values[np.isfinite(values)]
    low, median, high = (
        (in_own_unit(name, float(at)) for at in np.quantile(known, (0.05, 0.5, 0.95)))
        if len(known)
        else (float("nan"),) * 3
    )
    return FeatureRange(name, low, median, high, 1.0 - len(known) / len(values))
