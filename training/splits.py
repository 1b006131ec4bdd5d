"""Which campaigns are learned from and which are judged, proven apart when a split is made.

A campaign is never cut in two: its markets share its creators, its weeks and its luck, so a
model that saw some of its markets has seen the rest. Folds ask what the model makes of
campaigns it has not seen; the cut in time asks the harder question, whether what held until
a day still holds for the campaigns booked from then on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.errors import CrossedFoldsError
from training.arrays import AnyArray, Booleans, Floats, Integers
from training.rosters.boosting import fold_numbers


@dataclass(frozen=True)
class Split:
    """Numbers of the campaigns that are learned from, and of those that are judged.

    Raises:
        CrossedFoldsError: a campaign is on both sides.
    """

    learn: Integers
    judge: Integers

    def __post_init__(self) -> None:
        both = np.intersect1d(self.learn, self.judge)
        if len(both):
            raise CrossedFoldsError(both.tolist())

    def learned(self, campaigns: int) -> Floats:
        """1 for campaigns that are learned from, else 0 [campaign]: a sample's new weights."""
        by_campaign = np.zeros(campaigns)
        by_campaign[self.learn] = 1.0
        return by_campaign


@dataclass(frozen=True)
class CampaignFolds:
    """Splits of which each campaign is judged by exactly one.

    Raises:
        CrossedFoldsError: a campaign is judged by no split or by several.
    """

    splits: tuple[Split, ...]
    campaigns: int

    def __post_init__(self) -> None:
        judged = np.concatenate([split.judge for split in self.splits])
        times = np.bincount(judged, minlength=self.campaigns)
        if np.any(times != 1):
            raise CrossedFoldsError(np.flatnonzero(times != 1).tolist())


@dataclass(frozen=True)
class TimeForward(Split):
    """Campaigns measured by the day before `cut`, and campaigns booked from `cut` on.

    A campaign that was booked before the cut and measured after it is on neither side.

    Args:
        booked_on, measured_on: day of booking and last day of the window [campaign].

    Raises:
        CrossedFoldsError: a campaign that is learned from ended on or after the cut, or one
            that is judged was booked before it.
    """

    cut: np.datetime64
    booked_on: AnyArray
    measured_on: AnyArray

    def __post_init__(self) -> None:
        super().__post_init__()
        late = self.learn[self.measured_on[self.learn] >= self.cut]
        early = self.judge[self.booked_on[self.judge] < self.cut]
        if len(late) or len(early):
            raise CrossedFoldsError([*late.tolist(), *early.tolist()])


def campaign_folds(campaigns: int, folds: int, seed: int) -> CampaignFolds:
    """The folds that tuning judges campaigns in."""
    fold = fold_numbers(campaigns, folds, seed)
    splits = (
        Split(np.flatnonzero(fold != own), np.flatnonzero(fold == own)) for own in range(folds)
    )
    return CampaignFolds(tuple(splits), campaigns)


def time_forward(booked_on: AnyArray, measured_on: AnyArray, share: float = 0.7) -> TimeForward:
    """Cut where `share` of the campaigns had been booked.

    Args:
        booked_on, measured_on: day of booking and last day of the window [campaign].
    """
    ordered = np.sort(booked_on)
    cut = ordered[min(int(np.ceil(share * len(ordered))), len(ordered) - 1)]
    return TimeForward(
        learn=np.flatnonzero(measured_on < cut),
        judge=np.flatnonzero(booked_on >= cut),
        cut=cut,
        booked_on=booked_on,
        measured_on=measured_on,
    )


def out_of_bag(counts: Integers) -> Booleans:
    """Which bags may judge which campaign: those that did not draw it [bag, campaign]."""
    left_out: Booleans = counts == 0
    return left_out
