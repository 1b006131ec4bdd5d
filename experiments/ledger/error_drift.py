"""Whether forecasts have begun to err: a CUSUM of their deviations and their coverage of late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np
from scipy import stats

from training.arrays import Booleans, Floats

#: A shift of a standard deviation is what the CUSUM is quickest to see (Page 1954).
_ALLOWANCE: Final = 0.5
#: No single campaign may raise the alarm.
_MOST: Final = 3.0
_FALSE_ALARMS: Final = 0.01
_DRAWS: Final = 4_000


@dataclass(frozen=True)
class Cusum:
    """The largest sum of deviations to one side, and the one that chance reaches 1 time in 100.

    `since` is the day on which the campaign began from where it rose, None where it never did.
    """

    value: float
    limit: float
    upwards: bool
    since: date | None

    @property
    def alarm(self) -> bool:
        """Whether forecasts err to one side."""
        return self.value > self.limit


def cusum(deviations: Sequence[float], starts_on: Sequence[date]) -> Cusum:
    """Run both one-sided sums over campaigns in the order of their start.

    Args:
        deviations: standard normal where forecasts are right [campaign].
        starts_on: ascending [campaign].
    """
    values = np.clip(np.array(deviations, dtype=float), -_MOST, _MOST)
    sides = {up: _path(values if up else -values) for up in (True, False)}
    up = max(sides, key=lambda side: sides[side].max(initial=0.0))
    path = sides[up]
    if not path.max(initial=0.0) > 0:
        return Cusum(0.0, cusum_limit(len(values)), True, None)
    top = int(path.argmax())
    zeros = np.flatnonzero(path[:top] == 0.0)
    first = int(zeros[-1]) + 1 if len(zeros) else 0
    return Cusum(float(path[top]), cusum_limit(len(values)), up, starts_on[first])


@lru_cache(maxsize=1_000)
def cusum_limit(campaigns: int) -> float:
    """What the larger of both sums exceeds 1 time in 100 in so many campaigns without drift."""
    if not campaigns:
        return float("inf")
    drawn = np.random.default_rng(0).standard_normal((_DRAWS, campaigns)).clip(-_MOST, _MOST)
    highest = np.zeros(_DRAWS)
    for side in (drawn, -drawn):
        total = np.zeros(_DRAWS)
        for step in side.T:
            total = np.maximum(total + step - _ALLOWANCE, 0.0)
            highest = np.maximum(highest, total)
    return float(np.quantile(highest, 1.0 - _FALSE_ALARMS))


def coverage_p_value(inside: Booleans, level: float) -> float:
    """Chance that so few or fewer measured lifts lie inside intervals that hold their level."""
    return float(stats.binom.cdf(int(inside.sum()), len(inside), level))


def _path(values: Floats) -> Floats:
    path, total = np.zeros(len(values)), 0.0
    for number, value in enumerate(values):
        total = max(total + float(value) - _ALLOWANCE, 0.0)
        path[number] = total
    return path
