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
    """Join per-campaign blocks (cells, bookings, exposure [cell, booking]) into one matrix."""
    rows = [np.repeat(cell, len(booking)) for cell, booking, _ in blocks]
    columns = [np.tile(booking, len(cell)) for cell, booking, _ in blocks]
    values = [exposure.ravel() for _, _, exposure in blocks]
    matrix = sparse.coo_array(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))),
        shape=(cells, bookings),
    ).tocsr()
    matrix.eliminate_zeros()
    return matrix
