"""TreeSHAP of booking rows: what each feature adds to the output of trees.

The values of Lundberg, Erion & Lee 2018 ("Consistent individualized feature attribution for tree
ensembles", path-dependent), computed another way. Trees are sums over left turns, and "the row
comes here" is a product over features: 1 or 0 where the feature is known, the part of the training
rows that went that way where it is not. The Shapley value of a feature in a product is

    (known - part) · ∫₀¹ Π_others (part + t · (known - part)) dt

by the multilinear extension of Owen 1972; Gauss-Legendre quadrature is exact for the polynomial.
Turns that meet the same number of features are computed together, for all rows at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Self

import lightgbm as lgb
import numpy as np

from training.arrays import Floats, Integers
from training.rosters.tree_turns import Asked, LeftTurn, Questions, all_met

#: Turns computed at a time: their arrays stay in the cache.
_TURNS_AT_ONCE = 500

#: What a way asks of one feature: signed questions, all to be answered so.
Condition = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class _Turns:
    """Left turns whose ways meet the same number of features, each [turn, feature met].

    `condition` numbers what is asked of the feature, `column` is the feature, `part` the part of
    training rows that it let pass; `weight` is [turn].
    """

    condition: Integers
    column: Integers
    part: Floats
    weight: Floats


@dataclass(frozen=True, eq=False)
class TreeShap:
    """Shapley values of trees, on average over members.

    `conditions` are those of the same number of questions together [condition, question], as rows
    of the packed answers.
    """

    asked: Asked
    conditions: tuple[Integers, ...]
    turns: tuple[_Turns, ...]

    @classmethod
    def of(cls, boosters: Sequence[lgb.Booster]) -> Self:
        """Take the trees of members apart.

        Raises:
            ValueError: a tree asks what roster boosting's trees never ask.
        """
        questions = Questions()
        found = [turn for booster in boosters for turn in questions.turns(booster)[1]]
        about = np.array([feature for feature, _, _ in questions.number], dtype=np.int64)
        merged = _merged([_by_feature(turn, about) for turn in found], found)
        met, weights = [dict(way) for way in merged], np.array(list(merged.values()))
        conditions = {c: i for i, c in enumerate(sorted({c for one in met for c in one}, key=_key))}
        asked = Asked.of(questions)
        sizes = sorted({len(c) for c in conditions})
        return cls(
            asked=asked,
            conditions=tuple(
                asked.row(np.array([c for c in conditions if len(c) == n], dtype=np.int64))
                for n in sizes
            ),
            turns=tuple(
                _together(n, met, weights / len(boosters), conditions, about)
                for n in sorted({len(one) for one in met})
            ),
        )

    def weighted(self, trees: Floats, weights: Floats) -> Floats:
        """Shapley values of booking rows [booking, ·], NaN where unknown, added up with weights.

        Returns:
            [column]: what each feature adds to the weighted sum of the rows' outputs.
        """
        known, effects = self._known(trees), np.zeros(trees.shape[1])
        for same in self.turns:
            for first in range(0, len(same.weight), _TURNS_AT_ONCE):
                some = slice(first, first + _TURNS_AT_ONCE)
                shapley = _shapley(known[same.condition[some]], same.part[some]) @ weights
                shapley *= same.weight[some, None]
                effects += np.bincount(
                    same.column[some].ravel(), shapley.ravel(), minlength=len(effects)
                )
        return effects

    def _known(self, trees: Floats) -> Floats:
        """Which rows meet which conditions, 1 or 0 [condition, booking]."""
        met = all_met(self.asked.packed(trees), self.conditions, len(trees))
        return met.astype(float)


def _shapley(known: Floats, part: Floats) -> Floats:
    """Shapley values of products [turn, feature, booking], from their factors alike."""
    features = known.shape[1]
    change = known - part[:, :, None]
    points, heights = _quadrature((features + 1) // 2)
    shapley = np.zeros_like(change)
    for point, height in zip(points, heights, strict=True):
        factors = part[:, :, None] + point * change
        shapley += height * _product_of_others(factors)
    shapley *= change
    return shapley


@lru_cache
def _quadrature(points: int) -> tuple[Floats, Floats]:
    """Gauss-Legendre points and heights on [0, 1]."""
    places, heights = np.polynomial.legendre.leggauss(points)
    return (places + 1) / 2, heights / 2


def _product_of_others(factors: Floats) -> Floats:
    """For each factor the product of all others, over the second axis: no factor divides."""
    columns = [factors[:, i] for i in range(factors.shape[1])]
    one = np.ones_like(columns[0])
    before = list(accumulate(columns[:-1], np.multiply, initial=one))
    after = list(accumulate(columns[:0:-1], np.multiply, initial=one))[::-1]
    return np.stack([b * a for b, a in zip(before, after, strict=True)], axis=1)


def _by_feature(turn: LeftTurn, about: Integers) -> dict[Condition, float]:
    """What the way to a turn asks of each feature, with the part of rows that passed."""
    asked: dict[int, tuple[set[int], float]] = {}
    for answer, part in zip(turn.answers, turn.parts, strict=True):
        feature = int(about[answer if answer >= 0 else -1 - answer])
        before, passed = asked.get(feature, (set(), 1.0))
        asked[feature] = (before | {answer}, passed * part)
    return {tuple(sorted(answers)): passed for answers, passed in asked.values()}


def _merged(
    met: Sequence[dict[Condition, float]], turns: Sequence[LeftTurn]
) -> dict[tuple[tuple[Condition, float], ...], float]:
    """Weights by way: rounds of boosting often take the same way again."""
    weights: dict[tuple[tuple[Condition, float], ...], float] = defaultdict(float)
    for one, turn in zip(met, turns, strict=True):
        weights[tuple(sorted(one.items()))] += turn.weight
    return weights


def _together(
    features: int,
    met: Sequence[dict[Condition, float]],
    weights: Floats,
    conditions: dict[Condition, int],
    about: Integers,
) -> _Turns:
    """The ways that meet so many features."""
    own = [i for i, one in enumerate(met) if len(one) == features]
    first = np.array([[c[0] for c in met[i]] for i in own], dtype=np.int64)
    return _Turns(
        condition=np.array([[conditions[c] for c in met[i]] for i in own], dtype=np.int64),
        column=about[np.where(first < 0, -1 - first, first)],
        part=np.array([list(met[i].values()) for i in own]),
        weight=weights[own],
    )


def _key(condition: Condition) -> tuple[int, Condition]:
    return len(condition), condition
