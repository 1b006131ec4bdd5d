"""Rosters whose creators' values are known: what a roster learner has to find."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.arrays import Floats
from training.rosters.sample import RosterSample, exposure_matrix


@dataclass(frozen=True)
class SimulatedRosters:
    """A sample with its truth: `scores` is F [booking], `lifts` [cell]."""

    sample: RosterSample
    scores: Floats
    lifts: Floats

    def campaign_lifts(self, lifts: Floats) -> Floats:
        """Mean lift of each campaign's cells [campaign]."""
        campaign = self.sample.cell_campaign
        mean: Floats = np.bincount(campaign, weights=lifts) / np.bincount(campaign)
        return mean


def true_scores(features: Floats) -> Floats:
    """F: two straight lines, a threshold that no line follows, and features without effect."""
    scores: Floats = (
        -4.0 + 0.5 * features[:, 0] - 0.4 * features[:, 1] + 1.2 * (features[:, 2] > 0.5)
    )
    return scores


def simulate_rosters(
    seed: int,
    *,
    campaigns: int = 120,
    markets: int = 12,
    features: int = 6,
    error: float = 0.02,
    largest: int = 15,
) -> SimulatedRosters:
    """Rosters of 3 to `largest` creators; half of the markets are treated; noise of sd `error`."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(3, largest + 1, campaigns)
    first = np.r_[0, np.cumsum(sizes)]
    rows = rng.normal(size=(first[-1], features))
    blocks = []
    for number, size in enumerate(sizes):
        cell = np.arange(number * markets, (number + 1) * markets)
        reach = rng.uniform(0.3, 1.5) * rng.dirichlet(np.full(size, 2.0), markets)
        blocks.append((cell, np.arange(first[number], first[number + 1]), reach))
    shares = exposure_matrix(blocks, campaigns * markets, int(first[-1]))
    scores = true_scores(rows)
    lifts = np.asarray(shares @ np.exp(scores))
    side = np.arange(markets) % 2 - 0.5
    treatment = np.concatenate([rng.permutation(side) for _ in range(campaigns)])
    outcome = treatment * np.log1p(lifts) + rng.normal(0, error, len(lifts))
    sample = RosterSample(
        linear=rows,
        families=np.arange(features),
        trees=rows,
        shares=shares,
        booking_campaign=np.repeat(np.arange(campaigns), sizes),
        cell_campaign=np.repeat(np.arange(campaigns), markets),
        outcome=outcome,
        treatment=treatment,
        weight=np.full(len(lifts), error**-2.0),
    )
    return SimulatedRosters(sample, scores, lifts)
