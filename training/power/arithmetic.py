"""What a holdout test can detect: standard error, power, smallest detectable lift.

The test sets the change of log sales from the weeks before to the weeks of the test in the markets
that were shown the posts against the change in those held out. Its error follows from the weekly
noise (an autoregression of first order), the number of weeks and how the markets are divided
(Vaver & Koehler 2011); the smallest detectable lift is the one a two-sided test of 5 % sees
four times in five (Bloom 1995).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import stats

from training.arrays import Floats
from training.power.noise import SalesNoise

#: Chance of a false alarm of the two-sided test.
TEST_SIZE: Final = 0.05
#: The chance with which the smallest detectable lift is seen.
ENOUGH_POWER: Final = 0.8
#: Weeks before the test that its sales are set against.
PRE_WEEKS: Final = 52


@dataclass(frozen=True)
class Detection:
    """What a test can see: the standard error of the log effect, and its degrees of freedom."""

    error: float
    freedom: int

    @property
    def critical(self) -> float:
        """The log effect from which on the test rejects."""
        return float(stats.t.ppf(1 - TEST_SIZE / 2, self.freedom)) * self.error

    def power(self, lifts: Floats, contrast: float = 1.0) -> Floats:
        """The chance to see each lift; `contrast` is the part of it that sets the sides apart."""
        effect = np.log1p(np.maximum(lifts * contrast, -0.99)) / self.error
        bound = self.critical / self.error
        seen: Floats = stats.t.sf(bound - effect, self.freedom) + stats.t.cdf(
            -bound - effect, self.freedom
        )
        return seen

    def smallest_detectable(self, contrast: float = 1.0, power: float = ENOUGH_POWER) -> float:
        """The lift seen with chance `power`; infinite where nothing sets the sides apart."""
        if contrast <= 0:
            return float("inf")
        needed = self.critical + float(stats.t.ppf(power, self.freedom)) * self.error
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
) -> Detection:
    """What a test sees that holds out a share of the markets, drawn with both sides alike.

    Markets count by what is sold there, as they do in the lift that is measured.

    Args:
        added: what comes to the variance of each market's change from before the test, beside its
            noise [market]: other campaigns' uneven effects.
    """
    markets = len(noise.market_ids)
    held_out = held_out_count(markets, share)
    part = noise.size / noise.size.sum()
    of_weeks = window_variance(noise.autocorrelation, weeks, min(pre_weeks, noise.weeks))
    one_market = markets * float(np.sum(part**2 * (of_weeks * noise.spread**2 + added)))
    return Detection(
        error=float(np.sqrt(one_market / held_out + one_market / (markets - held_out))),
        freedom=markets - 2,
    )
