"""The lift a roster is expected to have, as far as the design of its test needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from training.arrays import Booleans, Floats
from training.forecast import RosterForecast
from training.intervals import quantile_interval

#: What is left of a lift that leaks wholly, but for rounding.
_NO_CONTRAST: Final = 1e-9


@dataclass(frozen=True)
class PredictedLift:
    """One roster's expected lift.

    `draws` [draw] say how unsure it is; `by_market` is the expected lift by market id, `people`
    those whom the roster reaches there; `window_weeks` is how long the lift is about.
    """

    draws: Floats
    mean: float
    by_market: Mapping[str, float]
    people: Mapping[str, float]
    window_weeks: int

    @classmethod
    def of(cls, forecast: RosterForecast) -> PredictedLift:
        """What a forecast says."""
        reach = forecast.rows.reach
        expected = forecast.expected.sum(axis=0)
        return cls(
            draws=forecast.lift,
            mean=forecast.expected_lift(),
            by_market={m: float(x) for m, x in zip(reach.market_ids, expected, strict=True)},
            people={m: float(x) for m, x in zip(reach.market_ids, reach.people, strict=True)},
            window_weeks=-(-forecast.campaign.window.days // 7),
        )

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """Bounds of the expected lift."""
        low, high = quantile_interval(self.draws, level)
        return min(float(low), self.mean), max(float(high), self.mean)

    def over(self, weeks: int) -> Floats:
        """Draws of the lift over so many weeks [draw]: beyond its window it thins out."""
        thinned: Floats = self.draws * min(self.window_weeks / weeks, 1.0)
        return thinned


@dataclass(frozen=True)
class Leakage:
    """What of a roster gets past the holding out.

    `leak` is the part of its effect that held-out markets get all the same; `audience_held_out`
    the part of the people reached who live there; `contrast` what is left of the lift between
    both sides, 1 where nothing leaks.
    """

    leak: float
    audience_held_out: float
    contrast: float


def leakage(
    predicted: PredictedLift | None,
    market_ids: tuple[str, ...],
    sold: Floats,
    treated: Booleans,
    leak: float,
) -> Leakage:
    """Set what reaches treated markets against what leaks into held-out ones.

    Where the roster's audience lives decides: markets it does not know get little of any leak.

    Args:
        predicted: None: an audience spread as sales are.
        sold: what is sold in each market [market].
        leak: part of what would happen in a held-out market, were it not held out.
    """
    if predicted is None:
        return Leakage(leak, float(sold[~treated].sum() / sold.sum()), 1.0 - leak)
    lifts = np.array([predicted.by_market.get(market, 0.0) for market in market_ids])
    people = np.array([predicted.people.get(market, 0.0) for market in market_ids])
    shown = float(sold[treated] @ lifts[treated] / sold[treated].sum())
    leaked = leak * float(sold[~treated] @ lifts[~treated] / sold[~treated].sum())
    contrast = 1.0 - leaked / shown if shown > 0 else 1.0 - leak
    held_out = float(people[~treated].sum() / people.sum()) if people.sum() > 0 else 0.0
    return Leakage(leak, held_out, contrast if contrast > _NO_CONTRAST else 0.0)
