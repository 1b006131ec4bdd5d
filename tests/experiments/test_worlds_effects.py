"""Simulated effects: computed as a slow, obvious count of people would, shaped as published."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from experiments.worlds.baseline import Baseline
from experiments.worlds.campaigns import Plan, plan_campaigns
from experiments.worlds.effects import incremental_orders, receptive_share, spread
from experiments.worlds.persuasion import persuasion
from experiments.worlds.rosters import Roster, draw_roster, partnership_starts
from experiments.worlds.settings import Floats
from experiments.worlds.truth import (
    TAIL_WEEKS,
    incremental,
    lift_by_market,
    lift_overall,
    weekly_profile,
)
from experiments.worlds.world import World, build_world
from features.entities import FORMATS
from tests.experiments.drawn_world import DRAWN

TINY = replace(DRAWN, creators=60, markets=4, campaigns=3)
IMAGE = FORMATS.index("image")


def everywhere(world: World, plan: Plan) -> Plan:
    return replace(plan, markets=np.ones(world.settings.markets, dtype=bool))


def rows(roster: Roster, keep: list[int]) -> Roster:
    return Roster(*(getattr(roster, name)[keep] for name in Roster.__slots__))


def orders_by_counting(world: World, plan: Plan, roster: Roster) -> Floats:
    """Orders of followers alone, person by person, by the definition."""
    people, followings = world.people, world.followings
    rate = spread(world, plan, roster).follower_rate
    chance = persuasion(world, plan, roster)
    presence = world.presence(plan.booked_on, roster.creator)
    core = people.in_core(plan.category)
    receptive = receptive_share(world, plan)
    spared = np.ones(people.count)
    for row, creator in enumerate(roster.creator):
        for edge in range(followings.start[creator], followings.start[creator + 1]):
            who = followings.person[edge]
            market = people.market[who]
            seen_once = min(rate[row] * followings.activity[edge] * presence[row, market], 0.9)
            seen = 1.0 - (1.0 - seen_once) ** roster.posts[row]
            together = int(followings.same_community[edge])
            spared[who] *= 1.0 - seen * chance[row, market, int(core[who]), together]
    orders = np.zeros(len(plan.markets))
    for who in range(people.count):
        orders[people.market[who]] += people.weight * receptive[who] * (1.0 - spared[who])
    return orders * plan.markets


def test_orders_agree_with_counting_people_one_by_one() -> None:
    world = build_world(TINY)
    plan = plan_campaigns(world)[0]
    roster = draw_roster(np.random.default_rng(1), world, plan, partnership_starts(world), 2)
    # Formats that strangers do not see, so that followers are all there is.
    roster = replace(roster, format=np.full(roster.size, IMAGE))
    views_within = replace(
        world, creators=replace(world.creators, appeal=np.minimum(world.creators.appeal, 0.3))
    )
    assert spread(views_within, plan, roster).stranger_views.max() < 1e-6
    expected = orders_by_counting(views_within, plan, roster)
    np.testing.assert_allclose(incremental_orders(views_within, plan, roster), expected, rtol=1e-6)
    assert expected.sum() > 0


def test_people_order_at_most_once(world: World, plans: list[Plan], rosters: list[Roster]) -> None:
    plan, roster = max(zip(plans, rosters, strict=True), key=lambda pair: pair[1].size)
    alone = sum(incremental_orders(world, plan, rows(roster, [i])) for i in range(roster.size))
    together = incremental_orders(world, plan, roster)
    assert (together <= np.asarray(alone) + 1e-9).all()
    assert together.sum() < 0.97 * np.asarray(alone).sum()
    most = np.bincount(world.people.market, weights=receptive_share(world, plan))
    assert (together <= most * world.people.weight).all()


def test_adding_a_booking_never_loses_orders(
    world: World, plans: list[Plan], rosters: list[Roster]
) -> None:
    for plan, roster in list(zip(plans, rosters, strict=True))[:5]:
        fewer = incremental_orders(world, plan, rows(roster, list(range(roster.size - 1))))
        assert (incremental_orders(world, plan, roster) >= fewer - 1e-9).all()


def test_the_same_roster_lifts_a_small_brand_more(
    world: World, baseline: Baseline, plans: list[Plan], rosters: list[Roster]
) -> None:
    small, large = (int(f(world.brands.annual_revenue)) for f in (np.argmin, np.argmax))
    found = []
    for brand in (small, large):
        plan = replace(everywhere(world, plans[0]), brand=brand)
        added = incremental(world, baseline, plan, rosters[0], 1.0)
        found.append(lift_overall(baseline, plan, added))
    assert found[0] > 3.0 * found[1]


@pytest.mark.parametrize(
    ("trait", "low", "high"),
    [("reply_logit", -3.0, 1.0), ("authentic", 0.5, 0.95), ("charisma", -1.0, 1.0)],
)
def test_traits_that_persuade(
    world: World, plans: list[Plan], rosters: list[Roster], trait: str, low: float, high: float
) -> None:
    sold = []
    for value in (low, high):
        change: dict[str, Any] = {trait: np.full(world.creators.count, value)}
        traits = replace(world.creators, **change)
        sold.append(incremental_orders(replace(world, creators=traits), plans[1], rosters[1]))
    assert sold[1].sum() > 1.1 * sold[0].sum()


@pytest.mark.parametrize(
    ("trait", "values"),
    [("posting_rate", (0.3, 2.5, 9.0)), ("sponsored_share", (0.7, 0.1, 0.7))],
)
def test_too_much_persuades_less(
    world: World,
    plans: list[Plan],
    rosters: list[Roster],
    trait: str,
    values: tuple[float, float, float],
) -> None:
    sold = []
    for value in values:
        change: dict[str, Any] = {trait: np.full(world.creators.count, value)}
        traits = replace(world.creators, **change)
        chance = persuasion(replace(world, creators=traits), plans[1], rosters[1])
        sold.append(float(chance.mean()))
    assert sold[1] > sold[0]
    assert sold[1] > sold[2]


def test_partnership_has_diminishing_returns(
    world: World, plans: list[Plan], rosters: list[Roster]
) -> None:
    z = [
        norm.ppf(
            persuasion(
                world,
                plans[0],
                replace(rosters[0], months_with_brand=np.full(rosters[0].size, months)),
            )
        ).mean()
        for months in (0.0, 6.0, 12.0, 18.0)
    ]
    gains = np.diff(z)
    assert (gains > 0).all()
    assert (np.diff(gains) < 0).all()


def test_effect_fades_fast_and_a_tenth_of_it_slowly() -> None:
    profile = weekly_profile(1, half_life=0.5)
    # By hand: 0.9·(1 − 1/4) + 0.1·(1 − 2^(−1/6)) in the first week, a quarter of it after.
    slow = 0.1 * (1 - 2 ** (-1 / 6))
    assert profile[0] == pytest.approx(0.675 + slow)
    assert profile[1] == pytest.approx(0.16875 + slow * 2 ** (-1 / 6))
    assert len(profile) == 1 + TAIL_WEEKS
    assert 0.98 < weekly_profile(4, 0.3).sum() < 1.0


def test_window_holds_most_of_the_effect() -> None:
    for posting_weeks in (1, 4):
        for half_life in (0.3, 1.0):
            profile = weekly_profile(posting_weeks, half_life)
            assert 0.85 < profile[: posting_weeks + 4].sum() < 0.97


def test_lift_is_incremental_over_baseline_in_the_window(
    world: World, baseline: Baseline, plans: list[Plan], rosters: list[Roster]
) -> None:
    plan = plans[0]
    added = incremental(world, baseline, plan, rosters[0], 1.0)
    market = int(np.flatnonzero(plan.markets)[0])
    gained = expected = 0.0
    for week in range(plan.posting_weeks + 4):
        gained += added.revenue[market, week]
        expected += baseline.revenue[plan.brand, market, plan.first_week + week]
    assert lift_by_market(baseline, plan, added)[market] == pytest.approx(gained / expected)
