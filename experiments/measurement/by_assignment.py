"""Inference from the draw itself: what other assignments would have shown."""

from __future__ import annotations

import numpy as np

from experiments.measurement.contrast import Contrast
from experiments.measurement.estimate import Estimate, invert

#: Equal assignments give equal contrasts up to rounding.
_ROUNDING = 1e-9


def by_assignment(contrast: Contrast, method: str, level: float) -> Estimate:
    """Randomisation inference: the first assignment was drawn, the others could have been.

    Under a hypothesised lift every market's sales without the campaign are known, and with them
    what each other assignment would have shown (Fisher 1935): exact for a lift common to all
    markets, whatever the noise. Contrasts are studentised, which keeps the test valid in large
    samples where lifts differ between markets (Wu & Ding 2021). The standard error is the spread
    of the other assignments' contrasts once the estimated lift is taken out.
    """
    lift = contrast.lift()
    error = float(np.std(contrast.logs(lift)[1:])) * (1.0 + lift)
    return invert(lambda assumed: p_value(contrast, assumed), method, lift, error, level)


def p_value(contrast: Contrast, lift: float) -> float:
    """Two-sided p value of a hypothesised lift, the drawn assignment among the others."""
    told = np.abs(contrast.logs(lift)) / np.maximum(contrast.errors(lift), 1e-12)
    return float(np.mean(told >= told[0] * (1 - _ROUNDING)))
