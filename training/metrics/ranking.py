"""What ranking metrics share: ties kept together, shares cut exactly.

Rows of equal priority have no order. They enter a curve as one step, and where a share ends
inside such a group each of its rows enters with the fraction that is left: no metric here
depends on the order of rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.arrays import Floats, Integers


@dataclass(frozen=True)
class Curve:
    """Points of a curve over the share of rows, in descending order of priority.

    `share` [point] lies in 0 to 1 and rises strictly, `value` [point] has the curve's own unit.
    """

    share: Floats
    value: Floats

    @property
    def area(self) -> float:
        """Area under the straight lines between the points."""
        return float(np.trapezoid(self.value, self.share))


def tie_groups(priority: Floats) -> Integers:
    """Number of each row's group of equal priority, 0 for the highest."""
    group: Integers = np.unique(-priority, return_inverse=True)[1]
    return group


def running_totals(group: Integers, *values: Floats) -> list[Floats]:
    """Sums over the first groups, the first one, the first two and so on, one array a column."""
    return [np.cumsum(np.bincount(group, weights=column)) for column in values]


def part_in_top(priority: Floats, weight: Floats, share: float) -> Floats:
    """Part of each row, 0 to 1, that lies in the top `share` of all weight (above 0)."""
    group = tie_groups(priority)
    own = np.bincount(group, weights=weight)
    before = np.cumsum(own) - own
    part: Floats = np.clip((share * own.sum() - before) / own, 0.0, 1.0)
    return part[group]
