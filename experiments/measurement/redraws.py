"""Other assignments that the same draw could have given."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from training.arrays import Booleans, Floats, Integers

#: Keeps markets that were (nearly) sure to be treated from dividing by nothing.
_SURE = 1e-6


def redraw(
    propensity: Floats,
    treated: Booleans,
    count: int,
    seed: int,
    strata: Integers | None = None,
) -> Booleans:
    """Draw assignments anew, each market with its own probability: [draw, market].

    Draws are conditional on the number of treated markets, in each stratum where there are some:
    it says nothing about the effect, and a test given it is sharper. Exact for any probabilities
    (conditional Bernoulli sampling, Chen, Dempster & Liu 1994); equal ones give permutations.

    Args:
        propensity: [market], 0..1.
        treated: [market], the assignment that was drawn.
        strata: [market], group numbers; None: one group.
    """
    rng = np.random.default_rng(seed)
    drawn = np.zeros((count, len(treated)), dtype=bool)
    groups = np.zeros(len(treated), dtype=np.int64) if strata is None else strata
    for group in np.unique(groups):
        own = np.flatnonzero(groups == group)
        chance = np.clip(propensity[own], _SURE, 1 - _SURE)
        drawn[:, own] = _conditional(rng, chance, int(treated[own].sum()), count)
    return drawn


def possible(treated: Booleans, strata: Integers | None = None) -> float:
    """How many assignments with as many treated markets there are, as a natural logarithm."""
    groups = np.zeros(len(treated), dtype=np.int64) if strata is None else strata
    size = np.unique(groups, return_counts=True)[1]
    chosen = np.bincount(np.unique(groups, return_inverse=True)[1], weights=treated)
    ways = gammaln(size + 1) - gammaln(chosen + 1) - gammaln(size - chosen + 1)
    return float(ways.sum())


def _conditional(rng: np.random.Generator, chance: Floats, treated: int, count: int) -> Booleans:
    """Independent draws given their number, market after market."""
    left = _chance_of_number(chance, treated)
    wanted = np.full(count, treated)
    drawn = np.zeros((count, len(chance)), dtype=bool)
    uniform = rng.random((count, len(chance)))
    for market, p in enumerate(chance):
        taken = np.where(wanted > 0, p * left[market + 1, wanted - 1], 0.0)
        whole = left[market, wanted]
        drawn[:, market] = uniform[:, market] * whole < taken
        wanted = wanted - drawn[:, market]
    return drawn


def _chance_of_number(chance: Floats, most: int) -> Floats:
    """[market, number] probability that so many of this and the later markets are drawn."""
    table = np.zeros((len(chance) + 1, most + 1))
    table[-1, 0] = 1.0
    for market in range(len(chance) - 1, -1, -1):
        p, later = chance[market], table[market + 1]
        table[market] = (1 - p) * later
        table[market, 1:] += p * later[:-1]
    return table
