"""What the trees of all members say of booking rows, together.

Walking eleven thousand small trees one by one is most of an answer's time. Members bin the same
rows, so their trees ask the same questions again and again. The questions are asked once for many
rows, 64 answers to a word; ways through trees are words ANDed (as QuickScorer does over
leaves: Lucchese et al. 2015, "QuickScorer: a fast algorithm to rank documents with additive
ensembles of regression trees"); the sums of all members are one sparse product.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import lightgbm as lgb
import numpy as np
from scipy import sparse

from training.arrays import Floats, Integers
from training.rosters.tree_turns import Asked, Questions, all_met

#: What is computed for so many rows at a time stays in the cache.
_ROWS_AT_ONCE = 128


@dataclass(frozen=True, eq=False)
class TreeSums:
    """Sums over trees, for every member at once.

    `paths` are the ways to left turns, those of the same length together [path, turn], as rows of
    the packed answers; `weights` is [member, path] in that order; `base` is [member].
    """

    asked: Asked
    paths: tuple[Integers, ...]
    weights: sparse.csr_array
    base: Floats

    @classmethod
    def of(cls, boosters: Sequence[lgb.Booster | None]) -> Self:
        """Take the trees of every member apart; None stands for a member without trees.

        Raises:
            ValueError: a tree asks what roster boosting's trees never ask.
        """
        questions = Questions()
        weights: dict[tuple[int, ...], dict[int, float]] = defaultdict(lambda: defaultdict(float))
        base = np.zeros(len(boosters))
        for member, booster in enumerate(boosters):
            if booster is None:
                continue
            base[member], turns = questions.turns(booster)
            for turn in turns:
                weights[tuple(sorted(set(turn.answers)))][member] += turn.weight
        ordered = sorted(weights, key=lambda path: (len(path), path))
        asked = Asked.of(questions)
        return cls(
            asked=asked,
            paths=tuple(asked.row(own) for own in _by_length(ordered)),
            weights=_matrix([weights[path] for path in ordered], len(boosters)),
            base=base,
        )

    def __call__(self, trees: Floats) -> Floats:
        """Sum of each member's trees for booking rows [booking, ·], NaN where unknown.

        Returns:
            [member, booking]; a row's sums do not depend on the rows beside it.
        """
        summed = np.empty((len(self.base), len(trees)))
        for first in range(0, len(trees), _ROWS_AT_ONCE):
            some = slice(first, first + _ROWS_AT_ONCE)
            summed[:, some] = self.weights @ self._taken(trees[some])
        return self.base[:, None] + summed

    def _taken(self, trees: Floats) -> Floats:
        """Which rows go which ways, 1 or 0 [path, booking]."""
        return all_met(self.asked.packed(trees), self.paths, len(trees)).astype(float)


def _by_length(paths: Sequence[tuple[int, ...]]) -> list[Integers]:
    lengths = sorted({len(path) for path in paths})
    return [np.array([p for p in paths if len(p) == n], dtype=np.int64) for n in lengths]


def _matrix(weights: Sequence[Mapping[int, float]], members: int) -> sparse.csr_array:
    """Weights as [member, path]."""
    entries = [(m, p, w) for p, own in enumerate(weights) for m, w in own.items()]
    member, path, value = zip(*entries, strict=True) if entries else ((), (), ())
    shape = (members, len(weights))
    return sparse.csr_array((np.array(value, dtype=float), (member, path)), shape=shape)
