"""Exposure of all campaigns in one matrix is each campaign's own, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from training.rosters.sample import exposure_matrix


@pytest.mark.parametrize("shuffled", [False, True])
def test_blocks_come_to_lie_where_their_cells_and_bookings_are(shuffled: bool) -> None:
    rng = np.random.default_rng(0)
    order = rng.permutation(30) if shuffled else np.arange(30)
    expected, blocks, cell, booking = np.zeros((30, 20)), [], 0, 0
    for cells, bookings in ((4, 3), (0, 2), (1, 1), (10, 9), (15, 5)):
        exposure = rng.uniform(size=(cells, bookings)) * (rng.random((cells, bookings)) < 0.6)
        own = np.sort(order[cell : cell + cells])
        taken = np.arange(booking, booking + bookings)
        expected[np.ix_(own, taken)] = exposure
        blocks.append((own, taken, exposure))
        cell, booking = cell + cells, booking + bookings
    found = exposure_matrix(blocks, 30, 20)
    assert np.array_equal(found.toarray(), expected)
    assert found.nnz == np.count_nonzero(expected)
    assert found.has_canonical_format
    assert {found.indices.dtype.name, found.indptr.dtype.name} == {"int32"}
