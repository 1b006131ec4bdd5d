"""What was stated of a roster's lift before its campaign, whoever stated it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from scipy import stats

from training.bundle import Bundle
from training.forecast import RosterForecast
from training.intervals import quantile_interval

#: A forecast that somebody was told, and one that a model of its time makes afterwards.
TOLD, HINDCAST = "told", "hindcast"
#: Of what a test would show, and of the expected lift in hindcasts.
LEVEL: Final = 0.9


@dataclass(frozen=True)
class StatedTest:
    """What a holdout test of the roster was to show; its interval is of `LEVEL`.

    `mean` is the expected lift less what leaks into the markets it is set against, `spread` the
    standard deviation of its log, `standard_error` what was expected of the test's log effect.
    """

    mean: float
    low: float
    high: float
    spread: float
    standard_error: float


@dataclass(frozen=True)
class StatedLift:
    """An expected lift with its interval.

    Attributes:
        origin: `TOLD` or `HINDCAST`.
        model: the version that told it, or the quarter at whose beginning it was trained.
        known_until: the last day of which anything was known; of a hindcast, the day its features
            end, as its model's knowledge ended earlier.
        level: of the expected lift's interval.
        test: None where the model that told it is gone.
        warnings: codes, the gravest first.
        differs: terms on which the bookings that were asked about are not those booked.
    """

    origin: str
    model: str
    known_until: date
    mean: float
    low: float
    high: float
    level: float
    test: StatedTest | None
    warnings: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()


def stated_test(
    bundle: Bundle, mean: float, spread: float, brand_id: str, markets: int
) -> StatedTest:
    """What a test in so many markets was to show, from an expected lift and its log spread.

    A test sets treated markets against held-out ones: what leaks into the latter it cannot see.
    """
    tests = bundle.holdout
    error = tests.standard_error(brand_id, markets)
    seen = mean * (1.0 - bundle.manifest.metrics.get("leak", 0.0))
    low, high = tests.around(float(np.log1p(max(seen, -0.99))), spread, error, LEVEL)
    return StatedTest(seen, low, high, spread, error)


def stated_by(
    bundle: Bundle, forecast: RosterForecast, model: str, warnings: tuple[str, ...]
) -> StatedLift:
    """What a bundle states of a past campaign's roster."""
    campaign, mean = forecast.campaign, forecast.expected_lift()
    low, high = quantile_interval(forecast.lift, LEVEL)
    spread = float(np.log1p(np.maximum(forecast.lift, -0.99)).std())
    markets = len(forecast.rows.reach.market_ids)
    return StatedLift(
        origin=HINDCAST,
        model=model,
        known_until=campaign.booked_on or campaign.starts_on,
        mean=mean,
        low=min(float(low), mean),
        high=max(float(high), mean),
        level=LEVEL,
        test=stated_test(bundle, mean, spread, campaign.brand_id, markets),
        warnings=warnings,
    )


def log_spread(low: float, high: float, level: float) -> float:
    """Standard deviation of a log lift from the ends of its interval, as a normal has them."""
    ends = np.log1p(np.maximum([low, high], -0.99))
    return float((ends[1] - ends[0]) / (2.0 * stats.norm.ppf(0.5 + level / 2.0)))
