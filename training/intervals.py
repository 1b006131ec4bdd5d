"""From bags to honest intervals: recalibration on held-out campaigns, and draws.

Bags alone are too sure: they know how much the data moved the model, not how wrong the
model is. Three more quantities are read off campaigns that a bag had left out, against
their measured lifts and the errors of those measurements:

- a slope, which removes what shrinkage and the exponential did to the size of lifts;
- the misfit shared by a campaign, brand and season that no feature describes;
- the misfit of single creators, which weighs on a roster of three more than of fifty.

All three follow from `measured ~ N(e, SE² + e² · (bags + misfits))`, `e = slope · predicted`,
with weakly informative priors, averaged over a grid.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Self

import numpy as np

from training.arrays import Booleans, Floats, Singles

_SLOPE_PRIOR = (1.0, 0.25)
_SHARED_GRID = np.geomspace(0.03, 1.0, 12)
_CREATOR_GRID = np.geomspace(0.15, 2.5, 12)
#: Medians and log spreads of the misfits' priors. No model of pre-campaign features is free of
#: misfit, and few campaigns cannot show theirs: published effects of streams on games have
#: quartiles of 0.0048 and 0.0291 (Huang & Morozov 2025), a log standard deviation of 1.3, of
#: which features take away a part.
_SHARED_PRIOR, _CREATOR_PRIOR = (0.15, 0.6), (0.9, 0.4)
#: Misfit that does not shrink with the lift, as a part of the median lift. Measurements are far
#: too coarse to show it, yet a lift a third of the usual is never known to the same percentage.
_FLOOR = 0.15


#: Rosters to come are less like past ones than past ones are like each other: planners try
#: styles and creators that a brand has not booked. Misfits read off past campaigns are widened.
TO_COME = 1.2


@dataclass(frozen=True)
class HeldOutEffects:
    """Held-out campaigns [campaign]: predicted log effect from bags that never saw them,
    its log variance over bags, the concentration Σ(creator's part)² of the roster, and the
    measured log effect with its standard error.
    """

    predicted: Floats
    bag_variance: Floats
    concentration: Floats
    measured: Floats
    error: Floats

    def of(self, chosen: Booleans) -> Self:
        """The same for some of the campaigns."""
        names = self.__dataclass_fields__
        return replace(self, **{name: getattr(self, name)[chosen] for name in names})


@dataclass(frozen=True)
class Calibration:
    """How predictions relate to truth.

    The shared and the creator misfit are log standard deviations, `floor` is a lift: the misfit
    that even the smallest prediction has.
    """

    slope: float
    slope_error: float
    shared_misfit: float
    creator_misfit: float
    floor: float = 0.0

    def variance(self, held_out: HeldOutEffects) -> Floats:
        """Expected squared error of calibrated log effects, without measurement's [campaign]."""
        relative = held_out.bag_variance + self.shared_misfit**2
        relative = relative + self.creator_misfit**2 * held_out.concentration
        variance: Floats = (self.slope * held_out.predicted) ** 2 * relative + self.floor**2
        return variance

    def for_new_brand(self, spread: float) -> Self:
        """The same for a brand without past campaigns: brands differ by `spread` (log sd)."""
        return replace(self, shared_misfit=float(np.hypot(self.shared_misfit, spread)))

    def to_json(self) -> dict[str, float]:
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        return cls(**content)


def calibrate(held_out: HeldOutEffects) -> Calibration:
    """Average slope and misfits over their posterior given held-out campaigns."""
    f, d, s2 = held_out.predicted, held_out.measured, held_out.error**2
    mean, width = _SLOPE_PRIOR
    floor = _FLOOR * float(np.median(f))
    logs, slopes, errors, shared, creator = [], [], [], [], []
    for b0 in _SHARED_GRID:
        for b1 in _CREATOR_GRID:
            relative = held_out.bag_variance + b0**2 + b1**2 * held_out.concentration
            slope = mean
            for _ in range(4):  # misfits are relative to slope · predicted, as in the draws
                variance = s2 + (slope * f) ** 2 * relative + floor**2
                precision = float(np.sum(f**2 / variance)) + width**-2
                slope = (float(np.sum(f * d / variance)) + mean * width**-2) / precision
            fit = np.sum((d - slope * f) ** 2 / variance + np.log(variance))
            fit += (slope - mean) ** 2 / width**2 + np.log(precision)
            prior = _log_normal(b0, _SHARED_PRIOR) + _log_normal(b1, _CREATOR_PRIOR)
            logs.append(-0.5 * float(fit + prior))
            slopes.append(slope)
            errors.append(precision**-0.5)
            shared.append(b0**2)
            creator.append(b1**2)
    chance = np.exp(np.array(logs) - max(logs))
    chance /= chance.sum()
    slope = float(chance @ slopes)
    spread = float(chance @ (np.array(errors) ** 2 + (np.array(slopes) - slope) ** 2))
    return Calibration(
        slope=slope,
        slope_error=float(np.sqrt(spread)),
        shared_misfit=float(np.sqrt(chance @ shared)),
        creator_misfit=float(np.sqrt(chance @ creator)),
        floor=floor,
    )


def _log_normal(value: float, prior: tuple[float, float]) -> float:
    """Twice the negative log density, up to a constant, on a grid of equal log steps."""
    median, spread = prior
    return float((np.log(value / median) / spread) ** 2)


@dataclass(frozen=True)
class RosterDraws:
    """Draws of one roster's lift.

    `mean` [booking, market] adds up over bookings to the expected lift of each market;
    `factors` [booking, draw] and `bag` [draw] turn a bag's contributions into draws; the draws of
    a bag lie side by side.
    """

    contributions: Floats  # [bag, booking, market]
    factors: Floats  # [booking, draw]
    bag: np.ndarray  # [draw]
    slope: float

    @cached_property
    def mean(self) -> Floats:
        mean: Floats = self.slope * self.contributions.mean(axis=0)
        return mean

    def by_creator(self, market_weights: Floats) -> Floats:
        """Draws of each booking's part of the weighted lift [booking, draw]."""
        parts = self.contributions @ market_weights
        drawn: Floats = parts.T[:, self.bag] * self.factors
        return drawn * self._to_mean(drawn.sum(axis=0), self.mean.sum(axis=0) @ market_weights)

    def by_market(self) -> Singles:
        """Draws of each market's lift [market, draw].

        In single precision: quantiles of a thousand draws are known to a percent or two.
        """
        bags, _, markets = self.contributions.shape
        parts, factors = self.contributions.astype(np.float32), self.factors.astype(np.float32)
        drawn = np.empty((markets, len(self.bag)), dtype=np.float32)
        ends = np.searchsorted(self.bag, np.arange(bags + 1))
        for bag, first in enumerate(ends[:-1]):
            own = slice(first, ends[bag + 1])
            np.matmul(parts[bag].T, factors[:, own], out=drawn[:, own])
        return drawn

    @staticmethod
    def _to_mean(draws: Floats, mean: float) -> float:
        # A finite number of draws misses the expectation by a percent or so.
        found = float(draws.mean())
        return mean / found if abs(found) > 1e-300 and mean > 0 else 1.0


def draw_roster(
    contributions: Floats,
    creator_ids: Sequence[str],
    unsure: Sequence[float],
    calibration: Calibration,
    draws: int,
    unseen: Booleans | None = None,
) -> RosterDraws:
    """Spread bags' contributions by what recalibration found.

    The same creator has the same misfit in every roster of every request, and a draw's shared
    misfit and slope are the same for all rosters: differences between rosters keep only the
    uncertainty they do not share.

    Args:
        contributions: lift by bag, booking and market, before recalibration.
        unsure: extra log standard deviation of a booking, 0 for creators of the catalog.
        unseen: which bookings are of kinds never learned of [booking, kind]. Such a kind is taken
            to be as unlike those seen as a creator is unlike others, and all bookings of it alike.
    """
    bags = contributions.shape[0]
    common = _normals("slope", draws), _normals("shared", draws)
    slope = calibration.slope + calibration.slope_error * common[0]
    typical = float(contributions.mean(axis=0).sum(axis=0).mean())
    small = min(calibration.floor / typical, 1.0) if typical > 0 else 0.0
    shared = _mean_one(np.hypot(TO_COME * calibration.shared_misfit, small) * common[1])
    own = TO_COME * calibration.creator_misfit
    spread = np.sqrt(own**2 + np.asarray(unsure, dtype=float) ** 2)
    misfit = spread[:, None] * np.stack([_normals(f"creator {c}", draws) for c in creator_ids])
    if unseen is not None and unseen.any():
        kinds = np.stack([_normals(f"kind {k}", draws) for k in range(unseen.shape[1])])
        misfit = misfit + own * (unseen.astype(float) @ kinds)
    return RosterDraws(
        contributions=contributions,
        factors=_mean_one(misfit) * (slope * shared)[None, :],
        bag=np.arange(draws) * bags // draws,
        slope=calibration.slope,
    )


def shared_noise(name: str, draws: int) -> Floats:
    """Standard normal draws that every request with this name shares [draw]."""
    return _normals(name, draws)


def quantile_interval(draws: Floats | Singles, level: float) -> tuple[Floats, Floats]:
    """Equal-tailed interval over the last axis; wider levels always contain narrower ones."""
    last = draws.shape[-1] - 1
    tail = (1.0 - level) / 2.0 * last
    below, above = int(np.floor(tail)), int(np.ceil(tail))
    # NumPy sorts whole rows in a third of the time in which it partitions them at four places.
    ordered = np.sort(draws, axis=-1)
    part = tail - below
    low = (1.0 - part) * ordered[..., below] + part * ordered[..., above]
    high = (1.0 - part) * ordered[..., last - below] + part * ordered[..., last - above]
    return np.asarray(low), np.asarray(high)


def _mean_one(logs: Floats) -> Floats:
    values = np.exp(logs)
    scaled: Floats = values / values.mean(axis=-1, keepdims=True)
    return scaled


@lru_cache(maxsize=4_000)
def _normals(name: str, draws: int) -> Floats:
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    values = np.random.default_rng(seed).standard_normal(draws)
    # Centred and scaled: a thousand draws need not miss the first two moments.
    fixed: Floats = (values - values.mean()) / values.std()
    fixed.setflags(write=False)
    return fixed
