"""Growth that a brand sees in some markets and not in others.

A rate of growth of its own for each brand and market, in which good times last: it wanders
around 0 and half of it is gone after five months. Brands read it off their sales, so choosing
markets by it confounds a campaign with what would have happened anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.signal import lfilter

from experiments.worlds.settings import Floats, WorldSettings

#: What stays of a rate of growth from one week to the next.
_PERSISTENCE: Final = 0.97


@dataclass(frozen=True, slots=True)
class LocalGrowth:
    """[brand, market, week] growth per week, and the log level it has led to, 0 at the start."""

    rate: Floats
    level: Floats


def local_growth(settings: WorldSettings, weeks: int) -> LocalGrowth:
    """Draw the growth of every brand in every market over the data and the weeks beyond.

    Nothing is drawn, and all is 0, in worlds without it.
    """
    shape = (settings.brands, settings.markets, weeks)
    spread = settings.rules.local_growth
    if not spread:
        nothing = np.zeros(shape)
        return LocalGrowth(nothing, nothing)
    steps = settings.stream("local growth").standard_normal(shape)
    steps[..., 1:] *= np.sqrt(1.0 - _PERSISTENCE**2)
    rate = spread * np.asarray(lfilter([1.0], [1.0, -_PERSISTENCE], steps, axis=-1))
    return LocalGrowth(rate, np.cumsum(rate, axis=-1) - rate)
