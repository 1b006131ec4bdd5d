"""The true lift of campaigns: incremental sales over the sales expected without them, by week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from experiments.worlds.baseline import Baseline
from experiments.worlds.campaigns import Plan
from experiments.worlds.effects import incremental_orders
from experiments.worlds.rosters import Roster
from experiments.worlds.settings import CARRY_OVER_WEEKS, Floats
from experiments.worlds.world import World

#: The median past campaign lifts sales by so much (published: 0.5 to 2 %).
MEDIAN_LIFT: Final = 0.015
#: Share of an effect that fades slowly, and its half-life in weeks (Robyn; Leone 1995).
LASTING_SHARE: Final = 0.10
LASTING_HALF_LIFE: Final = 6.0
#: Weeks after the last posting week over which effects are put into the sales.
TAIL_WEEKS: Final = 20


@dataclass(frozen=True, slots=True)
class Incremental:
    """What a campaign adds: [market, week] revenue from the first posting week on."""

    first_week: int
    revenue: Floats


def weekly_profile(posting_weeks: int, half_life: float) -> Floats:
    """Share of a campaign's effect in each week from the first posting week on.

    Posts are spread evenly over the posting weeks; most of a post's effect halves every
    `half_life` weeks, a tenth of it every six. Length: posting weeks plus `TAIL_WEEKS`; sums
    to a little less than 1.
    """
    week = np.arange(TAIL_WEEKS + 1)
    quick, lasting = 0.5 ** (1.0 / half_life), 0.5 ** (1.0 / LASTING_HALF_LIFE)
    decay = (1.0 - LASTING_SHARE) * (1.0 - quick) * quick**week
    decay += LASTING_SHARE * (1.0 - lasting) * lasting**week
    return np.convolve(np.full(posting_weeks, 1.0 / posting_weeks), decay)


def incremental(
    world: World, baseline: Baseline, plan: Plan, roster: Roster, response: float
) -> Incremental:
    """What a roster would add in each market and week if it were shown in all its markets.

    `response` scales all effects of a world alike (see `response_scale`). Weeks beyond the
    simulated ones are left out.
    """
    orders = incremental_orders(world, plan, roster)
    profile = weekly_profile(plan.posting_weeks, float(world.brands.half_life[plan.brand]))
    season = baseline.season[plan.brand, plan.first_week : plan.first_week + len(profile)]
    per_week = profile[: len(season)] * season * world.brands.price[plan.brand]
    return Incremental(plan.first_week, response * orders[:, None] * per_week)


def lift_by_market(baseline: Baseline, plan: Plan, added: Incremental) -> Floats:
    """[market] true lift over posting weeks plus four; NaN where the campaign has no market."""
    base = baseline_in_window(baseline, plan)
    gained = added.revenue[:, : plan.posting_weeks + CARRY_OVER_WEEKS].sum(axis=1)
    nowhere = np.full_like(base, np.nan)
    return np.asarray(np.divide(gained, base, out=nowhere, where=plan.markets))


def lift_overall(baseline: Baseline, plan: Plan, added: Incremental) -> float:
    """True lift over all the campaign's markets together."""
    base = baseline_in_window(baseline, plan)[plan.markets].sum()
    window = plan.posting_weeks + CARRY_OVER_WEEKS
    return float(added.revenue[plan.markets, :window].sum() / base)


def baseline_in_window(baseline: Baseline, plan: Plan) -> Floats:
    """[market] expected sales of the brand in the campaign's window, without any campaign."""
    total: Floats = baseline.revenue[plan.brand, :, plan.first_week : plan.last_week + 1].sum(1)
    return total


def response_scale(lifts: Floats) -> float:
    """The factor that brings the median of the campaigns' unscaled lifts to `MEDIAN_LIFT`."""
    return MEDIAN_LIFT / float(np.median(lifts))
