"""A lift with its uncertainty, and how an interval follows from a test of every lift."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from experiments.measurement.contrast import LARGEST_LIFT, LEAST_LIFT

_STEPS_OUT = 14
_HALVINGS = 18
_GROWTH = 1.6
#: p values are counts: one of exactly 0.1 rejects at a level of 0.9.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Estimate:
    """The lift of full treatment with its uncertainty, all from one inference.

    `low` and `high` bound the `level` interval: the lifts that are not rejected; an end that the
    data do not bound is infinite (or -1: all sales). `p_value` is that of no lift, two-sided.
    `standard_error` is in units of lift.
    """

    method: str
    lift: float
    low: float
    high: float
    level: float
    p_value: float
    standard_error: float


def invert(
    p_value: Callable[[float], float], method: str, lift: float, error: float, level: float
) -> Estimate:
    """The estimate whose interval holds the lifts that a test does not reject.

    Args:
        p_value: of a hypothesised lift.
        lift, error: the point estimate and its standard error, from where ends are looked for.
    """
    step = max(error, 1e-6)
    rejected = 1.0 - level + _ROUNDING
    low = _end(p_value, lift, -step, rejected)
    high = _end(p_value, lift, step, rejected)
    return Estimate(method, lift, low, high, level, p_value(0.0), error)


def _end(p_value: Callable[[float], float], lift: float, step: float, alpha: float) -> float:
    """Walk away from the estimate until a lift is rejected, then halve the last step."""
    inside = lift
    for _ in range(_STEPS_OUT):
        outside = min(max(inside + step, LEAST_LIFT), LARGEST_LIFT)
        if p_value(outside) <= alpha:
            break
        inside, step = outside, _GROWTH * step
    else:
        return math.inf if step > 0 else -1.0
    for _ in range(_HALVINGS):
        middle = 0.5 * (inside + outside)
        if p_value(middle) > alpha:
            inside = middle
        else:
            outside = middle
    return 0.5 * (inside + outside)
