"""Simulates a world with known truth and writes it as the input tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from experiments.worlds import audience_tables, campaign_tables
from experiments.worlds.baseline import Baseline, build_baseline
from experiments.worlds.brands import STYLES
from experiments.worlds.campaigns import (
    Assignment,
    Plan,
    assign_markets,
    plan_campaigns,
    plan_future,
)
from experiments.worlds.casting import casting_to_come
from experiments.worlds.posts import posts_table
from experiments.worlds.rosters import Roster, draw_roster, partnership_starts
from experiments.worlds.rules import WORLDS
from experiments.worlds.sales import draw_noise, sales_table
from experiments.worlds.settings import Floats, WorldSettings
from experiments.worlds.truth import (
    Incremental,
    incremental,
    lift_by_market,
    lift_overall,
    response_scale,
)
from experiments.worlds.vocabulary import CATEGORIES
from experiments.worlds.world import World, build_world
from experiments.worlds.write import write_folder

__all__ = ["WORLDS", "WorldSettings", "simulate"]

Progress = Callable[[str, float], None]


def simulate(settings: WorldSettings, out: Path, on_progress: Progress | None = None) -> None:
    """Simulate a world and write its tables, `truth.parquet` and `future.json` into `out`.

    The tables are those of a source (see `features.tables.schema`), in `<table>.parquet`. `truth`
    holds for each campaign and market the lift the campaign has there if it is shown. `future`
    holds campaigns to come, each with alternative rosters and their true lift over all the
    campaign's markets. `on_progress` is told the name of each step and the share of the work done.
    The same settings give the same content. Takes seconds for small worlds, well under a
    minute for the default size.
    """
    tell = on_progress or _silent
    tell("people and creators", 0.0)
    world = build_world(settings)
    baseline = build_baseline(world)
    tell("rosters", 0.3)
    partners = partnership_starts(world)
    plans = plan_campaigns(world)
    rng = settings.stream("rosters")
    rosters = [draw_roster(rng, world, plan, partners, plan.style) for plan in plans]
    drawn = assign_markets(settings, plans, baseline.momentum)
    tell("effects", 0.4)
    response, effects = _effects(world, baseline, plans, rosters)
    tell("posts", 0.6)
    tables = _creator_tables(world, plans, rosters)
    tables |= _campaign_tables(world, plans, rosters, drawn)
    tell("sales", 0.8)
    added = added_revenue(world, plans, drawn, effects)
    tables["sales"] = sales_table(world, baseline, draw_noise(world, baseline), added)
    lifts = [lift_by_market(baseline, p, e) for p, e in zip(plans, effects, strict=True)]
    tables["truth"] = campaign_tables.truth_table(world, plans, drawn, lifts)
    tell("campaigns to come", 0.9)
    future = _future(world, baseline, partners, response)
    write_folder(out, tables, {"future": future})
    tell("done", 1.0)


def added_revenue(
    world: World, plans: list[Plan], drawn: Assignment, effects: list[Incremental]
) -> Floats:
    """[brand, market, week] what the campaigns added to the sales of the data's weeks.

    Campaigns of a brand that run at the same time add up; held-out markets get what leaks.
    """
    settings = world.settings
    added = np.zeros((world.brands.count, settings.markets, settings.weeks))
    for plan, effect, treated in zip(plans, effects, drawn.treated, strict=True):
        last = min(settings.weeks, effect.first_week + effect.revenue.shape[1])
        dose = np.where(treated, 1.0, settings.rules.leak)
        shown = effect.revenue[:, : last - effect.first_week] * dose[:, None]
        added[plan.brand, :, effect.first_week : last] += shown
    return added


def _effects(
    world: World, baseline: Baseline, plans: list[Plan], rosters: list[Roster]
) -> tuple[float, list[Incremental]]:
    """The world's response scale, and what each campaign adds where it is shown."""
    if not world.settings.rules.has_effect:
        pairs = zip(plans, rosters, strict=True)
        return 0.0, [incremental(world, baseline, p, r, 0.0) for p, r in pairs]
    unscaled = [
        incremental(world, baseline, p, r, 1.0) for p, r in zip(plans, rosters, strict=True)
    ]
    lifts = [lift_overall(baseline, p, e) for p, e in zip(plans, unscaled, strict=True)]
    response = response_scale(np.array(lifts))
    return response, [Incremental(e.first_week, response * e.revenue) for e in unscaled]


def _creator_tables(world: World, plans: list[Plan], rosters: list[Roster]) -> dict[str, pa.Table]:
    return {
        "creators": audience_tables.creators_table(world),
        "accounts": audience_tables.accounts_table(world),
        "account_stats": audience_tables.account_stats_table(world),
        "posts": posts_table(world, plans, rosters),
        "audience": audience_tables.audience_table(world),
        "followers": audience_tables.followers_table(world),
    }


def _campaign_tables(
    world: World, plans: list[Plan], rosters: list[Roster], drawn: Assignment
) -> dict[str, pa.Table]:
    return {
        "brands": campaign_tables.brands_table(world),
        "campaigns": campaign_tables.campaigns_table(world, plans),
        "bookings": campaign_tables.bookings_table(world, plans, rosters),
        "rates": campaign_tables.rates_table(world),
        "markets": campaign_tables.markets_table(world),
        "assignments": campaign_tables.assignments_table(world, plans, drawn),
    }


def _future(
    world: World, baseline: Baseline, partners: Floats, response: float
) -> list[dict[str, Any]]:
    """Campaigns to come with alternative rosters, one style after the other, and their lifts."""
    rng = world.settings.stream("future rosters")
    documents = []
    for plan in plan_future(world):
        alternatives = []
        for number in range(world.settings.alternatives):
            style = (plan.style + number) % len(STYLES)
            casting = casting_to_come(world, number)
            roster = draw_roster(rng, world, plan, partners, style, casting)
            added = incremental(world, baseline, plan, roster, response)
            alternatives.append(
                {
                    "roster": campaign_tables.booking_records(world, roster),
                    "true_lift": lift_overall(baseline, plan, added),
                }
            )
        documents.append(
            {"campaign": _campaign_document(world, plan), "alternatives": alternatives}
        )
    return documents


def _campaign_document(world: World, plan: Plan) -> Mapping[str, Any]:
    """A campaign in the words of the HTTP API; `markets` only where they are a choice."""
    document: dict[str, Any] = {
        "brand_id": world.brands.brand_ids[plan.brand],
        "category": CATEGORIES[plan.category],
        "starts_on": str(campaign_tables.starts_on(world, plan)),
        "ends_on": str(campaign_tables.ends_on(world, plan)),
        "brief": plan.brief,
    }
    if not plan.all_markets:
        ids = world.geography.market_ids
        document["markets"] = [ids[m] for m in np.flatnonzero(plan.markets)]
    return document


def _silent(step: str, share: float) -> None:
    """Tell nobody."""
