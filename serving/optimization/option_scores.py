"""Scores of very many bookings, several of each creator.

Bookings of one creator differ in platform, format and account only. Three quarters of the ways
through the trees ask about nothing else than what they share: those are summed once a creator.
"""

from __future__ import annotations

import numpy as np

from training.arrays import Booleans, Floats, Integers
from training.rosters.loss import bounded_exp
from training.rosters.model import BoostedRosters
from training.rosters.tree_sums import TreeSums
from training.rosters.tree_turns import Asked


class OptionScores:
    """Scores bookings by one model."""

    def __init__(self, model: BoostedRosters) -> None:
        self._model = model
        self._sums = model.tree_sums
        self._parts: dict[bytes, tuple[TreeSums, TreeSums]] = {}

    def values(self, linear: Floats, trees: Floats, creator: Integers) -> Floats:
        """Lift per unit of exposure [member, booking], as `BoostedRosters.values` gives it.

        Args:
            linear, trees: the encoded booking rows [booking, ·].
            creator: the number of each booking's creator, ascending.
        """
        starts = self._model.starts(linear)
        if not self._sums.paths:
            return bounded_exp(starts + self._sums(trees))
        _, first, place = np.unique(creator, return_index=True, return_inverse=True)
        shared, own = self._split(_varying(trees, creator))
        return bounded_exp(starts + shared(trees[first])[:, place] + own(trees))

    def _split(self, varying: Booleans) -> tuple[TreeSums, TreeSums]:
        """The sums over ways that ask about none of these columns, and over those that do."""
        key = varying.tobytes()
        if key not in self._parts:
            sums, asks = self._sums, np.tile(varying[self._sums.asked.feature], 2)
            asking = np.concatenate([asks[path].any(axis=1) for path in sums.paths])
            base = np.zeros_like(sums.base)
            self._parts[key] = _some(sums, ~asking, sums.base), _some(sums, asking, base)
        return self._parts[key]


def _varying(trees: Floats, creator: Integers) -> Booleans:
    """Columns in which bookings of one creator differ [column]."""
    before, after = trees[:-1], trees[1:]
    differ = (before != after) & ~(np.isnan(before) & np.isnan(after))
    varying: Booleans = (differ & (creator[:-1] == creator[1:])[:, None]).any(axis=0)
    return varying


def _some(sums: TreeSums, chosen: Booleans, base: Floats) -> TreeSums:
    """Sums over some of the ways [path]; only what they ask is asked."""
    asked, questions = sums.asked, len(sums.asked)
    ends = np.cumsum([len(path) for path in sums.paths])[:-1]
    kept = [
        path[own] for path, own in zip(sums.paths, np.split(chosen, ends), strict=True) if own.any()
    ]
    used = np.unique(
        np.concatenate([np.zeros(0, np.int64), *(p.ravel() % questions for p in kept)])
    )
    # A row of the answers is a question's number where it is a yes, and that much further a no.
    return TreeSums(
        asked=Asked(asked.feature[used], asked.threshold[used], asked.gap_left[used]),
        paths=tuple(
            np.searchsorted(used, path % questions) + len(used) * (path // questions)
            for path in kept
        ),
        weights=sums.weights[:, np.flatnonzero(chosen)],
        base=base,
    )
