"""What each brand would sell in each market and week without campaigns: level, season, trend,
price, promotions and other media."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.signal import lfilter

from experiments.worlds.brands import SMALL_BRAND_ORDERS, WEEKS_PER_YEAR
from experiments.worlds.growth import local_growth
from experiments.worlds.settings import HORIZON_WEEKS, Floats, WorldSettings
from experiments.worlds.world import World

PRICE_ELASTICITY: Final = -1.3
#: Log units gained per point of discount.
DISCOUNT_RESPONSE: Final = 2.2
#: Elasticity of other media in the week itself; what stays of last week's makes it twice that.
MEDIA_ELASTICITY: Final = 0.12
MEDIA_CARRY_OVER: Final = 0.5
_MEDIA_SHARE: Final = 0.05
_HOLIDAY_WEEK: Final = 49.5


@dataclass(frozen=True, slots=True)
class Baseline:
    """Expected sales without campaigns, over the data and the weeks beyond.

    Arrays are [brand, market, week] unless said otherwise; 0 revenue where a brand does not sell.
    """

    revenue: Floats
    #: Paid price of an order, after discount.
    price: Floats
    discount: Floats
    media: Floats
    #: [brand, week] demand relative to the year's mean.
    season: Floats
    #: Growth per week of the brand in the market, beyond that of all its markets.
    momentum: Floats


def build_baseline(world: World) -> Baseline:
    """Draw all that moves a brand's sales except campaigns and chance."""
    settings = world.settings
    rng = settings.stream("baseline")
    weeks = settings.weeks + HORIZON_WEEKS
    level = _levels(rng, world)
    season = _seasons(rng, world.brands.count, weeks)
    trend = _trends(rng, world.brands.count, weeks)
    list_price = world.brands.price[:, None] * _price_steps(rng, world.brands.count, weeks)
    discount = _discounts(rng, settings, world.brands.count, weeks)
    media = _media(rng, level, season)
    paid = list_price[:, None, :] * (1.0 - discount)
    mean_price = world.brands.price[:, None, None]
    growth = local_growth(settings, weeks)
    log_units = (
        PRICE_ELASTICITY * np.log(list_price[:, None, :] / mean_price)
        + DISCOUNT_RESPONSE * discount
        + _media_response(media)
        + growth.level
    )
    units = level[:, :, None] / mean_price * (season * trend)[:, None, :] * np.exp(log_units)
    return Baseline(units * paid, paid, discount, media, season, growth.rate)


def _levels(rng: np.random.Generator, world: World) -> Floats:
    """[brand, market] mean weekly revenue: the brand's, split by population and local strength."""
    local = world.geography.population * np.exp(
        0.22 * rng.standard_normal((world.brands.count, world.settings.markets))
    )
    local = local * world.brands.sells
    share = local / local.sum(axis=1, keepdims=True)
    level: Floats = share * world.brands.annual_revenue[:, None] / WEEKS_PER_YEAR
    small, order = world.brands.is_small[:, None], world.brands.price[:, None]
    few, many = SMALL_BRAND_ORDERS
    within = np.clip(level, few * order, many * order) * world.brands.sells
    return np.asarray(np.where(small, within, level))


def _seasons(rng: np.random.Generator, brands: int, weeks: int) -> Floats:
    """A yearly wave and a peak before the holidays, of a size of its own for each brand."""
    week = np.arange(weeks) % WEEKS_PER_YEAR
    height = rng.uniform(0.03, 0.18, (brands, 1))
    turn = rng.uniform(0.0, 2.0 * np.pi, (brands, 1))
    wave = height * np.sin(2.0 * np.pi * week / WEEKS_PER_YEAR + turn)
    peak = rng.uniform(0.0, 0.4, (brands, 1)) * np.exp(-(((week - _HOLIDAY_WEEK) / 1.8) ** 2))
    return np.asarray(np.exp(wave + peak))


def _trends(rng: np.random.Generator, brands: int, weeks: int) -> Floats:
    """Growth or decline by up to about a tenth a year, with slow bends."""
    slope = 0.05 * rng.standard_normal((brands, 1)) / WEEKS_PER_YEAR
    bends = np.cumsum(0.003 * rng.standard_normal((brands, weeks)), axis=1)
    return np.asarray(np.exp(slope * np.arange(weeks) + bends))


def _price_steps(rng: np.random.Generator, brands: int, weeks: int) -> Floats:
    """List price relative to the first: changes about twice a year, mostly upwards."""
    changes = rng.random((brands, weeks)) < 1 / 26
    steps = np.where(changes, 0.01 + 0.03 * rng.standard_normal((brands, weeks)), 0.0)
    return np.asarray(np.exp(np.cumsum(steps, axis=1)))


def _discounts(
    rng: np.random.Generator, settings: WorldSettings, brands: int, weeks: int
) -> Floats:
    """Promotions of one or two weeks: national ones, and now and then one in a single market."""
    national = _promotion_weeks(rng, (brands, 1, weeks), 0.05)
    regional = _promotion_weeks(rng, (brands, settings.markets, weeks), 0.006)
    return np.round(np.maximum(national, regional), 2)


def _promotion_weeks(rng: np.random.Generator, shape: tuple[int, ...], chance: float) -> Floats:
    """Discounts where a promotion runs; half of them go on for a second week."""
    begins = rng.random(shape) < chance
    depth = np.where(begins, rng.uniform(0.08, 0.30, shape), 0.0)
    goes_on = np.roll(depth * (rng.random(shape) < 0.5), 1, axis=-1)
    goes_on[..., 0] = 0.0
    return np.asarray(np.maximum(depth, goes_on))


def _media(rng: np.random.Generator, level: Floats, season: Floats) -> Floats:
    """[brand, market, week] other paid media: national flights, nearly alike in all markets."""
    brands, weeks = season.shape
    flights = lfilter([1.0], [1.0, -0.7], 0.25 * rng.standard_normal((brands, weeks)), axis=1)
    local = 0.06 * rng.standard_normal((*level.shape, weeks))
    spend = _MEDIA_SHARE * level[:, :, None] * season[:, None, :]
    return spend * np.exp(np.asarray(flights)[:, None, :] + local)


def _media_response(media: Floats) -> Floats:
    """Log units from media now and in the weeks before, 0 at the mean."""
    spend = np.log(np.maximum(media, 1e-9))
    change = spend - spend.mean(axis=2, keepdims=True)
    response = lfilter([MEDIA_ELASTICITY], [1.0, -MEDIA_CARRY_OVER], change, axis=2)
    return np.asarray(response)
