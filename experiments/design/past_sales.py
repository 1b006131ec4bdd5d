"""A brand's past weeks as a test to come will find them: without its earlier campaigns.

Price, discount and other media are taken out, too: whoever measures the test does the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.entities import Campaign
from features.history.markets import SalesHistory
from training.arrays import AnyArray, Floats
from training.panel import adjust_panel, sales_covariates
from training.power.noise import SalesNoise, noise_in, sales_noise
from training.settings import CellSettings
from training.weeks import window_weeks


@dataclass(frozen=True)
class PastSales:
    """One brand's past by market and week, and the noise in it.

    `log_sales` [market, week] is NaN where nothing was recorded; `weeks` are Mondays;
    `population` is [market]; `stir` [week] is how much the brand's own campaigns moved sales then,
    the sum of their average log effects.
    """

    brand_id: str
    market_ids: tuple[str, ...]
    weeks: AnyArray
    log_sales: Floats
    population: Floats
    noise: SalesNoise
    stir: Floats


def past_sales(
    history: SalesHistory,
    brand_id: str,
    markets: pd.DataFrame,
    campaigns: Sequence[Campaign],
    assignments: pd.DataFrame,
    chosen: Sequence[str] | None = None,
) -> PastSales:
    """Read a brand's past.

    Args:
        markets: the markets table, indexed by market_id.
        campaigns: past campaigns of any brand; `assignments` says where they were shown.
        chosen: markets of the test; None means every market with enough weeks of sales.

    Raises:
        NoTestBasisError: too few markets or weeks for any test.
    """
    market_ids = sales_noise(history, brand_id, chosen).market_ids
    brand = history.brand_ids.index(brand_id)
    rows = [history.market_ids.index(market) for market in market_ids]
    revenue = history.revenue[brand][rows]
    covariates = sales_covariates(
        *(panel[brand][rows] for panel in (history.price, history.discount, history.media))
    )
    doses = [
        arrived(history, market_ids, campaign, assignments)
        for campaign in campaigns
        if campaign.brand_id == brand_id
    ]
    panel = adjust_panel(revenue, covariates, doses, effect_sd=CellSettings().campaign_effect_sd)
    return PastSales(
        brand_id=brand_id,
        market_ids=market_ids,
        weeks=history.weeks,
        log_sales=panel.adjusted,
        population=markets["population"]
        .reindex(list(market_ids))
        .to_numpy(dtype=float, na_value=1.0),
        noise=noise_in(panel, market_ids, revenue),
        stir=_stir(panel.effects, doses, len(history.weeks)),
    )


def _stir(effects: Floats, doses: Sequence[Floats], weeks: int) -> Floats:
    stirred = np.zeros(weeks)
    for effect, dose in zip(effects, doses, strict=True):
        stirred += abs(float(effect)) * (dose > 0).any(axis=0)
    return stirred


def arrived(
    history: SalesHistory,
    market_ids: Sequence[str],
    campaign: Campaign,
    assignments: pd.DataFrame,
) -> Floats:
    """What of a campaign arrived where and when [market, week]."""
    rows = assignments[assignments["campaign_id"] == campaign.campaign_id].set_index("market_id")
    rows = rows.reindex(list(market_ids))
    treated = rows["treated"].astype(float).to_numpy(dtype=float, na_value=0.0)
    given = rows["dose"].to_numpy(dtype=float, na_value=np.nan) if "dose" in rows else treated
    dose = np.where(np.isfinite(given), given, treated)
    when = window_weeks(history.weeks, campaign.window.first, campaign.window.last)
    return np.asarray(dose[:, None] * when[None, :], dtype=float)
