"""Finished campaigns of a source as tests, each freed of what else went on at the time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import compress

import numpy as np
import pandas as pd

from experiments.measurement.market_test import MarketTest
from experiments.measurement.sales import BrandSales, Calendar, brand_sales
from features.entities import CARRY_OVER_DAYS, Campaign, Window
from features.sources.source import Source
from training.arrays import Booleans, Floats
from training.panel import adjust_panel
from training.past import campaign_of
from training.settings import CellSettings

NO_ASSIGNMENTS = "no assignments: nothing says which markets it ran in"
NOT_OVER = "its window is not over"
NO_SALES = "its brand has no sales"


@dataclass(frozen=True, eq=False)
class CampaignTest:
    """One campaign as a test, and how it overlapped with the brand's others.

    `alongside` are the campaigns whose windows overlap with its own. `entangled` is the largest
    correlation of where and when it was shown with where and when one of them was: near 1 nobody
    can tell the two apart.
    """

    campaign: Campaign
    window: Window
    test: MarketTest
    alongside: tuple[str, ...]
    entangled: float


@dataclass(frozen=True, eq=False)
class _Plan:
    campaign: Campaign
    window: Window
    treated: Floats  # [market of the brand], NaN where it is no market of the campaign
    dose: Floats
    propensity: Floats
    inside: Booleans

    @property
    def shown(self) -> Floats:
        """[market, period] the dose where and when it arrived."""
        return np.nan_to_num(self.dose)[:, None] * self.inside


def read_campaigns(source: Source) -> tuple[Campaign, ...]:
    """All campaigns with the markets they were assigned to, by start.

    Raises:
        SourceError: a table is missing or cannot be read.
    """
    assigned = source.frame("assignments")
    markets = {str(k): tuple(v) for k, v in assigned.groupby("campaign_id")["market_id"]}
    rows = source.frame("campaigns").to_dict("records")
    campaigns = [campaign_of(row, markets.get(str(row["campaign_id"]))) for row in rows]
    return tuple(sorted(campaigns, key=lambda c: (c.starts_on, str(c.campaign_id))))


def window_of(campaign: Campaign, days_after: int = CARRY_OVER_DAYS) -> Window:
    """The days on which sales are counted; other than four weeks after only where asked for."""
    return Window(campaign.starts_on, campaign.ends_on + timedelta(days=days_after))


def why_not(campaign: Campaign, window: Window, calendar: Calendar) -> str:
    """Why a campaign cannot be measured, as far as dates and assignments say; empty if it can."""
    if campaign.markets is None:
        return NO_ASSIGNMENTS
    if not len(calendar.periods):
        return NO_SALES
    return NOT_OVER if window.last > calendar.last_day else ""


def brand_tests(
    source: Source,
    calendar: Calendar,
    campaigns: Sequence[Campaign],
    days_after: int,
    settings: CellSettings,
) -> Iterator[CampaignTest]:
    """The campaigns of one brand as tests; others of the brand are taken out of each one's sales.

    Args:
        campaigns: of one brand, all that could have had an effect, finished or not.
    """
    sales = brand_sales(source, calendar, campaigns[0].brand_id)
    if not sales.market_ids:
        return
    assigned = source.frame("assignments")
    by_campaign = dict(iter(assigned.groupby("campaign_id")))
    plans = [
        _plan(c, window_of(c, days_after), by_campaign[str(c.campaign_id)], sales, calendar)
        for c in campaigns
        if str(c.campaign_id) in by_campaign
    ]
    doses = [plan.shown for plan in plans]
    panel = adjust_panel(
        sales.revenue, sales.covariates, doses, effect_sd=settings.campaign_effect_sd
    )
    positive = np.where(sales.revenue > 0, sales.revenue, np.nan)
    for plan, effect, dose in zip(plans, panel.effects, doses, strict=True):
        # Its own effect is put back; a period without any sales stays one without.
        own = np.exp(panel.adjusted + effect * dose)
        freed = np.where(np.isfinite(positive), own, sales.revenue)
        yield _test(plan, plans, freed, sales, calendar, settings)


def _plan(
    campaign: Campaign,
    window: Window,
    rows: pd.DataFrame,
    sales: BrandSales,
    calendar: Calendar,
) -> _Plan:
    by_market = rows.set_index("market_id").reindex(list(sales.market_ids))
    flags = by_market["treated"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    treated: Floats = np.asarray(flags, dtype=np.float64)
    dose = by_market["dose"].to_numpy(dtype=float, na_value=np.nan)
    return _Plan(
        campaign=campaign,
        window=window,
        treated=treated,
        dose=np.where(np.isfinite(dose), dose, treated),
        propensity=by_market["propensity"].to_numpy(dtype=float, na_value=np.nan),
        inside=calendar.inside(window),
    )


def _test(
    plan: _Plan,
    plans: Sequence[_Plan],
    freed: Floats,
    sales: BrandSales,
    calendar: Calendar,
    settings: CellSettings,
) -> CampaignTest:
    own = np.isfinite(plan.treated)
    others = {
        str(other.campaign.campaign_id): _entangled(plan, other, own)
        for other in plans
        if other is not plan and (other.inside & plan.inside).any()
    }
    test = MarketTest(
        revenue=freed[own],
        treated=plan.treated[own] > 0,
        before=calendar.before(plan.campaign.starts_on, settings.pre_weeks),
        window=plan.inside,
        dose=plan.dose[own],
        propensity=plan.propensity[own],
        counted=sales.revenue[own],
        name=f"campaign {plan.campaign.campaign_id}",
        market_ids=tuple(compress(sales.market_ids, own)),
    )
    return CampaignTest(
        campaign=plan.campaign,
        window=plan.window,
        test=test,
        alongside=tuple(others),
        entangled=max(others.values(), default=0.0),
    )


def _entangled(plan: _Plan, other: _Plan, own: Booleans) -> float:
    """Correlation of two campaigns' doses within periods, without its sign; 0 for a constant."""
    near = plan.inside | other.inside
    first, second = (one.shown[np.ix_(own, np.flatnonzero(near))] for one in (plan, other))
    first, second = (x - x.mean(axis=0) for x in (first, second))
    scale = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return abs(float((first * second).sum())) / scale if scale > 0 else 0.0
