"""Tables of brands, campaigns, bookings, rates, markets, assignments, and the truth beside them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa

from experiments.worlds.accounts import formats_on
from experiments.worlds.campaigns import Assignment, Plan
from experiments.worlds.fees import fee_per_post
from experiments.worlds.rosters import Roster
from experiments.worlds.settings import Floats, Ints
from experiments.worlds.vocabulary import CATEGORIES, LANGUAGES
from experiments.worlds.world import World
from features.entities import DISCLOSURES, FORMATS, FREEDOMS, PLATFORMS

#: Share of creators whose rates are known, and how often they are asked.
_RATES_KNOWN: Final = 0.8
_RATES_EVERY_WEEKS: Final = 40


def brands_table(world: World) -> pa.Table:
    """The brands table."""
    brands = world.brands
    return pa.table(
        {
            "brand_id": list(brands.brand_ids),
            "name": list(brands.names),
            "category": [CATEGORIES[c] for c in brands.category],
        }
    )


def markets_table(world: World) -> pa.Table:
    """The markets table."""
    geography = world.geography
    return pa.table(
        {
            "market_id": list(geography.market_ids),
            "name": list(geography.names),
            "country": list(geography.countries),
            "language": [LANGUAGES[code] for code in geography.language],
            "population": geography.population,
        }
    )


def campaigns_table(world: World, plans: list[Plan]) -> pa.Table:
    """The campaigns table."""
    return pa.table(
        {
            "campaign_id": [plan.campaign_id for plan in plans],
            "brand_id": [world.brands.brand_ids[plan.brand] for plan in plans],
            "category": [CATEGORIES[plan.category] for plan in plans],
            "booked_on": pa.array(np.array([plan.booked_on for plan in plans])),
            "starts_on": pa.array(np.array([starts_on(world, plan) for plan in plans])),
            "ends_on": pa.array(np.array([ends_on(world, plan) for plan in plans])),
            "brief": [plan.brief for plan in plans],
        }
    )


def bookings_table(world: World, plans: list[Plan], rosters: list[Roster]) -> pa.Table:
    """The bookings table."""
    rows = [
        {"campaign_id": plan.campaign_id, **booking}
        for plan, roster in zip(plans, rosters, strict=True)
        for booking in booking_records(world, roster)
    ]
    return pa.Table.from_pylist(rows)


def booking_records(world: World, roster: Roster) -> list[dict[str, Any]]:
    """A roster as bookings in the words of the tables and the HTTP API."""
    platform = world.accounts.platform[roster.account]
    return [
        {
            "creator_id": world.creators.creator_ids[roster.creator[row]],
            "platform": PLATFORMS[platform[row]],
            "format": FORMATS[roster.format[row]],
            "posts": int(roster.posts[row]),
            "fee": float(roster.fee[row]),
            "creative_freedom": FREEDOMS[roster.freedom[row]],
            "disclosure": DISCLOSURES[roster.disclosure[row]],
            "months_with_brand": float(roster.months_with_brand[row]),
            "invites_ugc": bool(roster.invites_ugc[row]),
        }
        for row in range(roster.size)
    ]


def rates_table(world: World) -> pa.Table:
    """The rates table: what most creators asked, account by account, at a few dates."""
    rng = world.settings.stream("rates")
    known = rng.random(world.creators.count) < _RATES_KNOWN
    places = [
        (account, int(post_format))
        for account in np.flatnonzero(known[world.accounts.creator])
        for post_format in formats_on(int(world.accounts.platform[account]))
    ]
    account = np.array([place[0] for place in places])
    post_format = np.array([place[1] for place in places])
    parts = []
    for week in range(1, world.settings.weeks, _RATES_EVERY_WEEKS):
        day = world.settings.monday(week)
        fee = fee_per_post(
            world, account, post_format, day, 0.05 * rng.standard_normal(len(places))
        )
        open_by = world.accounts.opened_on[account] <= day
        parts.append(_rates_on(world, account[open_by], post_format[open_by], day, fee[open_by]))
    return pa.concat_tables(parts)


def assignments_table(world: World, plans: list[Plan], drawn: Assignment) -> pa.Table:
    """The assignments table."""
    campaign, market = np.nonzero(np.stack([plan.markets for plan in plans]))
    return pa.table(
        {
            "campaign_id": [plans[c].campaign_id for c in campaign],
            "market_id": [world.geography.market_ids[m] for m in market],
            "treated": drawn.treated[campaign, market],
            "propensity": pa.array(drawn.propensity[campaign], from_pandas=True),
        }
    )


def truth_table(
    world: World, plans: list[Plan], drawn: Assignment, lifts: list[Floats]
) -> pa.Table:
    """The truth: the lift each campaign has in a market if it is shown there."""
    campaign, market = np.nonzero(np.stack([plan.markets for plan in plans]))
    return pa.table(
        {
            "campaign_id": [plans[c].campaign_id for c in campaign],
            "market_id": [world.geography.market_ids[m] for m in market],
            "treated": drawn.treated[campaign, market],
            "true_lift": np.stack(lifts)[campaign, market],
        }
    )


def starts_on(world: World, plan: Plan) -> np.datetime64:
    """First day of posting, a Monday."""
    return world.settings.monday(plan.first_week)


def ends_on(world: World, plan: Plan) -> np.datetime64:
    """Last day of posting, a Sunday."""
    return world.settings.monday(plan.first_week + plan.posting_weeks) - np.timedelta64(1, "D")


def _rates_on(
    world: World, account: Ints, post_format: Ints, day: np.datetime64, fee: Floats
) -> pa.Table:
    creator = world.accounts.creator[account]
    return pa.table(
        {
            "creator_id": [world.creators.creator_ids[i] for i in creator],
            "platform": [PLATFORMS[p] for p in world.accounts.platform[account]],
            "format": [FORMATS[f] for f in post_format],
            "observed_on": pa.array(np.full(len(fee), day)),
            "fee_per_post": fee,
        }
    )
