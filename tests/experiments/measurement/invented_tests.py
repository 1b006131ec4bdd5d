"""Tests whose truth is known: panels of markets with a chosen lift."""

from __future__ import annotations

import numpy as np

from experiments.measurement.market_test import MarketTest
from training.arrays import Booleans, Floats


def invented(
    *,
    markets: int = 20,
    before: int = 30,
    window: int = 5,
    lift: float = 0.0,
    noise: float = 0.05,
    seed: int = 0,
    drawn: bool = True,
    treated: Booleans | None = None,
    dose: Floats | None = None,
) -> MarketTest:
    """Markets of one season and very different sizes, noisy, half of them treated."""
    rng = np.random.default_rng(seed)
    size = np.exp(rng.normal(6.0, 0.8, markets))
    season = 1.0 + 0.2 * np.sin(np.arange(before + window) / 4.0)
    sales = size[:, None] * season * np.exp(noise * rng.standard_normal((markets, before + window)))
    if treated is None:
        treated = np.zeros(markets, dtype=bool)
        treated[rng.choice(markets, markets // 2, replace=False)] = True
    got = treated.astype(float) if dose is None else dose
    sales[:, before:] *= (1.0 + lift * got)[:, None]
    period = np.arange(before + window)
    return MarketTest(
        revenue=sales,
        treated=treated,
        before=period < before,
        window=period >= before,
        dose=dose,
        propensity=np.full(markets, 0.5) if drawn else None,
    )
