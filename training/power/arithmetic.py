"""What a holdout test can detect: standard error, power, smallest detectable lift.

The test sets the change of log sales from the weeks before to the weeks of the test in the markets
that were shown the posts against the change in those held out. Its error follows from the weekly
noise (an autoregression of first order), the number of weeks and how the markets are divided
(Vaver & Koehler 2011); the smallest detectable lift is the one a two-sided test of 5 % sees
four times in five (Bloom 1995). Each side's error is told by how much its own markets scatter, so
that few markets on one side, or a few large ones, leave few degrees of freedom (Welch 1947), and
the test's statistic is a noncentral t.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from training.arrays import Floats
from training.power.noise import SalesNoise

#: Chance of a false alarm of the two-sided test.
TEST_SIZE: Final = 0.05
#: The chance with which the smallest detectable lift is seen.
ENOUGH_POWER: Final = 0.8
#: So much is known even of two markets' scatter: other draws are set beside the one that was made.
_LEAST_FREEDOM: Final = 3.0
#: An effect of so many standard errors is seen for sure, and one of so many never with the wrong
#: sign; the noncentral t ends in NaN far beyond.
_SURE: Final = 15.0
_NEVER_WRONG: Final = 3.0
#: Weeks before the test that its sales are set against.
PRE_WEEKS: Final = 52


@dataclass(frozen=True)
class Detection:
    """What a test can see: the standard error of the log effect, and its degrees of freedom."""

    error: float
    freedom: float

    @property
    def critical(self) -> float:
        """The log effect from which on the test rejects."""
        return self._bound * self.error

    @property
    def _bound(self) -> float:
        return float(special.stdtrit(self.freedom, 1 - TEST_SIZE / 2))

    def power(self, lifts: Floats, contrast: float = 1.0) -> Floats:
        """The chance to see each lift; `contrast` is the part of it that sets the sides apart."""
        effect = np.log1p(np.maximum(lifts * contrast, -0.99)) / self.error
        size = np.minimum(np.abs(effect), _SURE)
        right = 1.0 - special.nctdtr(self.freedom, size, self._bound)
        wrong = special.nctdtr(self.freedom, np.minimum(size, _NEVER_WRONG), -self._bound)
        seen: Floats = right + wrong
        return seen

    def smallest_detectable(self, contrast: float = 1.0, power: float = ENOUGH_POWER) -> float:
        """The lift seen with chance `power`; infinite where nothing sets the sides apart."""
        if contrast <= 0:
            return float("inf")
        needed = float(special.nctdtrinc(self.freedom, 1 - power, self._bound)) * self.error
        return float(np.expm1(needed)) / contrast


def held_out_count(markets: int, share: float) -> int:
    """How many markets a share is; two stay on each side."""
    return int(np.clip(round(share * markets), 2, markets - 2))


def window_variance(autocorrelation: float, weeks: int, pre_weeks: int) -> float:
    """Variance of the mean of the test's weeks less the mean of those before, in weekly variances.

    >>> round(window_variance(0.0, 4, 8), 3)
    0.375
    """
    before, during = np.full(pre_weeks, -1 / pre_weeks), np.full(weeks, 1 / weeks)
    return _variance_of(np.concatenate([before, during]), autocorrelation)


def mean_variance(autocorrelation: float, weeks: int) -> float:
    """Variance of the mean of weeks in a row, in weekly variances."""
    return _variance_of(np.full(weeks, 1 / weeks), autocorrelation)


def _variance_of(weights: Floats, autocorrelation: float) -> float:
    """Variance of a weighted sum of weeks in a row."""
    step = np.arange(len(weights))
    correlation = autocorrelation ** np.abs(step[:, None] - step[None, :])
    return float(weights @ correlation @ weights)


def expected_detection(
    noise: SalesNoise,
    share: float,
    weeks: int,
    pre_weeks: int = PRE_WEEKS,
    *,
    added: Floats | float = 0.0,
    squares: Floats | None = None,
) -> Detection:
    """What a test sees that holds out a share of the markets, drawn with both sides alike.

    Markets count by what is sold there, as they do in the lift that is measured; those held out
    are weighed by how surely they tell the change of the others, which decides how much is known
    of their scatter.

    Args:
        added: what comes to the variance of each market's change from before the test, beside its
            noise [market]: other campaigns' uneven effects.
        squares: the expected square of each market's weight in the contrast of both sides
            [market], where it is known how the test will be measured; None: by what is sold.
    """
    markets = len(noise.market_ids)
    held_out = held_out_count(markets, share)
    of_weeks = window_variance(noise.autocorrelation, weeks, min(pre_weeks, noise.weeks))
    variance = of_weeks * noise.spread**2 + added
    shown = _side(noise.size, variance, markets - held_out)
    by_size = shown[0] + _side(noise.size, variance, held_out)[0]
    error = by_size if squares is None else float(squares @ variance)
    others = _side(1.0 / variance, variance, held_out)
    freedom = max((shown[0] + others[0]) ** 2 / (shown[1] + others[1]), _LEAST_FREEDOM)
    return Detection(float(np.sqrt(error)), freedom)


def _side(weights: Floats, variance: Floats, drawn: int) -> tuple[float, float]:
    """Of the weighted mean of markets drawn out of all: its variance, and that of what tells it.

    The second is the variance squared over the degrees of freedom that it is known with: markets
    by weight, none lost to the mean, since other draws are all around the same one.
    """
    parts, draw = weights / weights.sum(), len(weights) / drawn
    own = draw * float(np.sum(parts**2 * variance))
    return own, draw**3 * float(np.sum(parts**4 * variance**2))
