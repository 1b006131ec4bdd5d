"""Simulated worlds against the published numbers they are drawn from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import spearmanr

from experiments.worlds.accounts import PLATFORM_FORMATS, expected_views
from experiments.worlds.baseline import Baseline
from experiments.worlds.campaigns import Plan
from experiments.worlds.effects import incremental_orders
from experiments.worlds.people import Followings
from experiments.worlds.rosters import Roster
from experiments.worlds.sales import draw_noise
from experiments.worlds.settings import Floats, Ints
from experiments.worlds.truth import MEDIAN_LIFT, incremental, lift_overall, response_scale
from experiments.worlds.world import World, build_world
from features.entities import DISCLOSURES, FORMATS, PLATFORMS
from tests.experiments.drawn_world import DRAWN

IMAGE = FORMATS.index("image")


@pytest.fixture(scope="module")
def lifts(world: World, baseline: Baseline, plans: list[Plan], rosters: list[Roster]) -> Floats:
    pairs = zip(plans, rosters, strict=True)
    raw = [lift_overall(baseline, p, incremental(world, baseline, p, r, 1.0)) for p, r in pairs]
    return response_scale(np.array(raw)) * np.array(raw)


def everywhere(world: World, plan: Plan) -> Plan:
    return replace(plan, markets=np.ones(world.settings.markets, dtype=bool))


def one_post(world: World, creator: int, post_format: int, posts: int = 2) -> Roster:
    main = np.flatnonzero(world.accounts.is_main & (world.accounts.creator == creator))
    return Roster(
        creator=np.array([creator]),
        account=main,
        format=np.array([post_format]),
        posts=np.array([posts]),
        fee=np.array([100.0]),
        freedom=np.array([1]),
        disclosure=np.array([0]),
        months_with_brand=np.array([0.0]),
        invites_ugc=np.array([False]),
    )


def test_lifts_are_spread_as_published(lifts: Floats) -> None:
    assert np.median(lifts) == pytest.approx(MEDIAN_LIFT)
    assert 0.005 <= MEDIAN_LIFT <= 0.02
    assert 0.035 <= np.quantile(lifts, 0.9) <= 0.075
    assert (lifts >= 0.35).mean() < 0.01
    assert lifts.min() > 0.0


def test_engagement_alone_does_not_predict_lift(
    world: World, rosters: list[Roster], lifts: Floats
) -> None:
    engagement = [world.creators.appeal[roster.creator].mean() for roster in rosters]
    assert abs(spearmanr(engagement, lifts).statistic) < 0.3


def test_small_creators_sell_more_per_follower(world: World, plans: list[Plan]) -> None:
    plan = everywhere(world, plans[0])
    followers = world.followers_on(plan.booked_on)
    orders = np.array(
        [
            incremental_orders(world, plan, one_post(world, i, IMAGE)).sum()
            for i in range(world.creators.count)
        ]
    )
    nano, macro = followers < 1_000, followers >= 500_000
    ratio = orders[nano].sum() / followers[nano].sum()
    ratio /= orders[macro].sum() / followers[macro].sum()
    assert 2.0 < ratio < 20.0  # published: 5.4


@pytest.mark.parametrize(
    ("post_format", "elasticity"), [("short_video", 0.10), ("image", 0.92), ("story", 0.92)]
)
def test_views_by_followers(post_format: str, elasticity: float) -> None:
    code = np.array([FORMATS.index(post_format)] * 2)
    views = expected_views(np.array([1e3, 1e6]), code, np.zeros(2))
    assert np.log(views[1] / views[0]) / np.log(1e3) == pytest.approx(elasticity)


def test_fifty_micro_creators_overlap_as_published() -> None:
    world = build_world(replace(DRAWN, creators=900, markets=50, seed=11))
    micro = (world.followers >= 1_000) & (world.followers < 100_000)
    ratios = []
    for category in range(8):
        niche = np.flatnonzero(micro & (world.creators.category == category))[:50]
        ratios.append(unique_over_gross(world.followings, niche))
    assert 0.78 <= np.median(ratios) <= 0.92


def unique_over_gross(followings: Followings, creators: Ints) -> float:
    sets = [set(followings.person[followings.start[i] : followings.start[i + 1]]) for i in creators]
    return len(set[int]().union(*sets)) / sum(len(one) for one in sets)


def test_noise_of_market_sales_as_published(world: World, baseline: Baseline) -> None:
    noise = draw_noise(world, baseline)
    sold = world.brands.sells
    within = np.log(noise.factor)
    within -= within.mean(axis=2, keepdims=True)
    within -= within.mean(axis=1, keepdims=True)
    low, middle, high = np.quantile(within.std(axis=2)[sold], [0.1, 0.5, 0.9])
    assert 0.015 < low < 0.03
    assert 0.037 < middle < 0.050
    assert 0.060 < high < 0.095
    size = baseline.revenue.mean(axis=2)[sold]
    power = np.polyfit(np.log(size), np.log(noise.spread[sold]), 1)[0]
    assert power == pytest.approx(-0.37, abs=0.02)
    ahead = (within[:, :, 1:] * within[:, :, :-1]).mean() / (within**2).mean()
    assert ahead == pytest.approx(0.2, abs=0.05)
    assert noise.factor.mean() == pytest.approx(1.0, abs=0.01)


def test_every_platform_has_formats_of_the_contract() -> None:
    assert set(PLATFORM_FORMATS) <= set(PLATFORMS)
    assert {name for formats in PLATFORM_FORMATS.values() for name in formats} <= set(FORMATS)


def test_disclosure_sells_neither_more_nor_less(
    world: World, plans: list[Plan], rosters: list[Roster]
) -> None:
    orders = [
        incremental_orders(
            world, plans[0], replace(rosters[0], disclosure=np.full(rosters[0].size, code))
        )
        for code in range(len(DISCLOSURES))
    ]
    np.testing.assert_array_equal(orders[0], orders[1])
    np.testing.assert_array_equal(orders[0], orders[2])
