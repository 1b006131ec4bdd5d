"""What roster learners learn from: booking rows, cells, and the shares that join them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from training.arrays import Floats, Integers


@dataclass(frozen=True)
class RosterSample:
    """Past campaigns as arrays.

    `linear` [booking, p] is standardised without gaps, `families` [p] numbers the columns that
    share one prior, `trees` [booking, q] is the design as LightGBM takes it (NaN allowed).
    `shares` [cell, booking] is each booking's exposure in each cell. `outcome`, `treatment`,
    `weight` are [cell]; `booking_campaign`, `cell_campaign` number the campaigns.
    """

    linear: Floats
    families: Integers
    trees: Floats
    shares: sparse.csr_array
    booking_campaign: Integers
    cell_campaign: Integers
    outcome: Floats
    treatment: Floats
    weight: Floats

    @property
    def campaigns(self) -> int:
        return int(self.cell_campaign.max()) + 1

    def reweighted(self, by_campaign: Floats) -> RosterSample:
        """The same sample with each campaign's cells weighted: a bootstrap, or a fold at 0."""
        return replace(self, weight=self.weight * by_campaign[self.cell_campaign])


def exposure_matrix(
    blocks: list[tuple[Integers, Integers, Floats]], cells: int, bookings: int
) -> sparse.csr_array:
    """Join per-campaign blocks (cells, bookings, exposure [cell, booking]) into one matrix.

    Every number is written to its place at once: lists of rows and columns to be sorted would take
    four times the memory of the matrix.
    """
    size = np.zeros(cells + 1, dtype=np.int64)
    for cell, _, exposure in blocks:
        size[cell + 1] = np.count_nonzero(exposure, axis=1)
    first = np.cumsum(size)
    number = np.int32 if max(first[-1], bookings) <= np.iinfo(np.int32).max else np.int64
    values, columns = np.empty(first[-1]), np.empty(first[-1], dtype=number)
    for cell, booking, exposure in blocks:
        row, column = np.nonzero(exposure)
        before = np.r_[0, np.cumsum(np.bincount(row, minlength=len(cell)))]
        place = first[cell][row] + np.arange(len(row)) - before[row]
        values[place], columns[place] = exposure[row, column], booking[column]
    return sparse.csr_array((values, columns, first.astype(number)), shape=(cells, bookings))
