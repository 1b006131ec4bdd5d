"""Weekly sales as they are counted: expected sales, chance, and what the campaigns added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from scipy.signal import lfilter

from experiments.worlds.baseline import Baseline
from experiments.worlds.settings import Bools, Floats, WorldSettings
from experiments.worlds.world import World

#: Weekly noise of the median series after market and week effects, and how it falls with size
#: (public copy of eBay's 210-market test).
MEDIAN_NOISE: Final = 0.043
NOISE_SIZE_POWER: Final = -0.37
NOISE_AUTOCORRELATION: Final = 0.2
_BRAND_SHOCK: Final = 0.02
#: Part of a market's noise that all brands share there, relative to its quietest brand.
_MARKET_SHOCK_PART: Final = 0.4
_MISSING_SHARE: Final = 0.003
_MISSING_RUNS: Final = 0.02


@dataclass(frozen=True, slots=True)
class Noise:
    """Chance in sales: [brand, market, week] factors of mean 1, and [brand, market] their spread.

    `spread` is the standard deviation of a week's log sales after market and week effects, but
    for the chance in whole orders of small brands.
    """

    factor: Floats
    spread: Floats


def draw_noise(world: World, baseline: Baseline) -> Noise:
    """Draw what chance does to sales: shocks of a brand, of a market, and of each series."""
    settings = world.settings
    rng = settings.stream("noise")
    brands, markets, weeks = world.brands.count, settings.markets, settings.weeks
    size = baseline.revenue[:, :, :weeks].mean(axis=2)
    spread = _noise_spread(size)
    market_spread = _MARKET_SHOCK_PART * spread.min(axis=0)
    own_spread = np.sqrt(spread**2 - market_spread**2)
    log_factor = (
        _BRAND_SHOCK * _autocorrelated(rng, (brands, 1, weeks))
        + market_spread[:, None] * _autocorrelated(rng, (1, markets, weeks))
        + own_spread[:, :, None] * _autocorrelated(rng, (brands, markets, weeks))
    )
    variance = spread[:, :, None] ** 2 + _BRAND_SHOCK**2
    return Noise(np.exp(log_factor - variance / 2.0), spread)


def sales_table(world: World, baseline: Baseline, noise: Noise, added: Floats) -> pa.Table:
    """The sales table; `added` is [brand, market, week] what the campaigns added in the data.

    A few weeks are missing, here and there and in runs of three.
    """
    settings = world.settings
    weeks = settings.weeks
    expected = baseline.revenue[:, :, :weeks] * noise.factor + added
    revenue = np.round(_in_whole_orders(world, baseline, expected), 2)
    kept = _recorded(settings, revenue.shape) & world.brands.sells[:, :, None]
    brand, market, week = np.nonzero(kept)
    price = np.round(baseline.price[brand, market, week], 4)
    monday = settings.first_week + (7 * np.arange(weeks)).astype("timedelta64[D]")
    return pa.table(
        {
            "brand_id": pa.array(world.brands.brand_ids).take(pa.array(brand)),
            "market_id": pa.array(world.geography.market_ids).take(pa.array(market)),
            "date": pa.array(monday[week]),
            "revenue": revenue[kept],
            "units": np.round(revenue[kept] / price, 3),
            "price": price,
            "discount": baseline.discount[brand, market, week],
            "media_spend": np.round(baseline.media[brand, market, week], 2),
        }
    )


def _in_whole_orders(world: World, baseline: Baseline, expected: Floats) -> Floats:
    """[brand, market, week] sales, of small brands as many orders as chance (Poisson) will have."""
    small = world.brands.is_small
    if not small.any():
        return expected
    price = baseline.price[small, :, : world.settings.weeks]
    sold = expected.copy()
    sold[small] = price * world.settings.stream("orders").poisson(expected[small] / price)
    return sold


def _noise_spread(size: Floats) -> Floats:
    """Spread of each series: the median one has `MEDIAN_NOISE`, larger ones less."""
    sold = size[size > 0]
    relative = np.where(size > 0, size, np.median(sold)) / np.median(sold)
    return np.asarray(np.clip(MEDIAN_NOISE * relative**NOISE_SIZE_POWER, 0.008, 0.25))


def _autocorrelated(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Standard normal series along the last axis with the noise's autocorrelation."""
    steps = rng.standard_normal(shape)
    steps[..., 1:] *= np.sqrt(1.0 - NOISE_AUTOCORRELATION**2)
    return np.asarray(lfilter([1.0], [1.0, -NOISE_AUTOCORRELATION], steps, axis=-1))


def _recorded(settings: WorldSettings, shape: tuple[int, ...]) -> Bools:
    """Which weeks made it into the table."""
    rng = settings.stream("missing weeks")
    missing = rng.random(shape) < _MISSING_SHARE
    runs = rng.random(shape[:2]) < _MISSING_RUNS
    begins = rng.integers(0, settings.weeks - 3, shape[:2])
    week = np.arange(shape[2])
    within = (week >= begins[:, :, None]) & (week < begins[:, :, None] + 3)
    return ~(missing | (runs[:, :, None] & within))
