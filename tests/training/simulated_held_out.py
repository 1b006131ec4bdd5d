"""Held-out campaigns whose slope and misfits are known, and rosters that share them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.arrays import Floats
from training.intervals import HeldOutEffects

SLOPE, SHARED, CREATOR, BAG = 0.8, 0.2, 0.5, 0.15


@dataclass(frozen=True)
class TrueRosters:
    """Contributions by bag and booking of many rosters, with each roster's true lift."""

    contributions: list[Floats]
    lifts: Floats

    def held_out(self, rng: np.random.Generator, error: float) -> HeldOutEffects:
        """The rosters as campaigns that bags left out, measured with noise of sd `error`."""
        totals = np.stack([parts.sum(axis=(1, 2)) for parts in self.contributions], axis=1)
        mean = [parts.mean(axis=(0, 2)) for parts in self.contributions]
        count = totals.shape[1]
        return HeldOutEffects(
            predicted=totals.mean(axis=0),
            bag_variance=np.log(totals).var(axis=0, ddof=1),
            concentration=np.array([float((m**2).sum() / m.sum() ** 2) for m in mean]),
            measured=self.lifts + rng.normal(0, error, count),
            error=np.full(count, error),
        )


def simulate_true_rosters(
    rng: np.random.Generator, count: int, slope: float = SLOPE, bags: int = 30, stray: float = 1.0
) -> TrueRosters:
    """Rosters of 1 to 12 creators; truth strays from the bags' centre by all four sources.

    Both misfits are `stray` times their usual size.
    """
    contributions, lifts = [], []
    for _ in range(count):
        size = int(rng.integers(1, 13))
        parts = 0.03 * rng.lognormal(0, 0.5) * rng.dirichlet(np.full(size, 3.0))
        by_bag = _mean_one(rng, BAG, bags)
        contributions.append(parts[None, :, None] * by_bag[:, None, None])
        misfit = _mean_one(rng, stray * CREATOR, size)
        common = _mean_one(rng, stray * SHARED, 1)[0] * _mean_one(rng, BAG, 1)[0]
        lifts.append(slope * common * float(parts @ misfit))
    return TrueRosters(contributions, np.array(lifts))


def _mean_one(rng: np.random.Generator, sd: float, size: int) -> Floats:
    return np.exp(rng.normal(-(sd**2) / 2, sd, size))
