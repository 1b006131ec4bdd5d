"""How good lifts are: against known truth, and against noisy measurements.

By scikit-learn's law a `*_score` is better when bigger, an `*_error` when smaller.
Arrays are [campaign] or [roster] unless said otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from training.arrays import Floats, Integers


@dataclass(frozen=True)
class Measured:
    """A number with its standard error."""

    value: float
    error: float


def r2_score(truth: Floats, predicted: Floats) -> float:
    """Share of the variance of true lifts that predictions explain; can be negative."""
    spread = float(np.sum((truth - truth.mean()) ** 2))
    return 1.0 - float(np.sum((truth - predicted) ** 2)) / spread if spread > 0 else float("nan")


def rank_score(truth: Floats, predicted: Floats) -> float:
    """Spearman's rank correlation; 0 where one side does not vary."""
    if np.ptp(truth) == 0 or np.ptp(predicted) == 0:
        return 0.0
    return float(stats.spearmanr(truth, predicted).statistic)


def choice_regret_error(truth: Floats, predicted: Floats, group: Integers) -> float:
    """Loss from choosing each group's best predicted roster; 0 is perfect, 1 is random choice."""
    lost, at_random = 0.0, 0.0
    for number in np.unique(group):
        own = truth[group == number]
        best = own.max()
        lost += best - own[int(np.argmax(predicted[group == number]))]
        at_random += best - own.mean()
    return float(lost / at_random) if at_random > 0 else 0.0


def coverage_score(truth: Floats, low: Floats, high: Floats) -> float:
    """Share of truths inside their intervals."""
    return float(np.mean((truth >= low) & (truth <= high)))


def calibration_slope(predicted: Floats, measured: Floats, error: Floats) -> Measured:
    """Slope of measured on predicted through the origin, weighted by 1/SE².

    Through the origin, because a roster that reaches nobody has no lift. The standard error is
    the sandwich's, which does not trust the weights.
    """
    weight = error**-2.0
    information = float(np.sum(weight * predicted**2))
    if information <= 0:
        return Measured(float("nan"), float("inf"))
    slope = float(np.sum(weight * predicted * measured)) / information
    meat = float(np.sum((weight * predicted * (measured - slope * predicted)) ** 2))
    return Measured(slope, float(np.sqrt(meat)) / information)


def noisy_r2_score(predicted: Floats, measured: Floats, error: Floats) -> tuple[float, float]:
    """R² against measured lifts, and its ceiling `sd² / (sd² + SE²)` for perfect predictions."""
    weight = error**-2.0 / np.sum(error**-2.0)
    mean = float(weight @ measured)
    total = float(weight @ (measured - mean) ** 2)
    noise = float(weight @ error**2)
    score = 1.0 - float(weight @ (measured - predicted) ** 2) / total if total > 0 else 0.0
    return score, max(total - noise, 0.0) / total if total > 0 else 0.0


def average_effect(measured: Floats, error: Floats) -> Measured:
    """Precision-weighted mean of measured log effects."""
    weight = error**-2.0
    return Measured(float(weight @ measured / weight.sum()), float(weight.sum() ** -0.5))


def skill_score(predicted: Floats, measured: Floats, error: Floats) -> Measured:
    """How much better predictions fit than one number for all, per campaign in log likelihood.

    One number for all gets its best value in hindsight, which only makes the test harder.
    """
    average = average_effect(measured, error).value
    gain = ((measured - average) ** 2 - (measured - predicted) ** 2) / (2 * error**2)
    return Measured(float(gain.mean()), float(gain.std(ddof=1) / np.sqrt(len(gain))))
