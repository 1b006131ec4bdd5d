"""Which catalog columns enter a booking row as logarithms.

Planners see counts as they are; models see the logarithm of what is heavy-tailed, under a
name that says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from features.people.coverage import FloatArray

#: Counts and ratios of which the largest are thousands of times the median.
LOG_SCALED: Final = (
    "followers_total",
    "engagement_per_follower_90d",
    "posts_per_week_90d",
    "median_views_90d",
    "median_view_rate_90d",
    "paying_subscribers",
    "account_age_days",
)


def in_booking_rows(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names catalog columns have in booking rows: "log_" before the scaled ones."""
    return tuple(f"log_{name}" if name in LOG_SCALED else name for name in names)


def scaled(values: FloatArray, names: Sequence[str]) -> FloatArray:
    """Return catalog values, [creators, names], as booking rows have them: log(1 + value)."""
    columns = [column for column, name in enumerate(names) if name in LOG_SCALED]
    rescaled = values.copy()
    rescaled[:, columns] = np.log1p(values[:, columns])
    return rescaled


def in_own_unit(name: str, value: float) -> float:
    """Return what a booking row's value means in the unit of its dictionary entry.

    Columns named "log_…" hold log(1 + value), but for the brand's sales per inhabitant, which
    are far below 1 and enter as their plain logarithm.
    """
    if name == "log_brand_revenue_per_head":
        return float(np.exp(value))
    return float(np.expm1(value)) if name.startswith("log_") else value
