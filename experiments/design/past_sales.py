"""A brand's past weeks as a test to come will find them: without its earlier campaigns.

Price, discount and other media are taken out, too: whoever measures the test does the same. What
cannot be taken out is how unevenly campaigns add over markets; it is learned here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.design.beside import BrandCampaign
from features.entities import Campaign
from features.history.markets import SalesHistory
from training.arrays import AnyArray, Floats
from training.panel import adjust_panel, sales_covariates
from training.power.noise import SalesNoise, noise_in, sales_noise
from training.power.unevenness import Unevenness, campaign_unevenness
from training.settings import CellSettings
from training.weeks import window_weeks

#: Of a campaign that nobody has assigned yet, each market has this chance to see it.
_SHOWN_UNASSIGNED = 0.5


@dataclass(frozen=True)
class PastSales:
    """One brand's past by market and week, and the noise in it.

    `log_sales` [market, week] is NaN where nothing was recorded; `weeks` are Mondays;
    `population` is [market]; `stir` [week] is how much the brand's own campaigns moved sales then,
    the sum of their average log effects; `campaigns` are all that are known, those to come, too.
    """

    brand_id: str
    market_ids: tuple[str, ...]
    weeks: AnyArray
    log_sales: Floats
    population: Floats
    noise: SalesNoise
    stir: Floats
    unevenness: Unevenness
    campaigns: tuple[BrandCampaign, ...] = ()


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
        campaigns: of any brand, past ones and those to come, without the one that is tested;
            `assignments` says where they were shown or will be.
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
    own = [campaign for campaign in campaigns if campaign.brand_id == brand_id]
    doses = [arrived(history, market_ids, campaign, assignments) for campaign in own]
    effect_sd = CellSettings().campaign_effect_sd
    panel = adjust_panel(revenue, covariates, doses, effect_sd=effect_sd)
    quiet = ~np.any([np.zeros(revenue.shape), *doses], axis=0)
    noise = noise_in(panel.adjusted, market_ids, revenue, quiet)
    unevenness = campaign_unevenness(panel, doses, noise, effect_sd)
    return PastSales(
        brand_id=brand_id,
        market_ids=market_ids,
        weeks=history.weeks,
        log_sales=panel.adjusted,
        population=markets["population"]
        .reindex(list(market_ids))
        .to_numpy(dtype=float, na_value=1.0),
        noise=noise,
        stir=_stir(panel.effects, doses, len(history.weeks)),
        unevenness=unevenness,
        campaigns=tuple(
            _known(campaign, market_ids, assignments, float(square), unevenness)
            for campaign, square in zip(own, unevenness.squares, strict=True)
        ),
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
    dose = _doses(campaign, market_ids, assignments)
    when = window_weeks(history.weeks, campaign.window.first, campaign.window.last)
    return np.asarray(dose[:, None] * when[None, :], dtype=float)


def _doses(campaign: Campaign, market_ids: Sequence[str], assignments: pd.DataFrame) -> Floats:
    """The part of a campaign that arrives in each market [market]."""
    rows = assignments[assignments["campaign_id"] == campaign.campaign_id].set_index("market_id")
    rows = rows.reindex(list(market_ids))
    treated = rows["treated"].astype(float).to_numpy(dtype=float, na_value=0.0)
    given = rows["dose"].to_numpy(dtype=float, na_value=np.nan) if "dose" in rows else treated
    dose: Floats = np.where(np.isfinite(given), given, treated)
    return dose


def _known(
    campaign: Campaign,
    market_ids: Sequence[str],
    assignments: pd.DataFrame,
    square: float,
    unevenness: Unevenness,
) -> BrandCampaign:
    """What is known of one of the brand's campaigns; `square` is expected of its effect."""
    assigned = bool((assignments["campaign_id"] == campaign.campaign_id).any())
    shown = _doses(campaign, market_ids, assignments) ** 2
    return BrandCampaign(
        campaign_id=str(campaign.campaign_id),
        window=campaign.window,
        shown=shown if assigned else np.full(len(market_ids), _SHOWN_UNASSIGNED),
        assigned=assigned,
        effect=float(np.sqrt(square)),
        variance=unevenness.variance(square),
    )
