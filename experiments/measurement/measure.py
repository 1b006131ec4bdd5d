"""The lift of one finished test from its held-out markets."""

from __future__ import annotations

import math

import numpy as np

from experiments.measurement.by_assignment import by_assignment
from experiments.measurement.by_time import by_time
from experiments.measurement.contrast import Contrast
from experiments.measurement.estimate import Estimate
from experiments.measurement.market_test import MarketTest, Sold, sold
from experiments.measurement.measurement import Measurement, measured
from experiments.measurement.redraws import possible, redraw
from experiments.measurement.weights import period_noise, shares, synthetic_weights
from training.arrays import Booleans, Floats

DIFFERENCE, SYNTHETIC = "difference-in-differences", "augmented synthetic control"
#: With fewer possible assignments than this no interval can be read from the draw.
_FEWEST_ASSIGNMENTS = 40
REDRAWS = 999


def assignments(test: MarketTest, redraws: int = REDRAWS, seed: int = 0) -> Booleans | None:
    """[draw, market] the assignment that was drawn, then others that could have been.

    None where nobody drew it, or where so few were possible that they tell nothing.
    """
    if test.propensity is None or not test.drawn:
        return None
    if possible(test.treated, test.strata) < math.log(_FEWEST_ASSIGNMENTS):
        return None
    others = redraw(test.propensity, test.treated, redraws, seed, test.strata)
    return np.vstack([test.treated, others])


def difference_in_differences(
    test: MarketTest,
    *,
    level: float = 0.9,
    redraws: int = REDRAWS,
    seed: int = 0,
    drawn: Booleans | None = None,
) -> Estimate:
    """Plain difference-in-differences with its inference: quick, a few milliseconds a test.

    Treated markets' sales over their own past, set against held-out markets' sales over theirs;
    each side is summed, so that markets count by size. Inference is the draw's where there was
    one (`by_assignment`), else that of earlier stretches of time (`by_time`).

    Args:
        test: the sales, who was treated, and when.
        level: of the interval.
        redraws, seed: how many other assignments are looked at, and from where they come.
        drawn: what `assignments` gave for this test, to spare drawing anew for each of many
            tests with the same markets; markets that are left out for want of sales must be none.

    Raises:
        NotMeasurableError: too few markets or periods.
    """
    found = sold(test)
    rows = assignments(found.test, redraws, seed) if drawn is None else drawn
    return _difference(found, rows, level)


def measure(
    test: MarketTest, *, level: float = 0.9, redraws: int = REDRAWS, seed: int = 0
) -> Measurement:
    """Augmented synthetic control with its inference, plain difference-in-differences beside it.

    The augmentation is by unit fixed effects: series are freed of their own mean, so that the
    synthetic market only has to move like the treated ones, not to be as large (the de-meaned
    special case of Ben-Michael, Feller & Rothstein 2021, and what GeoLift does by default).

    Where chance chose the markets, both sides are alike already and weights are there for
    precision: series are relative to their past, and weights are penalised by each market's
    noise. Where nobody drew them, how well the synthetic market followed the treated ones is all
    the evidence there is: weights are free, on sales in money.

    Raises:
        NotMeasurableError: too few markets or periods.
    """
    found = sold(test)
    rows = assignments(found.test, redraws, seed)
    contrast, estimate = synthetic_control(found, rows, level)
    beside = _difference(found, rows, level)
    return measured(found, contrast.first, estimate, beside, by_draw=rows is not None)


def synthetic_control(
    found: Sold, rows: Booleans | None, level: float
) -> tuple[Contrast, Estimate]:
    """The main estimate and its contrast; `rows` is what `assignments` gave.

    A draw of too few possible assignments still made both sides alike, but time has to say how
    sure the estimate is.
    """
    if rows is not None:
        contrast = relative_contrast(found, rows)
        return contrast, by_assignment(contrast, SYNTHETIC, level)
    if found.test.drawn:
        contrast, unit = relative_contrast(found, found.test.treated[None]), found.level
        noise: Floats | None = _relative_noise(found)
    else:
        contrast, unit = money_contrast(found), np.full(len(found.level), found.level.mean())
        noise = None
    past = found.past / unit[:, None]
    estimate = by_time(contrast, past, found.length, SYNTHETIC, level, fitted=True, noise=noise)
    return contrast, estimate


def _difference(found: Sold, rows: Booleans | None, level: float) -> Estimate:
    contrast = difference_contrast(found, found.test.treated[None] if rows is None else rows)
    if rows is not None:
        return by_assignment(contrast, DIFFERENCE, level)
    past = found.past / found.level[:, None]
    return by_time(contrast, past, found.length, DIFFERENCE, level, fitted=False)


def difference_contrast(found: Sold, rows: Booleans) -> Contrast:
    """Sales relative to each market's own past, weights by size on both sides."""
    size = found.level
    return _relative(found, shares(size, rows), shares(size, ~rows))


def relative_contrast(found: Sold, rows: Booleans) -> Contrast:
    """Sales relative to each market's own past, synthetic weights penalised by noise."""
    size = found.level
    series = found.past / size[:, None] - 1.0
    target = shares(size, rows)
    weights = synthetic_weights(series, target, ~rows, _relative_noise(found))
    return _relative(found, target, weights)


def money_contrast(found: Sold) -> Contrast:
    """Sales in money, relative to the average market's: the mean of treated markets against free
    synthetic weights.
    """
    unit = found.level.mean()
    series = (found.past - found.level[:, None]) / unit
    treated = found.test.treated[None]
    target = shares(np.ones(treated.shape[1]), treated)
    weights = synthetic_weights(series, target, ~treated)
    window = found.window.mean(axis=1) / unit
    return Contrast(found.level / unit, window, found.test.doses, target, weights)


def _relative_noise(found: Sold) -> Floats:
    return period_noise(found.past / found.level[:, None], found.level)


def _relative(found: Sold, treated: Floats, held_out: Floats) -> Contrast:
    window = found.window.mean(axis=1) / found.level
    return Contrast(np.ones(len(window)), window, found.test.doses, treated, held_out)
