"""Which markets to hold out: drawn at random among draws in which both sides are alike.

Markets are sorted by what is sold there and cut into as many blocks as the smaller side has
markets; one market of each block is drawn for it (matched pairs where half is held out: Imai, King
& Nall 2009). Of many such draws the best balanced fiftieth is kept (rerandomisation: Morgan & Rubin
2012), and the test's assignment is one of them, each as likely as the others. The share of the
kept draws in which a market is shown the posts is therefore exactly its propensity, and shuffling
the assignment over the kept draws is an exact test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from training.arrays import Booleans, Floats
from training.power.arithmetic import held_out_count

#: Draws made, and the part of them that is kept.
_DRAWS: Final = 20_000
_KEPT_PART: Final = 0.02
#: At least so many are kept where there are so many, or chances would be too coarse.
_FEWEST_KEPT: Final = 200
#: Each market's chance of either side is at least this part of a plain lot's: what is peculiar to
#: one that is all but sure to be on one side counts there in every draw, and no draw can tell.
_OF_A_PLAIN_LOT: Final = 0.5


@dataclass(frozen=True)
class BalancedDraws:
    """Acceptable assignments of markets, each as likely as the others.

    `treated` is [draw, market], `propensity` [market] the chance to be shown the posts.
    """

    treated: Booleans
    propensity: Floats

    def one(self, seed: int) -> Booleans:
        """The assignment of a test [market]; the same seed draws the same."""
        number = np.random.default_rng([seed, 1]).integers(len(self.treated))
        chosen: Booleans = self.treated[number]
        return chosen


def balanced_draws(traits: Floats, share: float, seed: int) -> BalancedDraws:
    """Draw acceptable assignments.

    Args:
        traits: what should be alike on both sides [market, trait]; the first one sorts markets
            into blocks.
        share: of the markets to hold out.
        seed: the same seed draws the same.
    """
    markets = len(traits)
    held_out = held_out_count(markets, share)
    smaller = min(held_out, markets - held_out)
    chosen = np.unique(_one_of_each_block(traits[:, 0], smaller, seed), axis=0)
    distance = _mahalanobis(traits, chosen)
    treated = ~chosen if smaller == held_out else chosen
    part = _KEPT_PART
    while True:
        kept = treated[distance <= np.quantile(distance, part)]
        propensity = kept.mean(axis=0)
        enough = len(kept) >= min(_FEWEST_KEPT, len(treated))
        if part >= 1.0 or (enough and _fair(propensity, held_out / markets)):
            return BalancedDraws(kept, propensity)
        part = min(2 * part, 1.0)


def _fair(propensity: Floats, held_out: float) -> bool:
    """Whether every market may well be on either side; `held_out` is the share held out."""
    shown = bool(propensity.min() >= _OF_A_PLAIN_LOT * (1.0 - held_out))
    return shown and bool(1.0 - propensity.max() >= _OF_A_PLAIN_LOT * held_out)


def standardised_differences(traits: Floats, treated: Booleans) -> Floats:
    """Mean of the shown markets less mean of those held out, in standard deviations [trait]."""
    gap = traits[treated].mean(axis=0) - traits[~treated].mean(axis=0)
    spread = traits.std(axis=0)
    found: Floats = gap / np.where(spread > 0, spread, 1.0)
    return found


def _one_of_each_block(sorts: Floats, blocks: int, seed: int) -> Booleans:
    """Draws in which one market of each block is chosen [draw, market]."""
    rng = np.random.default_rng([seed, 0])
    chosen = np.zeros((_DRAWS, len(sorts)), dtype=bool)
    rows = np.arange(_DRAWS)
    for block in np.array_split(np.argsort(sorts, kind="stable"), blocks):
        chosen[rows, rng.choice(block, _DRAWS)] = True
    return chosen


def _mahalanobis(traits: Floats, chosen: Booleans) -> Floats:
    """How far apart the sides are in all traits together [draw]."""
    centred = traits - traits.mean(axis=0)
    sides = chosen / chosen.sum(axis=1, keepdims=True)
    others = ~chosen / (~chosen).sum(axis=1, keepdims=True)
    gap = (sides - others) @ centred
    inverse = np.linalg.pinv(np.cov(centred, rowvar=False).reshape(traits.shape[1], -1))
    distance: Floats = np.einsum("dt,tu,du->d", gap, inverse, gap)
    return distance
