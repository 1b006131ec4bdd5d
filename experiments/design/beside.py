"""The brand's other campaigns, before a test and beside it: what their unevenness adds to error.

A campaign shifts a market's mean sales by its part of the weeks: in the window it is taken for the
test's effect, in the weeks before it for the market's level, in both alike it falls out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from features.entities import Window
from training.arrays import Floats


@dataclass(frozen=True, eq=False)
class BrandCampaign:
    """One campaign of the brand.

    `window` are the days that its sales are counted over; `shown` [market] is the expected square
    of the dose there, one half where nothing says which markets see it; `assigned` whether
    something does. `effect` is the size expected of its average log effect, `variance` that of the
    effect over markets that see it.
    """

    campaign_id: str
    window: Window
    shown: Floats
    assigned: bool
    effect: float
    variance: float


def beside(
    campaigns: Sequence[BrandCampaign], starts_on: date, weeks: int
) -> tuple[BrandCampaign, ...]:
    """The campaigns that run in some of a test's weeks and markets."""
    return tuple(
        one for one in campaigns if one.shown.any() and covered(one.window, starts_on, weeks) > 0
    )


def added_variance(
    campaigns: Sequence[BrandCampaign], starts_on: date, weeks: int, pre_weeks: int
) -> Floats | float:
    """What campaigns add to the variance of markets' change from before a test [market]."""
    before = starts_on - timedelta(weeks=pre_weeks)
    found: Floats | float = 0.0
    for one in campaigns:
        apart = covered(one.window, starts_on, weeks) - covered(one.window, before, pre_weeks)
        found = found + one.variance * apart**2 * one.shown
    return found


def covered(window: Window, first: date, weeks: int) -> float:
    """The part of so many weeks from `first` on that lies in a window."""
    last = first + timedelta(weeks=weeks, days=-1)
    days = (min(window.last, last) - max(window.first, first)).days + 1
    return max(days, 0) / (7 * weeks)
