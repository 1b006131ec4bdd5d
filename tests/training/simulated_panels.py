"""Weekly sales of a few brands whose campaigns' true effects are known."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from features.entities import Campaign
from features.history.markets import SalesHistory
from training.arrays import Floats

FIRST_MONDAY = date(2022, 1, 3)
_PRICE_ELASTICITY, _DISCOUNT_EFFECT, _MEDIA_EFFECT = -1.5, 0.8, 0.03


@dataclass(frozen=True)
class SimulatedPanel:
    """Sales, campaigns and what each campaign did: `log_lifts` [campaign]; `sd` [market]."""

    history: SalesHistory
    campaigns: tuple[Campaign, ...]
    assignments: pd.DataFrame
    log_lifts: Floats
    sd: Floats

    def times(self, factor: float, *, brand: int, market: int, week: int) -> SimulatedPanel:
        """The same panel with one week's revenue of one market multiplied."""
        revenue = self.history.revenue.copy()
        revenue[brand, market, week] *= factor
        return replace(self, history=replace(self.history, revenue=revenue))


@dataclass(frozen=True)
class PanelSize:
    """How large the panel is and how loud its sales are."""

    brands: int = 3
    campaigns: int = 24
    markets: int = 40
    weeks: int = 130
    mean_lift: float = 0.03
    lift_sd: float = 0.015
    weekly_sd: tuple[float, float] = (0.02, 0.08)
    missing: float = 0.02
    autocorrelation: float = 0.2


@dataclass
class _Sales:
    revenue: Floats
    price: Floats
    discount: Floats
    media: Floats
    log_lifts: Floats
    campaigns: list[Campaign] = field(default_factory=list)
    assignments: list[dict[str, Any]] = field(default_factory=list)


def simulate_panel(
    seed: int, size: PanelSize = PanelSize(), *, effect: bool = True
) -> SimulatedPanel:
    """Brands with prices, discounts, media, holidays and overlapping campaigns of their own.

    Half of the markets, drawn anew for each campaign, are treated; the lift is in every
    treated market alike. Some weeks are missing.
    """
    rng = np.random.default_rng(seed)
    shape = (size.brands, size.markets, size.weeks)
    sd = rng.uniform(*size.weekly_sd, size.markets)
    price = np.exp(rng.normal(2.0, 0.05, shape))
    discount = rng.choice([0.0, 0.0, 0.0, 0.1, 0.2], shape)
    media = rng.gamma(1.0, 50.0, shape)
    level = rng.normal(9.0, 1.0, (size.brands, size.markets, 1))
    weeks = 0.15 * np.sin(2 * np.pi * np.arange(size.weeks) / 52) + rng.normal(0, 0.1, size.weeks)
    logs = level + weeks + _noise(rng, shape, sd, size.autocorrelation)
    logs += _PRICE_ELASTICITY * np.log(price) + _DISCOUNT_EFFECT * discount
    logs += _MEDIA_EFFECT * np.log1p(media)
    lifts = np.maximum(rng.normal(size.mean_lift, size.lift_sd, size.campaigns), 0.0) * effect
    sales = _Sales(logs, price, discount, media, np.log1p(lifts))
    for number in range(size.campaigns):
        _run_campaign(rng, number, sales, size)
    revenue = np.exp(sales.revenue)
    revenue[rng.random(shape) < size.missing] = np.nan
    monday = np.datetime64(FIRST_MONDAY) + 7 * np.arange(size.weeks)
    history = SalesHistory(
        tuple(f"b{i}" for i in range(size.brands)),
        tuple(f"m{i:02d}" for i in range(size.markets)),
        monday,
        revenue,
        price,
        discount,
        media,
    )
    return SimulatedPanel(
        history, tuple(sales.campaigns), pd.DataFrame(sales.assignments), sales.log_lifts, sd
    )


def _noise(
    rng: np.random.Generator, shape: tuple[int, int, int], sd: Floats, autocorrelation: float
) -> Floats:
    shocks = rng.normal(0.0, 1.0, shape) * sd[None, :, None]
    noise = np.empty(shape)
    noise[:, :, 0] = shocks[:, :, 0]
    for week in range(1, shape[2]):
        fresh = np.sqrt(1 - autocorrelation**2) * shocks[:, :, week]
        noise[:, :, week] = autocorrelation * noise[:, :, week - 1] + fresh
    return noise


def _run_campaign(rng: np.random.Generator, number: int, sales: _Sales, size: PanelSize) -> None:
    """Two to four weeks of posting from week 60 on; a brand's campaigns overlap."""
    brand = number % size.brands
    posting = int(rng.integers(2, 5))
    first = int(rng.integers(60, size.weeks - posting - 4))
    treated = rng.permutation(np.arange(size.markets) < size.markets // 2)
    sales.revenue[brand][np.ix_(treated, np.arange(first, first + posting + 4))] += sales.log_lifts[
        number
    ]
    starts_on = FIRST_MONDAY + timedelta(weeks=first)
    sales.campaigns.append(
        Campaign(
            brand_id=f"b{brand}",
            category="skincare",
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=7 * posting - 1),
            booked_on=starts_on - timedelta(days=10),
            campaign_id=f"c{number}",
        )
    )
    sales.assignments += [
        {
            "campaign_id": f"c{number}",
            "market_id": f"m{market:02d}",
            "treated": bool(treated[market]),
            "propensity": 0.5,
        }
        for market in range(size.markets)
    ]
