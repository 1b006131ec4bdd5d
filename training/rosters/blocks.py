"""Exposure as dense blocks: a campaign's cells times its bookings is a full rectangle.

A sparse matrix of all campaigns stores an index with every number and walks them one by
one; blocks of one shape are multiplied together by BLAS. On 5,000 campaigns of 30 bookings
and 200 markets a gradient takes a quarter of the time and the transposed copy is not needed.
Numbers are single precision: a relative 1e-7 is far below any standard error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy import sparse

from training.arrays import Floats, Integers

Singles = npt.NDArray[np.float32]

#: Shapes are rounded up to multiples of this, so that many campaigns share one.
_STEP = 8
#: The design of one piece [campaign, cell, column] has at most so many numbers.
_PIECE = 4_000_000


@dataclass(frozen=True, eq=False)
class _Block:
    """Campaigns of one padded shape.

    `cell` [campaign, c] and `booking` [campaign, b] are row numbers, padding points one past
    the last; `shares` is [campaign, c, b], 0 where padded.
    """

    cell: Integers
    booking: Integers
    shares: Singles


@dataclass(frozen=True, eq=False)
class ShareBlocks:
    """All campaigns' exposure; `cells` and `bookings` count the rows of either side."""

    blocks: tuple[_Block, ...]
    cells: int
    bookings: int

    @classmethod
    def of(
        cls, shares: sparse.csr_array, cell_campaign: Integers, booking_campaign: Integers
    ) -> Self:
        """Cut exposure [cell, booking] by campaign; it is 0 outside a campaign's own rectangle."""
        campaigns = int(max(cell_campaign.max(), booking_campaign.max())) + 1
        cells, bookings = _members(cell_campaign, campaigns), _members(booking_campaign, campaigns)
        by_shape: dict[tuple[int, int], list[int]] = {}
        for number in range(campaigns):
            shape = _rounded(len(cells[number])), _rounded(len(bookings[number]))
            by_shape.setdefault(shape, []).append(number)
        blocks = []
        for shape, numbers in sorted(by_shape.items()):
            cell = _padded([cells[n] for n in numbers], shape[0], len(cell_campaign))
            booking = _padded([bookings[n] for n in numbers], shape[1], len(booking_campaign))
            filled = np.zeros((len(numbers), *shape), dtype=np.float32)
            for row, number in enumerate(numbers):
                own = shares[cells[number]][:, bookings[number]].toarray()
                filled[row, : own.shape[0], : own.shape[1]] = own
            blocks.append(_Block(cell, booking, filled))
        return cls(tuple(blocks), len(cell_campaign), len(booking_campaign))

    def lift(self, values: Floats) -> Floats:
        """Σ_i share · value of every cell [cell] from the bookings' values [booking]."""
        padded = np.append(values, 0.0).astype(np.float32)
        lift = np.zeros(self.cells + 1)
        for block in self.blocks:
            lift[block.cell] = np.matmul(block.shares, padded[block.booking][:, :, None])[:, :, 0]
        return lift[:-1]

    def pull(self, rows: Floats) -> Floats:
        """Σ_c row · share of every booking [k, booking] from rows over cells [k, cell]."""
        padded = np.zeros((len(rows), self.cells + 1), dtype=np.float32)
        padded[:, :-1] = rows
        pulled = np.zeros((len(rows), self.bookings + 1))
        for block in self.blocks:
            by_campaign = padded[:, block.cell].transpose(1, 0, 2)
            pulled[:, block.booking] = np.matmul(by_campaign, block.shares).transpose(1, 0, 2)
        return pulled[:, :-1]

    def designs(self, values: Floats, columns: Floats) -> Iterator[tuple[Integers, Singles]]:
        """Σ_i share · value · column of cells, piece by piece: (cell [n], design [n, column]).

        Together the pieces hold every cell once; padding is left out.
        """
        weight = np.append(values, 0.0).astype(np.float32)
        padded = np.vstack([columns, np.zeros((1, columns.shape[1]))]).astype(np.float32)
        for block in self.blocks:
            size = max(_PIECE // (block.cell.shape[1] * columns.shape[1]), 1)
            for first in range(0, len(block.cell), size):
                piece = slice(first, first + size)
                weighted = block.shares[piece] * weight[block.booking[piece]][:, None, :]
                design = np.matmul(weighted, padded[block.booking[piece]])
                real = block.cell[piece] < self.cells
                yield block.cell[piece][real], design[real]


def _members(number: Integers, groups: int) -> list[Integers]:
    """Row numbers of each group, in order."""
    order = np.argsort(number, kind="stable")
    return np.split(order, np.cumsum(np.bincount(number, minlength=groups))[:-1])


def _rounded(size: int) -> int:
    return -(-max(size, 1) // _STEP) * _STEP


def _padded(rows: list[Integers], size: int, filler: int) -> Integers:
    filled = np.full((len(rows), size), filler, dtype=np.int64)
    for number, own in enumerate(rows):
        filled[number, : len(own)] = own
    return filled
