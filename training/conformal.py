"""What a holdout test would show: the forecast widened by the noise of the test itself.

Two intervals are never mixed up. The expected lift says how sure the model is; a test of
the same roster in the same markets scatters around the true lift by its own standard error
as well. Split-conformal intervals (Vovk et al. 2005; Lei et al. 2018) need no law for the
errors: measured effects of held-out campaigns are set against their forecasts in units of
the expected spread, and the quantile of those scores is what the next campaign gets.
Campaigns judge a calibration that was fitted on the other half of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
from scipy import stats

from training.arrays import Floats, Integers
from training.intervals import Calibration, HeldOutEffects, calibrate


@dataclass(frozen=True)
class HoldoutTests:
    """What past tests showed.

    `scores` [campaign], sorted: |measured − predicted| in units of the expected spread.
    `noise` by brand: the standard error of the log effect times √markets, `typical_noise` that of
    a brand without past tests.
    """

    scores: tuple[float, ...]
    noise: Mapping[str, float]
    typical_noise: float

    def standard_error(self, brand_id: str, markets: int) -> float:
        """Of the log effect that a test in so many markets would measure, as past ones did."""
        noise = self.noise.get(brand_id, self.typical_noise)
        return float(noise / np.sqrt(max(markets, 1)))

    def widths(self, level: float) -> float:
        """Half-width of an interval in expected spreads.

        The ⌈(n + 1) · level⌉-th smallest score; where there are too few campaigns for the level,
        the largest score or the normal quantile, whichever is wider.
        """
        rank = int(np.ceil((len(self.scores) + 1) * level))
        if rank <= len(self.scores):
            return self.scores[rank - 1]
        return max(max(self.scores, default=0.0), float(stats.norm.ppf(0.5 + level / 2.0)))

    def interval(self, lift: Floats, error: float, level: float) -> tuple[float, float]:
        """What a test with standard error `error` would show, from draws of the lift [draw]."""
        logs = np.log1p(np.maximum(lift, -0.99))
        centre = float(np.log1p(max(float(lift.mean()), -0.99)))
        return self.around(centre, float(logs.std()), error, level)

    def around(
        self, centre: float, spread: float, error: float, level: float
    ) -> tuple[float, float]:
        """The same from the centre of the log effect and its standard deviation over draws."""
        half = self.widths(level) * float(np.hypot(error, spread))
        return float(np.expm1(centre - half)), float(np.expm1(centre + half))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        return cls(tuple(content["scores"]), content["noise"], content["typical_noise"])


def holdout_tests(
    held_out: HeldOutEffects, brands: Sequence[str], markets: Integers, seed: int
) -> HoldoutTests:
    """Learn scores and noise from held-out campaigns.

    Args:
        brands: brand of each campaign [campaign].
        markets: markets that each campaign was measured in [campaign].
        seed: of the halves.
    """
    half = np.random.default_rng(seed).permutation(len(held_out.measured)) % 2
    scores = np.zeros(len(half))
    for side in (0, 1):
        judged = half == side
        scores[judged] = np.abs(standardised(held_out, calibrate(held_out.of(~judged))))[judged]
    noise = held_out.error * np.sqrt(markets)
    own = np.array(brands)
    return HoldoutTests(
        scores=tuple(float(score) for score in np.sort(scores)),
        noise={str(brand): float(np.median(noise[own == brand])) for brand in np.unique(own)},
        typical_noise=float(np.median(noise)),
    )


def standardised(held_out: HeldOutEffects, calibration: Calibration) -> Floats:
    """Measured minus predicted log effects in units of their expected spread [campaign]."""
    expected = calibration.slope * held_out.predicted
    variance = held_out.error**2 + calibration.variance(held_out)
    scores: Floats = (held_out.measured - expected) / np.sqrt(variance)
    return scores
