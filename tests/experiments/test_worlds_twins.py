"""Twins, campaigns to come and the folder they lie in: a world told from the outside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.worlds.baseline import build_baseline
from experiments.worlds.campaigns import assign_markets, plan_campaigns
from experiments.worlds.rosters import draw_roster, partnership_starts
from experiments.worlds.simulate import WorldSettings, added_revenue, simulate
from experiments.worlds.truth import Incremental, incremental, lift_overall, response_scale
from experiments.worlds.world import build_world
from features.errors import SettingsError

SMALL = WorldSettings(
    campaigns=30,
    creators=120,
    markets=14,
    brands=5,
    weeks=90,
    seed=6,
    future_campaigns=6,
    alternatives=3,
)
#: Revenue is rounded to the cent in both twins.
CENT = 0.011
Tables = Mapping[str, pd.DataFrame]


def read(folder: Path) -> Tables:
    return {file.stem: pd.read_parquet(file) for file in sorted(folder.glob("*.parquet"))}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("worlds") / "randomised"
    simulate(SMALL, out)
    return out


@pytest.fixture(scope="session")
def tables(folder: Path) -> Tables:
    return read(folder)


@pytest.fixture(scope="session")
def null_tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    out = tmp_path_factory.mktemp("worlds") / "null"
    simulate(replace(SMALL, world="null"), out)
    return read(out)


@pytest.fixture(scope="session")
def future(folder: Path) -> list[dict[str, Any]]:
    documents: list[dict[str, Any]] = json.loads((folder / "future.json").read_text("utf-8"))
    return documents


def last_day() -> date:
    return date.fromisoformat(str(SMALL.last_day))


def test_null_world_is_the_same_world_without_effects(tables: Tables, null_tables: Tables) -> None:
    assert (null_tables["truth"].true_lift == 0.0).all()
    for name in tables.keys() - {"sales", "truth"}:
        pd.testing.assert_frame_equal(tables[name], null_tables[name])


def test_sales_differ_from_the_null_twin_only_in_treated_windows(
    tables: Tables, null_tables: Tables
) -> None:
    gain = (tables["sales"].revenue - null_tables["sales"].revenue).to_numpy()
    assert gain.min() >= -0.011  # two roundings to the cent
    sales = tables["sales"].assign(gain=gain, date=pd.to_datetime(tables["sales"].date))
    runs = tables["campaigns"].merge(tables["truth"].query("treated"))
    begun = runs.groupby(["brand_id", "market_id"]).starts_on.min().rename("begun").reset_index()
    sales = sales.merge(begun, how="left")
    before = sales.begun.isna() | (sales.date < pd.to_datetime(sales.begun))
    assert sales.gain[before].abs().max() <= 0.011
    assert sales.gain[~before].sum() > 1000.0


def test_unknown_world_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="expected one of randomised, null, .* found 'mars'"):
        WorldSettings(world="mars")


@pytest.mark.parametrize(("name", "value"), [("weeks", 40), ("markets", 3), ("creators", 10)])
def test_a_world_too_small_is_refused(name: str, value: int) -> None:
    change: dict[str, Any] = {name: value}
    with pytest.raises(SettingsError, match=f"{name}.*found {value}"):
        replace(SMALL, **change)


def test_campaigns_to_come_follow_the_data(future: list[dict[str, Any]], tables: Tables) -> None:
    assert len(future) == SMALL.future_campaigns
    for entry in future:
        campaign = entry["campaign"]
        ahead = date.fromisoformat(campaign["starts_on"]) - last_day()
        assert 14 < ahead.days <= 57
        assert campaign["brand_id"] in set(tables["brands"].brand_id)
        assert set(campaign.get("markets", [])) <= set(tables["markets"].market_id)
        assert len(entry["alternatives"]) == SMALL.alternatives
        for alternative in entry["alternatives"]:
            assert 0.0 < alternative["true_lift"] < 0.5
            assert {b["creator_id"] for b in alternative["roster"]} <= set(
                tables["creators"].creator_id
            )


def test_progress_is_told_in_order(tmp_path: Path) -> None:
    told: list[float] = []
    simulate(replace(SMALL, creators=60, campaigns=4), tmp_path / "w", lambda _, s: told.append(s))
    assert told == sorted(told)
    assert told[0] == 0.0
    assert told[-1] == 1.0


def test_a_folder_is_replaced_whole_and_leaves_no_draft(tmp_path: Path) -> None:
    tiny = replace(SMALL, creators=60, campaigns=4)
    out = tmp_path / "world"
    simulate(tiny, out)
    before = read(out)["sales"]
    (out / "notes.md").write_text("mine", "utf-8")
    simulate(replace(tiny, seed=9), out)
    assert (out / "notes.md").read_text("utf-8") == "mine"
    assert {path.name for path in tmp_path.iterdir()} == {"world"}
    assert not read(out)["sales"].equals(before)


def test_sales_hold_exactly_what_the_campaigns_added(tables: Tables, null_tables: Tables) -> None:
    world = build_world(SMALL)
    baseline, plans = build_baseline(world), plan_campaigns(world)
    rng, partners = SMALL.stream("rosters"), partnership_starts(world)
    raw = []
    for plan in plans:
        roster = draw_roster(rng, world, plan, partners, plan.style)
        raw.append(incremental(world, baseline, plan, roster, 1.0))
    lifts = [lift_overall(baseline, p, e) for p, e in zip(plans, raw, strict=True)]
    scale = response_scale(np.array(lifts))
    effects = [Incremental(e.first_week, scale * e.revenue) for e in raw]
    added = added_revenue(world, plans, assign_markets(SMALL, plans), effects)

    sales = tables["sales"]
    brand = sales.brand_id.map({name: b for b, name in enumerate(world.brands.brand_ids)})
    market = sales.market_id.map({name: m for m, name in enumerate(world.geography.market_ids)})
    week = (pd.to_datetime(sales.date) - pd.Timestamp(SMALL.first_week)).dt.days // 7
    expected = added[brand, market, week]
    gain = (sales.revenue - null_tables["sales"].revenue).to_numpy()
    assert np.abs(gain - expected).max() <= CENT


def test_gain_over_the_null_twin_is_the_true_lift(tables: Tables, null_tables: Tables) -> None:
    sales = tables["sales"].assign(
        base=null_tables["sales"].revenue,
        gain=tables["sales"].revenue - null_tables["sales"].revenue,
    )
    gained, promised = 0.0, 0.0
    for campaign in first_campaigns(tables["campaigns"]).to_dict("records"):
        treated = tables["truth"].query("treated and campaign_id == @campaign['campaign_id']")
        last = campaign["ends_on"] + timedelta(days=28)
        window = sales[
            (sales.brand_id == campaign["brand_id"])
            & (sales.date >= campaign["starts_on"])
            & (sales.date <= last)
        ].merge(treated, on="market_id")
        gained += window.gain.sum()
        promised += (window.base * window.true_lift).sum()
    # The lift is over expected sales, the twin's sales are the noisy ones.
    assert gained == pytest.approx(promised, rel=0.05)


def first_campaigns(campaigns: pd.DataFrame) -> pd.DataFrame:
    """Each brand's first campaign, where its window is over before the brand's next begins."""
    ordered = campaigns.sort_values("starts_on")
    first = ordered.groupby("brand_id").nth(0).set_index("brand_id")
    second = ordered.groupby("brand_id").nth(1).set_index("brand_id").starts_on
    over = pd.to_datetime(first.ends_on) + pd.Timedelta(days=28)
    alone = first[over < pd.to_datetime(second.reindex(first.index))]
    assert len(alone) > 0
    return alone.reset_index()
