"""Worlds with a catch: each has its own, in its own tables, and nothing else changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.worlds.baseline import build_baseline
from experiments.worlds.campaigns import Assignment, assign_markets, plan_campaigns
from experiments.worlds.growth import local_growth
from experiments.worlds.rules import WORLDS
from experiments.worlds.simulate import WorldSettings, added_revenue, simulate
from experiments.worlds.truth import Incremental
from experiments.worlds.world import build_world

SMALL = WorldSettings(
    campaigns=20,
    creators=120,
    markets=14,
    brands=5,
    weeks=90,
    seed=8,
    future_campaigns=8,
    alternatives=4,
)
Tables = Mapping[str, pd.DataFrame]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    root = tmp_path_factory.mktemp("worlds")
    for name in WORLDS:
        simulate(replace(SMALL, world=name), root / name)
    return {name: root / name for name in WORLDS}


@pytest.fixture(scope="module")
def worlds(folders: Mapping[str, Path]) -> Mapping[str, Tables]:
    return {
        name: {file.stem: pd.read_parquet(file) for file in sorted(folder.glob("*.parquet"))}
        for name, folder in folders.items()
    }


@pytest.mark.parametrize("world", WORLDS)
def test_every_world_ships_its_truth(worlds: Mapping[str, Tables], world: str) -> None:
    truth = worlds[world]["truth"]
    runs = worlds[world]["assignments"].drop(columns="propensity")
    pd.testing.assert_frame_equal(truth.drop(columns="true_lift"), runs)
    assert truth.true_lift.notna().all()
    assert (truth.true_lift > 0).all() == WORLDS[world].has_effect


def test_held_out_markets_get_a_share_of_what_they_would_have_been_sold() -> None:
    settings = replace(SMALL, world="leaky")
    world = build_world(settings)
    plan = plan_campaigns(world)[0]
    shown = Incremental(plan.first_week, np.outer(np.arange(SMALL.markets), [3.0, 1.0]))
    treated = plan.markets & (np.arange(SMALL.markets) % 2 == 0)
    drawn = Assignment(treated[None, :], np.array([0.5]))
    added = added_revenue(world, [plan], drawn, [shown])[plan.brand]
    dose = np.where(treated, 1.0, WORLDS["leaky"].leak)
    window = slice(plan.first_week, plan.first_week + 2)
    np.testing.assert_allclose(added[:, window], dose[:, None] * shown.revenue)
    assert added.sum() == pytest.approx(added[:, window].sum())
    assert 0.0 < WORLDS["leaky"].leak < 1.0


def test_a_leak_changes_sales_alone(worlds: Mapping[str, Tables]) -> None:
    for name, table in worlds["randomised"].items():
        if name != "sales":
            pd.testing.assert_frame_equal(table, worlds["leaky"][name])


def test_brands_choose_the_markets_in_which_they_grow() -> None:
    settings = replace(SMALL, world="confounded")
    world = build_world(settings)
    growth, plans = build_baseline(world).momentum, plan_campaigns(world)
    chosen = assign_markets(settings, plans, growth)
    drawn = assign_markets(replace(settings, world="randomised"), plans)
    np.testing.assert_array_equal(chosen.treated.sum(axis=1), drawn.treated.sum(axis=1))
    ahead = []
    for plan, treated in zip(plans, chosen.treated, strict=True):
        rate = growth[plan.brand, :, plan.first_week]
        ahead.append(rate[treated].mean() - rate[plan.markets & ~treated].mean())
    assert np.mean(ahead) > 0.7 * WORLDS["confounded"].local_growth


def test_nobody_claims_to_have_drawn_what_was_chosen(worlds: Mapping[str, Tables]) -> None:
    assert worlds["confounded"]["assignments"].propensity.isna().all()
    partly = worlds["mixed"]["assignments"].groupby("campaign_id").propensity.count()
    assert 0 < (partly == 0).sum() < len(partly)


def test_a_claim_changes_the_chances_alone(worlds: Mapping[str, Tables], tmp_path: Path) -> None:
    simulate(replace(SMALL, world="confounded", claimed_as_drawn=True), tmp_path / "claimed")
    claimed = pd.read_parquet(tmp_path / "claimed" / "assignments.parquet")
    honest = worlds["confounded"]["assignments"]
    pd.testing.assert_series_equal(claimed.treated, honest.treated)
    pd.testing.assert_series_equal(
        claimed.propensity, worlds["randomised"]["assignments"].propensity
    )


def test_growth_wanders_around_none_and_lasts() -> None:
    settings = replace(SMALL, world="confounded", brands=20, markets=40)
    rate = local_growth(settings, 90).rate / WORLDS["confounded"].local_growth
    assert rate.mean() == pytest.approx(0.0, abs=0.05)
    assert rate.std() == pytest.approx(1.0, abs=0.05)
    later = np.corrcoef(rate[..., 10].ravel(), rate[..., 32].ravel())[0, 1]
    assert later == pytest.approx(0.97**22, abs=0.08)
    np.testing.assert_array_equal(local_growth(SMALL, 90).level, 0.0)


def test_planners_book_whom_they_know_to_persuade(worlds: Mapping[str, Tables]) -> None:
    charisma = build_world(SMALL).creators.charisma
    ids = {f"c{i:05d}": value for i, value in enumerate(charisma)}
    booked = {
        w: worlds[w]["bookings"].creator_id.map(ids).mean() for w in ("randomised", "targeted")
    }
    assert booked["targeted"] > booked["randomised"] + 0.3


@pytest.mark.parametrize("world", ["shift", "mixed"])
def test_the_new_is_unknown_to_the_past(worlds: Mapping[str, Tables], world: str) -> None:
    tables, platform = worlds[world], WORLDS[world].new_platform
    virtual = set(tables["creators"].query("is_virtual").creator_id)
    assert platform not in set(tables["bookings"].platform)
    assert not virtual & set(tables["bookings"].creator_id)
    new = set(tables["accounts"].query("platform == @platform").account_id)
    opened = tables["accounts"].set_index("account_id").opened_on
    late = SMALL.last_day - np.timedelta64(125, "D")
    assert (pd.to_datetime(opened[list(new)]) >= pd.Timestamp(late)).all()
    for table, day in (("posts", "published_at"), ("account_stats", "observed_on")):
        own = tables[table][tables[table].account_id.isin(new)]
        since = pd.to_datetime(own.account_id.map(opened), utc=True)
        assert len(own) > 0
        assert (pd.to_datetime(own[day], utc=True) >= since).all()


def test_every_second_roster_to_come_is_new(folders: Mapping[str, Path]) -> None:
    documents: list[dict[str, Any]] = json.loads((folders["shift"] / "future.json").read_text())
    creators = pd.read_parquet(folders["shift"] / "creators.parquet").set_index("creator_id")
    for entry in documents:
        for number, alternative in enumerate(entry["alternatives"]):
            roster = pd.DataFrame(alternative["roster"])
            new = roster.platform.eq("threads") | creators.is_virtual[roster.creator_id].to_numpy()
            assert new.all() if number % 2 else not new.any()


def test_small_brands_sell_whole_orders_and_few(worlds: Mapping[str, Tables]) -> None:
    sales = worlds["small-brand"]["sales"]
    orders = sales.revenue / sales.price
    assert (orders - orders.round()).abs().max() < 0.01
    assert 50 <= orders.groupby([sales.brand_id, sales.market_id]).mean().median() <= 200
    assert orders.quantile(0.1) > 30
    assert orders.quantile(0.9) < 300


def test_small_brands_scatter_as_orders_do(worlds: Mapping[str, Tables]) -> None:
    sales = worlds["small-brand"]["sales"]
    counted = sales.groupby(["brand_id", "market_id"]).units.agg(["mean", "std"])
    # Season, price and noise come on top of what chance does to counted orders.
    assert (counted["std"] > 0.9 * np.sqrt(counted["mean"])).all()
