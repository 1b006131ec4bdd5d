"""The linear start of roster boosting: `F = intercept + x · slope`, with learned penalties.

With thirty campaigns and a hundred columns the penalty decides everything. One ridge
penalty for all treats a column that moves sales and one that does not alike; here columns
come in families (one numeric feature; all levels of one word; all brands), each family has a
normal prior of its own spread, and the spreads themselves are drawn towards a common one.
Spreads are learned from the data by MacKay's fixed point (MacKay 1992, "Bayesian
interpolation"; Tipping 2001), under an inverse-gamma prior on the variances that keeps a
family of one column from running away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg

from training.arrays import Floats, Integers
from training.rosters.blocks import padded_columns
from training.rosters.loss import RosterLoss, saturated

_STEPS, _STEPS_BETWEEN = 25, 3
_TOLERANCE = 1e-3
_ROUNDS = 15
#: Penalties stay within these bounds: a spread of 3 of log lift per standard deviation of a
#: feature, or of 0.003, is as good as none and as good as nothing.
_PENALTIES = (0.1, 1e5)
#: The penalty before anything is learned: a spread of 0.18 of log lift a standard deviation.
FIRST_PENALTY = 30.0


@dataclass(frozen=True)
class LinearScore:
    """`F(x) = intercept + x · slope`, the start of the boosting."""

    intercept: float
    slope: Floats

    def __call__(self, linear: Floats) -> Floats:
        score: Floats = self.intercept + linear @ self.slope
        return score


@dataclass(frozen=True)
class PooledStart:
    """A linear score with the penalties [p] that the data chose for its columns."""

    score: LinearScore
    penalty: Floats


def fit_linear(
    loss: RosterLoss, linear: Floats, penalty: Floats, start: LinearScore | None = None
) -> LinearScore:
    """Minimise the loss plus `Σ penalty · slope²` by damped Gauss-Newton steps.

    The intercept is free. The loss is in units of squared standard errors, so a penalty of 1
    is a normal prior of standard deviation 1.

    Args:
        penalty: [p], above 0.
        start: a warm start from a neighbouring fit.
    """
    first = start or LinearScore(best_constant(loss, len(linear)), np.zeros(linear.shape[1]))
    score, _ = _descend(loss, linear, penalty, first, _STEPS)
    return score


def learn_penalties(
    loss: RosterLoss, linear: Floats, families: Integers, pooling: float
) -> PooledStart:
    """Learn a penalty for each family of columns, and the score that goes with them.

    Args:
        families: family number of each column [p].
        pooling: how many columns' worth of evidence the common spread weighs in each family's
            own: near 0 families differ freely, at 1000 all have one penalty.
    """
    size = np.bincount(families)
    penalty = np.full(len(size), FIRST_PENALTY)
    score = LinearScore(best_constant(loss, len(linear)), np.zeros(linear.shape[1]))
    for _ in range(_ROUNDS):
        score, hessian = _descend(loss, linear, penalty[families], score, _STEPS_BETWEEN)
        variance = np.diag(linalg.inv(hessian / 2.0))[1:]
        known = size - penalty * np.bincount(families, weights=variance)
        known = np.maximum(known, 1e-3)
        squares = np.bincount(families, weights=score.slope**2)
        common = np.clip(known.sum() / max(squares.sum(), 1e-12), 1.0, 1e4)
        learned = (known + 2.0 * pooling) / (squares + 2.0 * pooling / common)
        learned = np.clip(learned, *_PENALTIES)
        settled = np.abs(np.log(learned / penalty)).max() < 0.05
        penalty = learned
        if settled:
            break
    return PooledStart(fit_linear(loss, linear, penalty[families], score), penalty[families])


def best_constant(loss: RosterLoss, bookings: int) -> float:
    """The constant F of least loss, searched on a grid: a start that cannot diverge."""
    grid = np.linspace(-6.0, 6.0, 49)
    exposed = loss.shares.lift(np.ones(bookings))
    lifts = (saturated(np.exp(score) * exposed, loss.ceiling) for score in grid)
    losses = [loss.weight @ loss.residual(lift) ** 2 for lift in lifts]
    return float(grid[int(np.argmin(losses))])


def _descend(
    loss: RosterLoss, linear: Floats, penalty: Floats, start: LinearScore, steps: int
) -> tuple[LinearScore, Floats]:
    """Gauss-Newton with halved steps; returns the score and the last Hessian [p + 1, p + 1]."""
    at = np.r_[start.intercept, start.slope]
    pull = np.r_[0.0, 2.0 * penalty]

    def objective(theta: Floats) -> float:
        return loss.value(theta[0] + linear @ theta[1:]) + 0.5 * float(pull @ theta**2)

    value, padded = objective(at), padded_columns(linear)
    hessian = np.eye(len(at))
    for _ in range(steps):
        gradient, hessian = loss.gauss_newton(at[0] + linear @ at[1:], linear, padded)
        hessian[np.diag_indices(len(at))] += pull + 1e-8
        damped = hessian + np.diag(1e-3 * np.diag(hessian))
        step = linalg.solve(damped, -(gradient + pull * at), assume_a="pos")
        size, lower = 1.0, objective(at + step)
        while lower > value and size > 1e-3:
            size /= 2.0
            lower = objective(at + size * step)
        if lower > value:
            break
        at, value = at + size * step, lower
        if size * np.abs(step).max() < _TOLERANCE:
            break
    return LinearScore(float(at[0]), at[1:]), hessian
