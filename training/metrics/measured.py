"""How good predicted lifts are against measured ones, whose noise is known.

By scikit-learn's law a `*_score` is better when bigger, an `*_error` when smaller.
Arrays are [campaign] unless said otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from features.errors import MetricInputError
from training.arrays import Floats, Integers
from training.metrics.columns import columns
from training.metrics.ranking import tie_groups


@dataclass(frozen=True)
class Measured:
    """A number with its standard error."""

    value: float
    error: float


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


@dataclass(frozen=True)
class CalibrationCurve:
    """Campaigns binned by prediction, lowest first [bin]: mean predicted, mean measured, the
    standard error of the latter as measurements state it, and the number of campaigns.
    """

    predicted: Floats
    measured: Floats
    error: Floats
    campaigns: Integers


def calibration_curve(
    predicted: ArrayLike, measured: ArrayLike, error: ArrayLike, *, bins: int = 5
) -> CalibrationCurve:
    """Mean predicted beside mean measured effects of equally large bins, weighted by 1/SE².

    Campaigns of equal prediction share a bin, and a bin has two campaigns or more on average:
    there may be fewer bins than asked for.

    Raises:
        MetricInputError: there are fewer than two campaigns, or a standard error is not above 0.

    See also: `calibration_error`, what remains of its gaps without the noise.
    """
    p, m, e, number = _binned("calibration_curve", predicted, measured, error, bins)
    weight = e**-2.0
    total = np.bincount(number, weights=weight)
    return CalibrationCurve(
        predicted=np.bincount(number, weights=weight * p) / total,
        measured=np.bincount(number, weights=weight * m) / total,
        error=1.0 / np.sqrt(total),
        campaigns=np.bincount(number),
    )


def calibration_error(
    predicted: ArrayLike, measured: ArrayLike, error: ArrayLike, *, bins: int = 5
) -> float:
    """Expected gap between predicted and true effects of a bin, in the effects' unit.

    The root of `squared_calibration_error`, or 0 where that is negative: where gaps are no
    larger than noise alone would make them. For an interval take that of the square and the
    roots of its ends, 0 for negative ones: a root cut at 0 scatters to one side only.

    See also: `calibration_curve`, `calibration_slope`.
    """
    squared = squared_calibration_error(predicted, measured, error, bins=bins)
    return float(np.sqrt(max(squared, 0.0)))


def squared_calibration_error(
    predicted: ArrayLike, measured: ArrayLike, error: ArrayLike, *, bins: int = 5
) -> float:
    """Mean squared gap of bins without the noise: unbiased, and so at times negative.

    A bin's squared gap is the mean product of the gaps of two different campaigns, weighted by
    1/SE²: their noises are independent and average out, whatever the stated errors are worth
    (the leave-one-out estimate of Xu & Yadlowsky 2022; Kumar, Liang & Ma 2019). The unit is the
    effects' squared. Bins are those of `calibration_curve`; one of a single campaign says
    nothing and is left out.
    """
    p, m, e, number = _binned("squared_calibration_error", predicted, measured, error, bins)
    weight, gap = e**-2.0, (m - p) * e**-2.0
    campaigns = np.bincount(number)
    pairs = np.bincount(number, weights=weight) ** 2 - np.bincount(number, weights=weight**2)
    products = np.bincount(number, weights=gap) ** 2 - np.bincount(number, weights=gap**2)
    told = campaigns > 1
    return float(np.average(products[told] / pairs[told], weights=campaigns[told]))


def _binned(
    metric: str, predicted: ArrayLike, measured: ArrayLike, error: ArrayLike, bins: int
) -> tuple[Floats, Floats, Floats, Integers]:
    """Checked columns and each campaign's bin; bins are numbered without gaps."""
    p, m, e = columns(metric, predicted=predicted, measured=measured, error=error)
    if e.min() <= 0:
        raise MetricInputError(metric, "standard errors above 0", f"{e.min():g}", "Drop those.")
    if len(p) < 2:
        raise MetricInputError(metric, "two or more campaigns", "one", "Add campaigns.")
    group = tie_groups(-p)
    size = np.bincount(group)
    middle = (np.cumsum(size) - size / 2.0) / len(p)
    number = np.floor(middle * min(bins, len(p) // 2))[group]
    return p, m, e, np.unique(number, return_inverse=True)[1]


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
