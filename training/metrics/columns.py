"""The arrays that metrics take, checked once: what cannot be judged is refused with a reason."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from features.errors import MetricInputError
from training.arrays import Floats


def columns(metric: str, **arrays: ArrayLike) -> list[Floats]:
    """The named arrays as floats.

    Raises:
        MetricInputError: they are empty, not flat, not finite or not of one length.
    """
    found = {name: np.asarray(array, dtype=float) for name, array in arrays.items()}
    shapes = {column.shape for column in found.values()}
    shape = next(iter(shapes))
    if len(shapes) > 1 or len(shape) != 1 or shape == (0,):
        told = ", ".join(f"{name} {column.shape}" for name, column in found.items())
        raise MetricInputError(metric, "flat arrays of one length", told, "Pass one value a row.")
    broken = ", ".join(name for name, column in found.items() if not np.isfinite(column).all())
    if broken:
        raise MetricInputError(metric, "finite numbers", f"others in {broken}", "Drop those rows.")
    return list(found.values())


def weighed(metric: str, weight: ArrayLike | None, **arrays: ArrayLike) -> list[Floats]:
    """The weights, 1 where there are none, and the named arrays; rows of weight 0 are left out.

    Raises:
        MetricInputError: as `columns`, or weights are negative or all 0.
    """
    if weight is None:
        found = columns(metric, **arrays)
        return [np.ones(len(found[0])), *found]
    found = columns(metric, weight=weight, **arrays)
    low, high = found[0].min(), found[0].max()
    if low < 0 or high == 0:
        told = f"weights from {low:g} to {high:g}"
        raise MetricInputError(metric, "weights of 0 or more", told, "Give rows to skip a 0.")
    return [column[found[0] > 0] for column in found]


def require_choice(metric: str, propensity: Floats) -> None:
    """Refuse propensities of 0 and 1: such rows show one side only."""
    low, high = propensity.min(), propensity.max()
    if low <= 0 or high >= 1:
        told = f"{low:g} to {high:g}"
        raise MetricInputError(metric, "propensities between 0 and 1", told, "Drop those rows.")
