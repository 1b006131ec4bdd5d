"""Trees taken apart into turns: what is asked on the way, and what turning left changes.

A tree's output is that of its last leaf plus, for every left turn a row takes, the difference to
what a right turn would have led to: a sum over left turns of weight times "the row comes here".
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from training.arrays import Booleans, Floats, Integers

#: Answers of 64 rows in each word.
Bits = NDArray[np.uint64]
#: LightGBM writes so where every known value turns left.
_WRITTEN_INFINITY = 1e300

#: Feature, threshold, and whether a row without the feature turns left.
Question = tuple[int, float, bool]


@dataclass(frozen=True)
class LeftTurn:
    """A left child of a tree.

    `answers` leads there from the root: the number of each question if the answer is yes, which
    is left, and `-1 - number` if it is no; `parts` is the part of the training rows that went on
    the same way at each of them. `weight` is what turning left there changes.
    """

    answers: tuple[int, ...]
    parts: tuple[float, ...]
    weight: float


@dataclass
class Questions:
    """Every question that trees ask, numbered in the order of their first appearance."""

    number: dict[Question, int] = field(default_factory=dict)

    def turns(self, booster: lgb.Booster) -> tuple[float, list[LeftTurn]]:
        """The sum of all last leaves of a booster, and its left turns.

        Raises:
            ValueError: a tree asks what roster boosting's trees never ask.
        """
        roots = [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]]
        turns = [turn for root in roots for turn in self._turns(root, (), ())]
        return sum(map(_last_leaf, roots)), turns

    def _turns(
        self, node: Mapping[str, Any], answers: tuple[int, ...], parts: tuple[float, ...]
    ) -> Iterator[LeftTurn]:
        if "split_feature" not in node:
            return
        number = self.number.setdefault(_question(node), len(self.number))
        left, right = node["left_child"], node["right_child"]
        part = _rows(left) / _rows(node)
        yes, no = (*answers, number), (*answers, -1 - number)
        yield LeftTurn(yes, (*parts, part), _last_leaf(left) - _last_leaf(right))
        yield from self._turns(left, yes, (*parts, part))
        yield from self._turns(right, no, (*parts, 1.0 - part))


@dataclass(frozen=True, eq=False)
class Asked:
    """Questions as arrays by number, to be asked of many rows at once."""

    feature: NDArray[np.int64]
    threshold: Floats
    gap_left: Booleans

    @classmethod
    def of(cls, questions: Questions) -> Asked:
        columns = list(zip(*questions.number, strict=True)) or [(), (), ()]
        types = (np.int64, np.float64, np.bool_)
        return cls(*(np.array(c, dtype=t) for c, t in zip(columns, types, strict=True)))

    def __len__(self) -> int:
        return len(self.feature)

    def packed(self, trees: Floats) -> Bits:
        """Answers to booking rows [booking, ·], 64 to a word [2 · question, word]: yes, then no."""
        asked = trees.T[self.feature]
        yes = (asked <= self.threshold[:, None]) | (np.isnan(asked) & self.gap_left[:, None])
        packed = np.zeros((len(yes), 8 * -(-len(trees) // 64)), dtype=np.uint8)
        packed[:, : -(-len(trees) // 8)] = np.packbits(yes, axis=1)
        words = packed.view(np.uint64)
        return np.concatenate([words, ~words])

    def row(self, answers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows of `packed` that signed questions are."""
        return np.where(answers < 0, len(self) - 1 - answers, answers)


def _question(node: Mapping[str, Any]) -> Question:
    missing = node["missing_type"]
    if node["decision_type"] != "<=" or missing == "Zero":
        found = f"{node['decision_type']!r} with missing type {missing!r}"
        raise ValueError(f"expected numeric splits with gaps as NaN, found {found}")
    threshold = float(node["threshold"])
    if threshold >= _WRITTEN_INFINITY:
        threshold = math.inf
    # Where no row of the training had a gap, LightGBM reads one as 0.
    left = bool(node["default_left"]) if missing == "NaN" else threshold >= 0.0
    return int(node["split_feature"]), threshold, left


def _last_leaf(node: Mapping[str, Any]) -> float:
    """Output of the leaf that turning right everywhere leads to."""
    while "right_child" in node:
        node = node["right_child"]
    return float(node["leaf_value"])


def _rows(node: Mapping[str, Any]) -> float:
    return float(node["internal_count"] if "internal_count" in node else node["leaf_count"])


def all_met(answers: Bits, asked: Sequence[Integers], rows: int) -> NDArray[np.uint8]:
    """Which rows meet all of several conditions, 1 or 0 [what is asked, row].

    Args:
        answers: as `Asked.packed` gives them.
        asked: rows of `answers`, those asking the same number of questions together [·, question].
        rows: how many rows the answers are of.
    """
    # One question after the other: `reduce` over a short axis takes four times as long.
    met = [reduce(np.bitwise_and, (answers[one] for one in own.T)) for own in asked]
    together = np.concatenate(met) if met else answers[:0]
    return np.unpackbits(together.view(np.uint8), axis=1, count=rows)
