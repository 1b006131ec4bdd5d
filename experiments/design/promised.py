"""What arithmetic promises of a test in the company of the brand's other campaigns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from experiments.design.beside import BrandCampaign, added_variance, beside
from experiments.design.past_sales import PastSales
from training.arrays import Floats
from training.power.arithmetic import Detection, expected_detection

#: Another campaign is thought to be shown in so many markets.
_SHOWN: Final = 0.5


@dataclass(frozen=True)
class Promised:
    """One test with the campaigns `known` to run beside it, and with none (`alone`).

    `disturbed` is that of a test alone, but for one campaign through all of its weeks that is like
    the brand's earlier ones.
    """

    known: Detection
    alone: Detection
    disturbed: Detection


def promised(
    past: PastSales,
    starts_on: date,
    share: float,
    weeks: int,
    pre_weeks: int,
    squares: Floats | None = None,
) -> Promised:
    """What a test from `starts_on` on sees; campaigns before it count in all three.

    Args:
        squares: the expected square of each market's weight [market]; see `expected_detection`.
    """
    company = beside(past.campaigns, starts_on, weeks)
    before = [one for one in past.campaigns if one not in company]

    def detection(campaigns: Sequence[BrandCampaign], more: float = 0.0) -> Detection:
        added = more + added_variance(campaigns, starts_on, weeks, pre_weeks)
        return expected_detection(past.noise, share, weeks, pre_weeks, added=added, squares=squares)

    another = _SHOWN * past.unevenness.variance(past.unevenness.typical)
    return Promised(detection(past.campaigns), detection(before), detection(before, another))
