"""Past weeks that stand in for a test: windows of its length and season with nothing in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from experiments.design.past_sales import PastSales
from features.errors import NoTestBasisError
from training.arrays import Integers
from training.season import SEASON_WEEKS, week_of_year

#: A window has the season of the test when it begins so many weeks earlier or later in the year.
_SAME_SEASON_WEEKS: Final = 8
#: With fewer windows of its season, all of the past speaks.
_FEWEST_WINDOWS: Final = 6
#: What large campaigns of the brand leave behind, even taken out, is no noise of a test: of the
#: windows the calmer half is tried.
_CALM_PART: Final = 0.5


@dataclass(frozen=True)
class PlaceboWindows:
    """Where windows begin in the past [window], how long they and the weeks before them are."""

    starts: Integers
    weeks: int
    pre_weeks: int
    of_season: bool


def placebo_windows(past: PastSales, starts_on: date, weeks: int, pre_weeks: int) -> PlaceboWindows:
    """Find the windows; those of the test's season where there are enough, and of them the calmer.

    Raises:
        NoTestBasisError: the past is shorter than one window and the weeks before it.
    """
    starts = np.arange(pre_weeks, len(past.weeks) - weeks + 1)
    if not len(starts):
        raise NoTestBasisError(
            past.brand_id,
            f"{len(past.weeks)} weeks of sales, {pre_weeks + weeks} are needed to try a test of "
            f"{weeks} weeks on them",
        )
    monday = np.array([np.datetime64(starts_on)])
    apart = np.abs(week_of_year(past.weeks[starts]) - int(week_of_year(monday)[0]))
    near = starts[np.minimum(apart, SEASON_WEEKS - apart) <= _SAME_SEASON_WEEKS]
    of_season = len(near) >= _FEWEST_WINDOWS
    calm = _calm(past, near if of_season else starts, weeks)
    return PlaceboWindows(calm.astype(np.int64), weeks, pre_weeks, of_season)


def _calm(past: PastSales, starts: Integers, weeks: int) -> Integers:
    """The windows in which the brand's own campaigns moved sales least, in order of time."""
    stir = np.array([past.stir[start : start + weeks].mean() for start in starts])
    kept: Integers = starts[stir <= np.quantile(stir, _CALM_PART)]
    return kept if len(kept) >= _FEWEST_WINDOWS else starts
