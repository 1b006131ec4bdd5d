"""How much of a campaign reaches the markets that were held out: treatment as a dose.

Organic posts are shown wherever a roster's followers live, held-out markets not excepted. The
difference between both sides of a campaign is then too small, and nothing in the difference
shows it. What shows it is the order of markets within a side. Where more of a roster's audience
lives, treated markets rise more; if held-out markets follow the same order, posts have reached
them, and the ratio of both slopes is the share of an effect that got there. It asks for no more
than that an effect grows with the audience known before the campaign and levels off somewhere.

Campaigns that did more show the order more clearly: exposure counts by what the difference between
the sides says a campaign did, shrunk towards all campaigns (DerSimonian & Laird 1986). That
difference is of side means, so it knows nothing of the order within a side.

The ratio is judged as a ratio (Fieller 1954), its errors clustered by campaign and by the
markets of a brand, whichever are larger. With even odds there is no leak at all (Mitchell &
Beauchamp 1988), so that data which show none are not corrected for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from training.arrays import Booleans, Floats, Integers
from training.cells import Cells
from training.leak import EVEN_ODDS, MOST_LEAK, UNTOLD, Leak
from training.past import PastRoster
from training.residuals import demean
from training.rosters.sample import RosterSample

_SHARES: Final = np.linspace(0.005, MOST_LEAK, 80)
#: Where an effect may level off, in medians of the exposure.
_LEVELS: Final = (0.5, 1.0, 2.0, 4.0, 8.0, np.inf)
#: The order of treated markets must be seen before that of held-out ones can be set against it.
_SEEN: Final = 3.0
_TAIL: Final = 0.05
#: No campaign is taken to have done less than this part of the mean a unit of exposure.
_LEAST_DONE: Final = 0.05


@dataclass(frozen=True)
class MarketSides:
    """Who was treated in a sample, all [cell]; `brand_market` numbers the markets of each brand."""

    treated: Booleans
    brand_market: Integers

    @classmethod
    def of(cls, cells: Cells, rosters: Sequence[PastRoster]) -> MarketSides:
        """The sides of cells whose campaigns have these rosters, in the order of their numbers."""
        brands = [roster.campaign.brand_id for roster in rosters]
        brand = np.unique(brands, return_inverse=True)[1][cells.campaign]
        return cls(cells.treated, brand * len(cells.market_ids) + cells.market)


@dataclass(frozen=True)
class _Slopes:
    """Slopes of outcomes on exposure within both sides, and what each cell pulls at them."""

    treated: float
    held_out: float
    treated_pull: Floats
    held_out_pull: Floats

    def error(self, share: float, clusters: Integers) -> float:
        """Standard error of `held_out − share · treated` where cells of a cluster err together."""
        return _clustered(self.held_out_pull - share * self.treated_pull, clusters)

    def error_of_treated(self, clusters: Integers) -> float:
        """Standard error of `treated`."""
        return _clustered(self.treated_pull, clusters)


def estimate_leak(sample: RosterSample, sides: MarketSides) -> Leak:
    """Estimate what share of an effect reached the held-out markets."""
    by_cell: Floats = np.asarray(sample.shares.sum(axis=1), dtype=float).ravel()
    exposure = _levelled(sample, by_cell)
    slopes = _slopes(sample, sides, _as_effective(sample, sides, exposure))
    groups = sample.cell_campaign, sides.brand_market

    if not slopes.treated > _SEEN * max(slopes.error_of_treated(own) for own in groups):
        return UNTOLD
    shares = np.r_[0.0, _SHARES]
    errors = np.array([max(slopes.error(share, own) for own in groups) for share in shares])
    gaps = (slopes.held_out - shares * slopes.treated) / errors
    logs = -0.5 * gaps**2 - np.log(errors)
    chance = np.exp(logs - logs.max())
    prior = np.r_[1.0 - EVEN_ODDS, np.full(len(_SHARES), EVEN_ODDS / len(_SHARES))]
    chance *= prior
    return _summary(shares, chance / chance.sum())


def _summary(shares: Floats, chance: Floats) -> Leak:
    below = np.cumsum(chance)
    low, high = (float(shares[np.searchsorted(below, at)]) for at in (_TAIL, 1.0 - _TAIL))
    stretch = -np.log1p(-shares)
    variance = float(chance @ stretch**2 - (chance @ stretch) ** 2)
    return Leak(
        share=float(chance @ shares),
        low=low,
        high=high,
        chance=float(1.0 - chance[0]),
        relative_error=float(np.sqrt(max(variance, 0.0))),
        told=True,
    )


def _levelled(sample: RosterSample, exposure: Floats) -> Floats:
    """Exposure [cell] under the curve that explains the difference between both sides best.

    That difference knows nothing of the order within a side, so choosing by it is free.
    """
    typical = float(np.median(exposure[exposure > 0])) if (exposure > 0).any() else 1.0
    tried = [_saturating(exposure, typical * level) for level in _LEVELS]
    return max(tried, key=lambda effect: _explained(sample, effect))


def _as_effective(sample: RosterSample, sides: MarketSides, exposure: Floats) -> Floats:
    """Exposure [cell] times what a unit of it did in its campaign, as the sides' means tell."""
    first = _slopes(sample, sides, exposure)
    if first.treated <= 0:
        return exposure
    leak = float(np.clip(first.held_out / first.treated, 0.0, _SHARES[-1]))
    per_unit, error = _done_per_unit(sample, sides, exposure, leak)
    told = np.isfinite(per_unit) & np.isfinite(error) & (error > 0)
    if not told.any():
        return exposure
    mean, spread = _spread_of(per_unit[told], error[told])
    if mean <= 0:
        return exposure
    doubt = error[told] ** 2
    shrunk = np.full(len(per_unit), mean)
    shrunk[told] = (per_unit[told] * spread**2 + mean * doubt) / (spread**2 + doubt)
    effective: Floats = np.maximum(shrunk, _LEAST_DONE * mean)[sample.cell_campaign] * exposure
    return effective


def _done_per_unit(
    sample: RosterSample, sides: MarketSides, exposure: Floats, leak: float
) -> tuple[Floats, Floats]:
    """What a unit of exposure did, by the sides' difference, and its error [campaign].

    Sides that reach unlike many people differ for that, too: the difference is set against what
    the treated side was exposed to less what leaked into the other.
    """
    campaign, mass, sold, shown = sample.cell_campaign, [], [], []
    for own in (sides.treated, ~sides.treated):
        weight = sample.weight * own
        mass.append(np.maximum(np.bincount(campaign, weights=weight), 1e-300))
        sold.append(np.bincount(campaign, weights=weight * sample.outcome) / mass[-1])
        shown.append(np.bincount(campaign, weights=weight * exposure) / mass[-1])
    apart = np.maximum(shown[0] - leak * shown[1], 0.0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return (sold[0] - sold[1]) / apart, np.sqrt(1.0 / mass[0] + 1.0 / mass[1]) / apart


def _spread_of(values: Floats, errors: Floats) -> tuple[float, float]:
    """Mean of what values measure with errors, and its standard deviation beyond the errors."""
    precision = 1.0 / errors**2
    mean = float(precision @ values / precision.sum())
    excess = float(precision @ (values - mean) ** 2) - (len(values) - 1)
    scale = float(precision.sum() - precision @ precision / precision.sum())
    variance = max(excess, 0.0) / scale if scale > 0 else 0.0
    weight = 1.0 / (variance + errors**2)
    return float(weight @ values / weight.sum()), float(np.sqrt(variance))


def _saturating(exposure: Floats, level: float) -> Floats:
    if np.isinf(level):
        return exposure
    effect: Floats = -level * np.expm1(-exposure / level)
    return effect


def _explained(sample: RosterSample, effect: Floats) -> float:
    """By how much an effect of this shape lowers the sum of squares."""
    contrast = sample.treatment * effect
    size = float(sample.weight @ contrast**2)
    return float(sample.weight @ (contrast * sample.outcome)) ** 2 / max(size, 1e-300)


def _clustered(pull: Floats, clusters: Integers) -> float:
    return float(np.sqrt(np.sum(np.bincount(clusters, weights=pull) ** 2)))


def _slopes(sample: RosterSample, sides: MarketSides, exposure: Floats) -> _Slopes:
    found = []
    for own in (sides.treated, ~sides.treated):
        weight = sample.weight * own
        x = demean(exposure, weight, sample.cell_campaign) * own
        y = demean(sample.outcome, weight, sample.cell_campaign) * own
        size = max(float(weight @ x**2), 1e-300)
        slope = float(weight @ (x * y)) / size
        found.append((slope, weight * x * (y - slope * x) / size))
    (treated, treated_pull), (held_out, held_out_pull) = found
    return _Slopes(treated, held_out, treated_pull, held_out_pull)
