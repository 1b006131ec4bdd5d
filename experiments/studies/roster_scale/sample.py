"""A roster sample of any size, made of numbers alone: no creators, no sales, no features."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from training.arrays import Floats, Integers
from training.rosters.sample import RosterSample

#: Columns of the linear design and of the trees, about as many as a trained world has; those that
#: only the linear design has are one family.
LINEAR_COLUMNS, TREE_COLUMNS = 100, 75
#: Median lift of a cell, and the standard error of its measured log effect.
_TYPICAL_LIFT, _CELL_ERROR = 0.015, 0.05


@dataclass(frozen=True)
class Size:
    """How many campaigns, bookings a campaign and markets a campaign."""

    campaigns: int
    bookings: int
    markets: int


@dataclass(frozen=True)
class InventedRosters:
    """A sample and the truth behind it: F of every booking [booking]."""

    sample: RosterSample
    scores: Floats


def invent_rosters(size: Size, seed: int) -> InventedRosters:
    """Every booking reaches every market, the worst case for sparse shares."""
    rng = np.random.default_rng(seed)
    linear = rng.standard_normal((size.campaigns * size.bookings, LINEAR_COLUMNS))
    scores = np.log(_TYPICAL_LIFT) + 0.3 * linear[:, 0] - 0.3 * linear[:, 1]
    scores += 0.5 * (linear[:, 2] > 0.5)  # a threshold, for trees to find
    shares = _shares(rng, size)
    lift = shares @ np.exp(scores)
    treatment = rng.choice([-0.5, 0.5], len(lift))
    noise = _CELL_ERROR * rng.standard_normal(len(lift))
    sample = RosterSample(
        linear=linear,
        families=np.minimum(np.arange(LINEAR_COLUMNS), TREE_COLUMNS),
        trees=np.ascontiguousarray(linear[:, :TREE_COLUMNS]),
        shares=shares,
        booking_campaign=_numbered(size.campaigns, size.bookings),
        cell_campaign=_numbered(size.campaigns, size.markets),
        outcome=treatment * np.log1p(lift) + noise,
        treatment=treatment,
        weight=np.full(len(lift), _CELL_ERROR**-2.0),
    )
    return InventedRosters(sample, scores)


def _shares(rng: np.random.Generator, size: Size) -> sparse.csr_array:
    """Exposure [cell, booking], written row by row: joining blocks would copy it several times."""
    cells = size.campaigns * size.markets
    values: Floats = rng.gamma(1.0, 1.0 / size.bookings, cells * size.bookings)
    first = np.repeat(np.arange(size.campaigns) * size.bookings, size.markets)
    columns = (first[:, None] + np.arange(size.bookings)).astype(np.int32)
    ends = (np.arange(cells + 1) * size.bookings).astype(np.int32)
    return sparse.csr_array(
        (values, columns.ravel(), ends), shape=(cells, size.campaigns * size.bookings)
    )


def _numbered(groups: int, size: int) -> Integers:
    numbers: Integers = np.repeat(np.arange(groups), size)
    return numbers
