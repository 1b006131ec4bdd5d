"""How well what was stated agrees with what was measured, given the noise of measuring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from training.arrays import Booleans, Floats
from training.metrics.measured import calibration_slope, noisy_r2_score
from training.metrics.truth import rank_score

#: Of the intervals of shares and slopes.
LEVEL = 0.9
_REACH = float(stats.norm.ppf(0.5 + LEVEL / 2.0))


@dataclass(frozen=True)
class Bounded:
    """A number with the ends of its 90 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Agreement:
    """Stated beside measured lifts of some campaigns.

    Attributes:
        coverage: share of measured lifts inside "what a test would show"; None of no intervals.
        slope: of measured on stated lifts, through the origin, weighted by 1/SE².
        bias: measured less stated, weighted by 1/SE².
        r2, r2_ceiling: against measured lifts, and what perfect predictions would show.
        rank: Spearman's.
    """

    campaigns: int
    coverage: Bounded | None
    slope: Bounded
    bias: Bounded
    r2: float
    r2_ceiling: float
    rank: float


def agreement(
    stated: Floats, measured: Floats, error: Floats, inside: Booleans | None = None
) -> Agreement:
    """Set stated lifts beside measured ones and their standard errors [campaign].

    Args:
        inside: whether the measured lift lies in the interval stated for it; fewer campaigns
            than the rest where some have no interval.
    """
    weight = error**-2.0 / np.sum(error**-2.0)
    gap = measured - stated
    bias = float(weight @ gap)
    # The sandwich's: campaigns stray by more than the noise of their measurement.
    bias_error = float(np.sqrt(np.sum((weight * (gap - bias)) ** 2)))
    r2, ceiling = noisy_r2_score(stated, measured, error)
    slope = calibration_slope(stated, measured, error)
    return Agreement(
        campaigns=len(stated),
        coverage=share(inside) if inside is not None and len(inside) else None,
        slope=_around(slope.value, slope.error),
        bias=_around(bias, bias_error),
        r2=r2,
        r2_ceiling=ceiling,
        rank=rank_score(measured, stated) if len(stated) > 1 else 0.0,
    )


def share(held: Booleans) -> Bounded:
    """A share with the interval of Wilson (1927), which stays within 0 and 1."""
    found = stats.binomtest(int(held.sum()), len(held)).proportion_ci(LEVEL, method="wilson")
    return Bounded(float(held.mean()), float(found.low), float(found.high))


def _around(value: float, error: float) -> Bounded:
    return Bounded(value, value - _REACH * error, value + _REACH * error)
