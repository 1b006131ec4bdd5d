"""Sampled people and which of a roster's bookings each of them follows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.people.coverage import FloatArray, IntArray, quadrature


@dataclass(frozen=True, eq=False)
class Memberships:
    """Sampled followers of a roster's bookings, each person's memberships side by side.

    Only people with two memberships or more are listed; of the others it is enough to know
    how many there are. A place is a market of the campaign or, the last one, all the rest.

    counts   [bookings, places] sampled followers
    first    [people] where each listed person's memberships begin
    many     [people] how many they are
    booking  [listed]
    cell     [listed] booking x places + place
    """

    counts: FloatArray
    first: IntArray
    many: IntArray
    booking: IntArray
    cell: IntArray

    def summed(self, weights: FloatArray | None) -> FloatArray:
        """Return the sums of `weights` [listed] (None: 1) by cell, [bookings, places]."""
        sums = np.bincount(self.cell, weights=weights, minlength=self.counts.size)
        return sums.astype(float).reshape(self.counts.shape)


def memberships_by_person(
    identity: npt.NDArray[np.uint64], cell: IntArray, shape: tuple[int, int]
) -> Memberships:
    """Group memberships [entries] by person; `shape` is (bookings, places), `cell` lies in it.

    People are told apart by the upper bits of `identity`; the lower bits make way for the
    entry's position, so that one plain sort groups them. Of 25,000 memberships 49 bits are
    left: fewer than one such roster in a million takes two people for one.
    """
    position = np.uint64((1 << max(len(identity) - 1, 1).bit_length()) - 1)
    ordered = identity & ~position
    ordered |= np.arange(len(identity), dtype=np.uint64)
    ordered.sort()
    known = np.zeros(len(ordered) + 1, dtype=bool)  # the entry before is of the same person
    np.less_equal(ordered[1:] ^ ordered[:-1], position, out=known[1:-1])
    listed = np.flatnonzero(known[:-1] | known[1:])
    first = np.flatnonzero(~known[listed])
    theirs = cell[(ordered[listed] & position).astype(np.intp)]
    return Memberships(
        counts=np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape).astype(float),
        first=first,
        many=np.diff(first, append=len(listed)),
        booking=theirs // shape[1],
        cell=theirs,
    )


def sampled_coverage(
    first: IntArray, many: IntArray, chance: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return what is left to each membership after sharing, in 0..1: (Shapley, alone).

    `first` and `many` as in `Memberships`; `chance` [entries] is the person's chance to see
    the booking. Multiplied by `chance` and summed over a booking's entries they are its
    Shapley share and what only it reaches.
    """
    # One entry more, which nobody sees, fills the rows of people with fewer memberships.
    chance = np.append(chance, 0.0)
    left, alone = np.ones_like(chance), np.ones_like(chance)
    fewest, most = 2, 2
    while fewest <= many.max(initial=0):  # people with 2, 3-4, 5-8, ... memberships
        people = np.flatnonzero((many >= fewest) & (many <= most))
        position = np.arange(most)[:, None]
        entry = np.where(position < many[people], first[people] + position, len(chance) - 1)
        left[entry], alone[entry] = _left_to_each(chance[entry])
        fewest, most = most + 1, 2 * most
    return left[:-1], alone[:-1]


def _left_to_each(chance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return what is left to each of a person's memberships, [memberships, people]."""
    depth = float(chance.sum(axis=0).max(initial=0.0))
    nodes, weights = quadrature(len(chance), depth)
    left = np.zeros_like(chance)
    for node, weight in zip(nodes, weights, strict=True):
        left += weight * _missed_by_others(node * chance)
    return left, _missed_by_others(chance)


def _missed_by_others(chance: FloatArray) -> FloatArray:
    """Return the probability that no other membership is seen, [memberships, people]."""
    missed = 1 - chance
    by_others: FloatArray = missed.prod(axis=0) / missed
    return by_others
