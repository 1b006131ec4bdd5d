"""Single members of a model asked about a part of a sample."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from training.arrays import Floats, Integers
from training.rosters.averages import average_rows
from training.rosters.loss import bounded_exp, saturated
from training.rosters.model import AveragedRosters, BoostedRosters, RosterModel
from training.rosters.sample import RosterSample


@dataclass(frozen=True)
class Part:
    """Some campaigns of a sample: their numbers and those of their bookings in the whole.

    `sample` holds them alone, numbered anew from 0 in the order of `campaigns`.
    """

    campaigns: Integers
    bookings: Integers
    sample: RosterSample

    def with_rows(self, linear: Floats, trees: Floats) -> RosterSample:
        """The part with other booking rows, given for the whole sample [booking, ·]."""
        return replace(self.sample, linear=linear[self.bookings], trees=trees[self.bookings])


def part_of(sample: RosterSample, campaigns: Integers) -> Part:
    """The cells and bookings of some campaigns.

    Args:
        campaigns: numbers in ascending order.
    """
    cells = np.flatnonzero(np.isin(sample.cell_campaign, campaigns))
    bookings = np.flatnonzero(np.isin(sample.booking_campaign, campaigns))
    alone = RosterSample(
        linear=sample.linear[bookings],
        families=sample.families,
        trees=sample.trees[bookings],
        shares=sample.shares[cells][:, bookings].tocsr(),
        booking_campaign=np.searchsorted(campaigns, sample.booking_campaign[bookings]),
        cell_campaign=np.searchsorted(campaigns, sample.cell_campaign[cells]),
        outcome=sample.outcome[cells],
        treatment=sample.treatment[cells],
        weight=sample.weight[cells],
    )
    return Part(campaigns, bookings, alone)


def member_lifts(model: RosterModel, member: int, sample: RosterSample) -> Floats:
    """What one member of a model predicts for a sample [cell]."""
    if isinstance(model, AveragedRosters):
        rows = average_rows(sample.linear, sample.shares, sample.cell_campaign)
        return model.members[member].lift(rows)
    assert isinstance(model, BoostedRosters)  # there is no third
    one = model.members[member]
    scores = one.score(sample.linear, sample.trees)
    return saturated(sample.shares @ bounded_exp(scores), one.ceiling)
