"""Exposure as dense blocks: a campaign's cells times its bookings is a full rectangle.

A sparse matrix of all campaigns stores an index with every number and walks them one by
one; blocks of one shape are multiplied together by BLAS. On 5,000 campaigns of 30 bookings
and 200 markets a gradient takes a quarter of the time and the transposed copy is not needed.
Numbers are single precision: a relative 1e-7 is far below any standard error.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import sparse

from training.arrays import Floats, Integers, Singles
from training.rosters.scratch import Scratch

#: Shapes are rounded up to multiples of this, so that many campaigns share one.
_STEP = 8
#: The design of one piece [campaign, cell, column] has at most so many numbers.
_PIECE = 4_000_000
#: Shares that are worked on at a time, 1.2 MB: a core's own cache holds them.
_CACHED = 300_000
#: Campaigns written to a scratch file, or pieces read of it, before it lets go.
_LET_GO_EVERY = 64


@dataclass(frozen=True, eq=False)
class Block:
    """Campaigns of one padded shape, by their numbers [campaign].

    `cell` [campaign, c] and `booking` [campaign, b] are row numbers, padding points one past
    the last; `shares` is [campaign, c, b], 0 where padded. They lie in memory, or in a file of
    which `scratch` lets go after use.
    """

    campaign: Integers
    cell: Integers
    booking: Integers
    shares: Singles
    scratch: Scratch | None = None

    def pieces(self) -> Iterator[Block]:
        """Few campaigns at a time, so that what is done to them stays in the cache."""
        size = max(_CACHED // self.shares[0].size, 1)
        for number, first in enumerate(range(0, len(self.cell), size)):
            yield self.rows(slice(first, first + size))
            if self.scratch is not None and number % _LET_GO_EVERY == 0:
                self.scratch.let_go()
        if self.scratch is not None:
            self.scratch.let_go()

    def lift(self, padded: Singles) -> Singles:
        """Σ_i share · value of every cell [campaign, c], from all values with a 0 at the end."""
        return np.asarray(np.matmul(self.shares, padded[self.booking][:, :, None])[:, :, 0])

    def pull(self, rows: Floats) -> Singles:
        """Σ_c row · share of every booking [k, campaign, b] from rows [k, campaign, c]."""
        by_campaign = rows.transpose(1, 0, 2).astype(np.float32)
        return np.asarray(np.matmul(by_campaign, self.shares).transpose(1, 0, 2))

    def rows(self, own: slice | Integers) -> Block:
        """Some of its campaigns."""
        return Block(self.campaign[own], self.cell[own], self.booking[own], self.shares[own])


@dataclass(frozen=True, eq=False)
class ShareBlocks:
    """All campaigns' exposure; `cells` and `bookings` count the rows of either side."""

    blocks: tuple[Block, ...]
    cells: int
    bookings: int

    @classmethod
    def of(
        cls,
        shares: sparse.csr_array,
        cell_campaign: Integers,
        booking_campaign: Integers,
        *,
        spilled: bool = False,
    ) -> Self:
        """Cut exposure [cell, booking] by campaign; it is 0 outside a campaign's own rectangle.

        Args:
            spilled: keep the blocks in a scratch file and only what is worked on in memory.
        """
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
            full = (len(numbers), *shape)
            scratch = Scratch(4 * math.prod(full)) if spilled else None
            filled = scratch.zeros(full) if scratch else np.zeros(full, dtype=np.float32)
            for row, number in enumerate(numbers):
                own = shares[cells[number]][:, bookings[number]].toarray()
                filled[row, : own.shape[0], : own.shape[1]] = own
                if scratch and row % _LET_GO_EVERY == 0:
                    scratch.let_go()
            blocks.append(Block(np.array(numbers), cell, booking, filled, scratch))
        return cls(tuple(blocks), len(cell_campaign), len(booking_campaign))

    def lift(self, values: Floats) -> Floats:
        """Σ_i share · value of every cell [cell] from the bookings' values [booking]."""
        padded = np.append(values, 0.0).astype(np.float32)
        lift = np.zeros(self.cells + 1)
        for piece in self.pieces():
            lift[piece.cell] = piece.lift(padded)
        return lift[:-1]

    def pull(self, rows: Floats) -> Floats:
        """Σ_c row · share of every booking [k, booking] from rows over cells [k, cell]."""
        padded = np.hstack([rows, np.zeros((len(rows), 1))])
        pulled = np.zeros((len(rows), self.bookings + 1))
        for piece in self.pieces():
            pulled[:, piece.booking] = piece.pull(padded[:, piece.cell])
        return pulled[:, :-1]

    def drawn(self, campaigns: Integers) -> tuple[ShareBlocks, Integers, Integers]:
        """Some campaigns' exposure alone, with the numbers of their cells and of their bookings.

        Args:
            campaigns: their numbers, each once.
        """
        kept = [
            block.rows(np.flatnonzero(np.isin(block.campaign, campaigns))) for block in self.blocks
        ]
        for block in self.blocks:
            if block.scratch is not None:
                block.scratch.let_go()
        kept = [block for block in kept if len(block.cell)]
        cell = _numbers([block.cell for block in kept], self.cells)
        booking = _numbers([block.booking for block in kept], self.bookings)
        # What points one past the last still does.
        blocks = tuple(
            Block(
                block.campaign,
                np.searchsorted(cell, block.cell),
                np.searchsorted(booking, block.booking),
                block.shares,
            )
            for block in kept
        )
        return ShareBlocks(blocks, len(cell), len(booking)), cell, booking

    def pieces(self) -> Iterator[Block]:
        """All campaigns, a few at a time."""
        for block in self.blocks:
            yield from block.pieces()

    def designs(self, values: Floats, columns: Singles) -> Iterator[tuple[Integers, Singles]]:
        """Σ_i share · value · column of cells, piece by piece: (cell [n], design [n, column]).

        Together the pieces hold every cell once; padding is left out. Designs may be written to.

        Args:
            columns: from `padded_columns`.
        """
        weight = np.append(values, 0.0).astype(np.float32)
        for block in self.pieces():
            size = max(_PIECE // (block.cell.shape[1] * columns.shape[1]), 1)
            for first in range(0, len(block.cell), size):
                piece = slice(first, first + size)
                weighted = block.shares[piece] * weight[block.booking[piece]][:, None, :]
                design = np.matmul(weighted, columns[block.booking[piece]])
                real = block.cell[piece] < self.cells
                yield block.cell[piece][real], design[real]


def padded_columns(columns: Floats) -> Singles:
    """A column of ones and columns [booking, k] as `designs` takes them [booking + 1, k + 1].

    In single precision, with a row of nothing at the end, where padding points.
    """
    padded = np.zeros((len(columns) + 1, columns.shape[1] + 1), dtype=np.float32)
    padded[:-1, 0] = 1.0
    padded[:-1, 1:] = columns
    return padded


def _numbers(rows: list[Integers], filler: int) -> Integers:
    """The row numbers that occur, in order, without the padding."""
    found = np.unique(np.concatenate([own.ravel() for own in rows])) if rows else np.zeros(0, int)
    return found[found < filler]


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
