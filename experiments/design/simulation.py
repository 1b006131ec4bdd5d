"""Power by simulation: the test as it will be measured, on past weeks, with lifts put in.

Each placebo window is a test in which nothing happened. Markets are assigned to it as they will be
to the real one, the treated ones' sales are raised by a lift, and the test is measured as a
finished one is. The share of tests that reject is the power; without a lift it is the test's size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.optimize import minimize_scalar

from experiments.design.balance import BalancedDraws
from experiments.design.past_sales import PastSales
from experiments.design.placebos import PlaceboWindows
from experiments.measurement.by_assignment import p_value
from experiments.measurement.contrast import Contrast
from experiments.measurement.market_test import MarketTest, sold
from experiments.measurement.measure import assignments, measure, relative_contrast
from experiments.measurement.redraws import redraw
from features.errors import NoTestBasisError, NotMeasurableError
from training.arrays import Booleans, Floats
from training.power.arithmetic import TEST_SIZE, Detection

#: Other assignments that each p value looks at.
_REDRAWS: Final = 199
#: Tests tried by default, spread evenly over the windows.
TESTS: Final = 400
#: Of few markets so many in each window: such tests take longer to measure.
_TRIED_IN_TIME: Final = 1
#: Lifts put in, in standard errors.
_LIFTS: Final = (0.0, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0)

Progress = Callable[[float], None]


@dataclass(frozen=True)
class SimulatedPower:
    """What simulated tests saw.

    `rejected` is [lift], the share that rejected of `lifts`; the first lift is 0 and its share the
    test's size. `detection` is the one curve that goes best through all of them. `squares` [market]
    is the mean square of each market's weight, in these tests and under the assignments that each
    was set against; None where time had to tell.
    """

    lifts: Floats
    rejected: Floats
    detection: Detection
    tests: int
    squares: Floats | None = None

    @property
    def size(self) -> float:
        """How often a test of nothing rejected."""
        return float(self.rejected[0])


def simulate_power(
    past: PastSales,
    draws: BalancedDraws,
    windows: PlaceboWindows,
    expected: Detection,
    *,
    seed: int,
    tests: int = TESTS,
    progress: Progress = lambda _: None,
) -> SimulatedPower:
    """Try the test on past weeks.

    Args:
        draws: assignments that the real one is drawn from.
        expected: what the arithmetic promises; lifts are put in on its scale.
        seed: of assignments and redraws.
        tests: how many are tried; fewer where markets are few.

    Raises:
        NoTestBasisError: no window has enough sales to be measured.
    """
    rng = np.random.default_rng([seed, 2])
    others = redraw(draws.propensity, draws.treated[0], _REDRAWS, seed)
    lifts = np.array(_LIFTS) * expected.error
    tried: list[_Tried] = []
    starts = windows.starts[:: max(len(windows.starts) // tests, 1)]
    each = max(tests // len(starts), 1)
    for number, start in enumerate(starts):
        chosen = draws.treated[rng.integers(len(draws.treated), size=each)]
        try:
            tried.append(_try(past, draws, windows, int(start), chosen, others, lifts))
        except NotMeasurableError:
            continue
        progress((number + 1) / len(starts))
    if not tried:
        raise NoTestBasisError(past.brand_id, "no stretch of its past has sales enough for a test")
    shares = np.concatenate([one.rejected for one in tried]).mean(axis=0)
    found = fitted(lifts, shares, expected.freedom)
    squares = [one.squares for one in tried if one.squares is not None]
    return SimulatedPower(
        lifts=lifts,
        rejected=shares,
        detection=found,
        tests=sum(len(one.rejected) for one in tried),
        squares=np.mean(squares, axis=0) if squares else None,
    )


def fitted(lifts: Floats, shares: Floats, freedom: float) -> Detection:
    """The detection whose power curve is nearest to shares of tests that rejected lifts.

    All lifts together tell its one number, the standard error, better than any of them alone.
    """

    def miss(log_error: float) -> float:
        curve = Detection(float(np.exp(log_error)), freedom).power(lifts[1:])
        return float(np.sum((curve - shares[1:]) ** 2))

    scale = np.log(lifts[1])
    found = minimize_scalar(miss, bounds=(scale - 1.5, scale + 1.5), method="bounded")
    return Detection(float(np.exp(found.x)), freedom)


def nothing_tested(
    past: PastSales, draws: BalancedDraws, windows: PlaceboWindows, start: int, treated: Booleans
) -> MarketTest:
    """A test of nothing in the weeks from `start` on."""
    week = np.arange(len(past.weeks))
    return MarketTest(
        revenue=np.exp(past.log_sales),
        treated=treated,
        before=(week >= start - windows.pre_weeks) & (week < start),
        window=(week >= start) & (week < start + windows.weeks),
        propensity=draws.propensity,
        market_ids=past.market_ids,
    )


@dataclass(frozen=True, eq=False)
class _Tried:
    """Tests in one window: whether each rejects each lift [test, lift], and squared weights."""

    rejected: Floats
    squares: Floats | None


def _try(
    past: PastSales,
    draws: BalancedDraws,
    windows: PlaceboWindows,
    start: int,
    tried: Booleans,
    others: Booleans,
    lifts: Floats,
) -> _Tried:
    """Try the lifts on one window."""
    test = nothing_tested(past, draws, windows, start, tried[0])
    if assignments(test, redraws=1) is None:
        few = tried[:_TRIED_IN_TIME]
        return _Tried(np.array([_rejections_in_time(test, row, lifts) for row in few]), None)
    found = sold(test)
    rows = np.vstack([tried, others])[:, found.kept]
    contrast = relative_contrast(found, rows)
    rejects = np.zeros((len(tried), len(lifts)))
    for number in range(len(tried)):
        own = _one_and_others(contrast, number, len(tried))
        for position, lift in enumerate(lifts):
            lifted = replace(own, window=own.window * (1.0 + lift * rows[number]))
            rejects[number, position] = p_value(lifted, 0.0) <= TEST_SIZE
    squares = np.zeros(len(found.kept))
    squares[found.kept] = np.mean(contrast.treated**2 + contrast.held_out**2, axis=0)
    return _Tried(rejects, squares)


def _rejections_in_time(test: MarketTest, treated: Booleans, lifts: Floats) -> list[bool]:
    """The same of one test of few markets, which is measured against other stretches of time."""
    rejects = []
    for lift in lifts:
        raised = 1.0 + lift * treated[:, None] * test.window[None, :]
        lifted = replace(test, treated=treated, revenue=test.revenue * raised)
        rejects.append(measure(lifted).estimate.p_value <= TEST_SIZE)
    return rejects


def _one_and_others(contrast: Contrast, number: int, tried: int) -> Contrast:
    """One of the tried assignments, and those that could have been drawn in its place."""
    rows = np.r_[number, tried : len(contrast.treated)]
    return replace(contrast, treated=contrast.treated[rows], held_out=contrast.held_out[rows])
