"""Past campaigns as cells: one row per campaign and market, ready to be learned from.

For each cell the mean log sales of the campaign's window are set against what the
market's own past says; the campaign's held-out markets give the rest. What comes out
is the pair the R-learner needs: the outcome and the treatment with their nuisance
models taken out (Robinson 1988; Nie & Wager 2021), and a precision weight.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import pandas as pd

from features.entities import Campaign
from features.history.markets import SalesHistory
from training.arrays import Booleans, Floats, Integers
from training.panel import AdjustedPanel, adjust_panel, sales_covariates
from training.recent_past import mean_of_weeks, past_columns
from training.residuals import Residuals, take_out_nuisances
from training.settings import CellSettings
from training.weeks import weeks_before, window_weeks

#: What a cell's own past is summed up in: the columns of `Cells.past`.
PAST = ("deviation_4w", "deviation_8w", "deviation_13w", "deviation_26w", "last_year", "log_size")
#: What else was going on in a cell before its window: the columns of `Cells.before`.
BEFORE = ("log_price", "discount", "log_media")
#: "Before" is the quarter that ended when the window began.
_WEEKS_BEFORE = 13


@dataclass(frozen=True)
class Cells:
    """Campaign × market outcomes; every array is [cell] unless said otherwise.

    `change` is log sales of the window less their long level before it, `outcome` its residual,
    `treatment` the residual of treated minus propensity, `weight` an inverse variance:
    `outcome ≈ treatment · log(1 + lift)`.
    `campaign` and `market` index `campaign_ids` and `market_ids`; `past` is [cell, PAST],
    `before` [cell, BEFORE], NaN where unknown.
    """

    campaign_ids: tuple[str, ...]
    market_ids: tuple[str, ...]
    campaign: Integers
    market: Integers
    treated: Booleans
    propensity: Floats
    drawn: Booleans
    change: Floats
    outcome: Floats
    treatment: Floats
    weight: Floats
    past: Floats
    before: Floats
    dropped: Mapping[str, int]

    @property
    def size(self) -> int:
        return len(self.campaign)

    def of_campaign(self, index: int) -> Booleans:
        """Mask of the cells of campaign number `index`."""
        own: Booleans = self.campaign == index
        return own

    def only(self, own: Booleans) -> Cells:
        """Some of the cells, their campaigns numbered anew."""
        kept, campaign = np.unique(self.campaign[own], return_inverse=True)
        names = ("market", "treated", "propensity", "drawn", "change", "outcome", "treatment")
        return replace(
            self,
            campaign_ids=tuple(self.campaign_ids[number] for number in kept),
            campaign=campaign.astype(np.int64),
            **{name: getattr(self, name)[own] for name in (*names, "weight", "past", "before")},
        )


@dataclass(frozen=True)
class _RawCells:
    campaign: Integers
    market: Integers
    treated: Booleans
    propensity: Floats
    change: Floats
    past: Floats
    before: Floats
    noise: Floats
    brand: Integers


def build_cells(
    history: SalesHistory,
    campaigns: Sequence[Campaign],
    assignments: pd.DataFrame,
    settings: CellSettings,
    *,
    moved_back: int = 0,
) -> Cells:
    """Turn sales and assignments into cells; what falls out is counted by reason.

    Args:
        history: weekly sales, the whole of it: outcomes lie after `booked_on`.
        campaigns: each with a `campaign_id`.
        assignments: columns campaign_id, market_id, treated, propensity.
        moved_back: a placebo in time: windows begin so many weeks earlier and end before the
            campaign began, so that there is no effect to find.
    """
    dropped: Counter[str] = Counter()
    by_campaign = {str(key): rows for key, rows in assignments.groupby("campaign_id", sort=False)}
    pieces: list[_RawCells] = []
    for brand_id in sorted({c.brand_id for c in campaigns}):
        own = [(i, c) for i, c in enumerate(campaigns) if c.brand_id == brand_id]
        if brand_id not in history.brand_ids:
            dropped["campaign: brand has no sales"] += len(own)
            continue
        plans = _plans(history, own, by_campaign, moved_back, dropped)
        pieces += _brand_cells(history, brand_id, plans, settings, dropped)
    kept = _only_contrasts(_concatenate(pieces), dropped)
    residuals = take_out_nuisances(
        kept.campaign, kept.treated, kept.propensity, kept.change, kept.past, kept.noise, kept.brand
    )
    return _as_cells(history, campaigns, kept, residuals, dropped)


@dataclass(frozen=True)
class _Plan:
    """Who was treated in a campaign, and which weeks count [week].

    `running` are the weeks in which it could have an effect, `inside` those that are compared,
    `before` those that came before them.
    """

    number: int
    market: Integers
    treated: Booleans
    propensity: Floats
    running: Booleans
    inside: Booleans
    before: Booleans


def _plans(
    history: SalesHistory,
    own: Sequence[tuple[int, Campaign]],
    by_campaign: Mapping[str, pd.DataFrame],
    moved_back: int,
    dropped: Counter[str],
) -> list[_Plan]:
    position = {market: i for i, market in enumerate(history.market_ids)}
    earlier = timedelta(weeks=moved_back)
    plans = []
    for number, campaign in own:
        rows = by_campaign.get(str(campaign.campaign_id))
        if rows is None:
            dropped["campaign: no assignments"] += 1
            continue
        known = rows["market_id"].isin(list(position)).to_numpy()
        dropped["cell: market has no sales of any brand"] += int((~known).sum())
        rows, window = rows[known], campaign.window
        running = window_weeks(history.weeks, window.first, window.last)
        inside = window_weeks(history.weeks, window.first - earlier, window.last - earlier)
        plans.append(
            _Plan(
                number=number,
                market=np.array([position[m] for m in rows["market_id"]], dtype=np.int64),
                treated=rows["treated"].to_numpy(dtype=bool),
                propensity=rows["propensity"].to_numpy(dtype=float, na_value=np.nan),
                running=running,
                inside=inside & ~running if moved_back else inside,
                before=weeks_before(history.weeks, campaign.starts_on - earlier),
            )
        )
    return plans


def _brand_cells(
    history: SalesHistory,
    brand_id: str,
    plans: Sequence[_Plan],
    settings: CellSettings,
    dropped: Counter[str],
) -> list[_RawCells]:
    brand = history.brand_ids.index(brand_id)
    revenue = history.revenue[brand]
    doses = []
    for plan in plans:
        dose = np.zeros_like(revenue)
        dose[np.ix_(plan.market[plan.treated], np.flatnonzero(plan.running))] = 1.0
        doses.append(dose)
    covariates = sales_covariates(
        history.price[brand], history.discount[brand], history.media[brand]
    )
    panel = adjust_panel(revenue, covariates, doses, effect_sd=settings.campaign_effect_sd)
    pieces = []
    for plan, effect, dose in zip(plans, panel.effects, doses, strict=True):
        with_own_effect = replace(panel, adjusted=panel.adjusted + effect * dose)
        piece = _campaign_cells(with_own_effect, covariates, plan, settings, dropped)
        if piece is not None:
            pieces.append(replace(piece, brand=np.full_like(piece.brand, brand)))
    return pieces


def _campaign_cells(
    panel: AdjustedPanel,
    covariates: Sequence[Floats],
    plan: _Plan,
    settings: CellSettings,
    dropped: Counter[str],
) -> _RawCells | None:
    if not plan.inside.any():
        dropped["campaign: no sales in its window"] += 1
        return None
    before = np.flatnonzero(plan.before)
    window = panel.adjusted[np.ix_(plan.market, np.flatnonzero(plan.inside))]
    past = panel.adjusted[np.ix_(plan.market, before[-settings.pre_weeks :])]
    enough = (np.isfinite(window).mean(axis=1) >= settings.min_window_share) & (
        np.isfinite(past).sum(axis=1) >= settings.min_pre_weeks
    )
    dropped["cell: too few weeks with sales"] += int((~enough).sum())
    if not enough.any():
        dropped["campaign: no market with enough weeks"] += 1
        return None
    level, market = mean_of_weeks(past[enough]), plan.market[enough]
    quarter = np.ix_(market, before[-_WEEKS_BEFORE:])
    return _RawCells(
        campaign=np.full(len(market), plan.number, dtype=np.int64),
        market=market,
        treated=plan.treated[enough],
        propensity=plan.propensity[enough],
        change=mean_of_weeks(window[enough]) - level,
        past=past_columns(panel.adjusted[market], past[enough], plan.inside, level),
        before=np.stack([mean_of_weeks(column[quarter]) for column in covariates], axis=1),
        noise=panel.noise[market],
        brand=np.zeros(len(market), dtype=np.int64),
    )


def _concatenate(pieces: Sequence[_RawCells]) -> _RawCells:
    if not pieces:
        none, numbers = np.zeros(0), np.zeros(0, dtype=np.int64)
        past, before = np.zeros((0, len(PAST))), np.zeros((0, len(BEFORE)))
        return _RawCells(
            numbers, numbers, none.astype(bool), none, none, past, before, none, numbers
        )
    names = _RawCells.__dataclass_fields__
    return _RawCells(**{n: np.concatenate([getattr(p, n) for p in pieces]) for n in names})


def _only_contrasts(cells: _RawCells, dropped: Counter[str]) -> _RawCells:
    """Keep campaigns with markets on both sides: the others show no difference."""
    keep = np.zeros(len(cells.campaign), dtype=bool)
    for index in np.unique(cells.campaign):
        own = cells.campaign == index
        sides = cells.treated[own]
        if sides.any() and not sides.all():
            keep |= own
        else:
            dropped["campaign: no treated or no held-out market left"] += 1
    names = _RawCells.__dataclass_fields__
    return _RawCells(**{n: getattr(cells, n)[keep] for n in names})


def _as_cells(
    history: SalesHistory,
    campaigns: Sequence[Campaign],
    raw: _RawCells,
    residuals: Residuals,
    dropped: Counter[str],
) -> Cells:
    kept, campaign = np.unique(raw.campaign, return_inverse=True)
    return Cells(
        campaign_ids=tuple(str(campaigns[i].campaign_id) for i in kept),
        market_ids=history.market_ids,
        campaign=campaign.astype(np.int64),
        market=raw.market,
        treated=raw.treated,
        propensity=residuals.propensity,
        drawn=np.isfinite(raw.propensity),
        change=raw.change,
        outcome=residuals.outcome,
        treatment=residuals.treatment,
        weight=residuals.weight,
        past=raw.past,
        before=raw.before,
        dropped={reason: count for reason, count in sorted(dropped.items()) if count},
    )
