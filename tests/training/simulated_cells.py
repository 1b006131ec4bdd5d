"""Cells of campaigns whose markets were drawn, with a known average effect."""

from __future__ import annotations

import numpy as np

from training.cells import BEFORE, PAST, Cells
from training.residuals import demean


def simulate_cells(
    seed: int,
    *,
    campaigns: int = 20,
    markets: int = 12,
    effect: float = 0.0,
    error: float = 0.03,
    share: float = 0.5,
    propensity: float = 0.5,
) -> Cells:
    """`share` of the markets is treated, drawn anew for each campaign; the past is pure noise."""
    rng = np.random.default_rng(seed)
    size = campaigns * markets
    campaign = np.repeat(np.arange(campaigns), markets)
    side = np.arange(markets) < round(share * markets)
    treated = np.concatenate([rng.permutation(side) for _ in range(campaigns)])
    weight = np.full(size, error**-2.0)
    change = effect * treated + rng.normal(0, error, size)
    return Cells(
        campaign_ids=tuple(f"c{i}" for i in range(campaigns)),
        market_ids=tuple(f"m{i}" for i in range(markets)),
        campaign=campaign,
        market=np.tile(np.arange(markets), campaigns),
        treated=treated,
        propensity=np.full(size, propensity),
        drawn=np.ones(size, dtype=bool),
        change=change,
        outcome=demean(change, weight, campaign),
        treatment=demean(treated - propensity, weight, campaign),
        weight=weight,
        past=rng.normal(size=(size, len(PAST))),
        before=rng.normal(size=(size, len(BEFORE))),
        dropped={},
    )
