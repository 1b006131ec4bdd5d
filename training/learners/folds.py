"""Folds for cross-fitting: a group is in one fold, every fold has its share of both arms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.errors import CrossedFoldsError, SampleError
from training.arrays import Booleans, Floats, Integers


@dataclass(frozen=True)
class Folds:
    """The fold of each row [n], 0 … count - 1; proven on construction.

    Raises:
        CrossedFoldsError: rows of one group are in more than one fold.
    """

    number: Integers
    group: Integers
    count: int

    def __post_init__(self) -> None:
        first = np.full(int(self.group.max()) + 1, -1)
        first[self.group] = self.number
        crossed = np.unique(self.group[first[self.group] != self.number])
        if len(crossed):
            raise CrossedFoldsError(crossed.tolist())

    @property
    def numbers(self) -> range:
        """The numbers of the folds."""
        return range(self.count)

    def held(self, fold: int) -> Booleans:
        """Mask of the rows that models of this fold never see."""
        rows: Booleans = self.number == fold
        return rows


def make_folds(group: Integers, treatment: Floats, *, folds: int, seed: int) -> Folds:
    """Deal groups out to folds: similar treatment and similar size in each.

    Groups are sorted by where their mean treatment lies in thirds of its range (untreated, mixed,
    treated) and by size, shuffled where equal, and dealt out forwards and backwards in turn.

    Args:
        group: 0 … g - 1 for each row [n].
        treatment: of each row [n].

    Raises:
        SampleError: fewer groups than folds.
    """
    size = np.bincount(group)
    if len(size) < folds:
        raise SampleError(
            "groups",
            f"at least {folds} groups, one for each fold",
            f"{len(size)}",
            "Give more groups or ask for fewer folds.",
        )
    mean = np.bincount(group, treatment) / size
    third = np.searchsorted(np.linspace(mean.min(), mean.max(), 4)[1:3], mean)
    shuffled = np.random.default_rng(seed).permutation(len(size))
    order = shuffled[np.lexsort((-size[shuffled], third[shuffled]))]
    turn, place = np.divmod(np.arange(len(size)), folds)
    dealt = np.empty(len(size), dtype=np.int64)
    dealt[order] = np.where(turn % 2 == 0, place, folds - 1 - place)
    return Folds(dealt[group], group, folds)
