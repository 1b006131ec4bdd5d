"""Simulated worlds: their tables keep the contract of a source, and the sales hold the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.worlds.simulate import WorldSettings, simulate
from features.entities import DISCLOSURES, FORMATS, FREEDOMS, PLATFORMS

SMALL = WorldSettings(
    campaigns=40,
    creators=120,
    markets=14,
    brands=5,
    weeks=90,
    seed=3,
    future_campaigns=6,
    alternatives=3,
)
KEYS = {
    "creators": ["creator_id"],
    "accounts": ["account_id"],
    "account_stats": ["account_id", "observed_on"],
    "posts": ["post_id"],
    "audience": ["creator_id", "observed_on", "dimension", "value"],
    "followers": ["creator_id", "follower_key"],
    "brands": ["brand_id"],
    "campaigns": ["campaign_id"],
    "bookings": ["campaign_id", "creator_id", "platform", "format"],
    "rates": ["creator_id", "platform", "format", "observed_on"],
    "markets": ["market_id"],
    "assignments": ["campaign_id", "market_id"],
    "sales": ["brand_id", "market_id", "date"],
    "truth": ["campaign_id", "market_id"],
}
#: table, column → the table and key it refers to.
REFERENCES = [
    ("accounts", "creator_id", "creators"),
    ("account_stats", "account_id", "accounts"),
    ("posts", "account_id", "accounts"),
    ("posts", "brand_id", "brands"),
    ("audience", "creator_id", "creators"),
    ("followers", "creator_id", "creators"),
    ("followers", "market_id", "markets"),
    ("campaigns", "brand_id", "brands"),
    ("bookings", "campaign_id", "campaigns"),
    ("bookings", "creator_id", "creators"),
    ("rates", "creator_id", "creators"),
    ("assignments", "campaign_id", "campaigns"),
    ("assignments", "market_id", "markets"),
    ("sales", "brand_id", "brands"),
    ("sales", "market_id", "markets"),
]
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


def last_day() -> date:
    return date.fromisoformat(str(SMALL.last_day))


@pytest.mark.parametrize("table", KEYS)
def test_keys_are_unique_and_never_null(tables: Tables, table: str) -> None:
    key = tables[table][KEYS[table]]
    assert len(key) > 0
    assert not key.isna().any(axis=None)
    assert not key.duplicated().any()


@pytest.mark.parametrize(("table", "column", "target"), REFERENCES)
def test_references_point_at_rows(tables: Tables, table: str, column: str, target: str) -> None:
    known = set(tables[target][KEYS[target][0]])
    assert set(tables[table][column].dropna()) <= known


def test_words_are_those_of_the_contract(tables: Tables) -> None:
    bookings, posts = tables["bookings"], tables["posts"]
    assert set(tables["accounts"].platform) <= set(PLATFORMS)
    assert set(bookings.platform) <= set(PLATFORMS)
    assert set(bookings.format) | set(posts.format) | set(tables["rates"].format) <= set(FORMATS)
    assert set(bookings.creative_freedom) == set(FREEDOMS)
    assert set(bookings.disclosure) == set(DISCLOSURES)
    assert bookings.posts.min() >= 1
    assert (bookings.fee > 0).all()


def test_booked_creators_have_the_account_they_are_booked_on(tables: Tables) -> None:
    accounts = set(zip(tables["accounts"].creator_id, tables["accounts"].platform, strict=True))
    booked = set(zip(tables["bookings"].creator_id, tables["bookings"].platform, strict=True))
    assert booked <= accounts


def test_shares_of_a_dimension_never_sum_above_one(tables: Tables) -> None:
    audience = tables["audience"]
    total = audience.groupby(["creator_id", "observed_on", "dimension"]).share.sum()
    assert total.max() <= 1.0
    assert audience.share.min() > 0.0
    assert set(audience.dimension) == {
        "market",
        "age",
        "gender",
        "language",
        "interest",
        "authenticity",
    }
    assert audience.groupby("creator_id").observed_on.nunique().max() >= 3


def test_audiences_drift_between_readings(tables: Tables) -> None:
    market = tables["audience"].query("dimension == 'market'")
    wide = market.pivot_table(index=["creator_id", "value"], columns="observed_on", values="share")
    first, last = wide.columns[0], wide.columns[-1]
    both = wide[[first, last]].dropna()
    assert (both[first] - both[last]).abs().mean() > 0.001


def test_follower_sample_is_coordinated(tables: Tables) -> None:
    followers = tables["followers"]
    assert followers.sample_rate.nunique() == 1
    rate = followers.sample_rate.iloc[0]
    assert 0 < rate <= 1
    # A person has one home wherever the key turns up.
    homes = followers.dropna(subset="market_id").groupby("follower_key").market_id.nunique()
    assert homes.max() == 1
    # Kept or dropped for all creators alike: sampled counts follow the counted followers.
    sampled = followers.groupby("creator_id").size() / rate
    newest = tables["account_stats"].sort_values("observed_on").groupby("account_id").tail(1)
    largest = newest.merge(tables["accounts"]).groupby("creator_id").followers.max()
    ratio = (sampled / largest)[largest > 50_000]
    assert ratio.between(0.85, 1.1).all()


def test_campaigns_fit_into_the_data(tables: Tables) -> None:
    campaigns = tables["campaigns"]
    lead = pd.to_datetime(campaigns.starts_on) - pd.to_datetime(campaigns.booked_on)
    length = pd.to_datetime(campaigns.ends_on) - pd.to_datetime(campaigns.starts_on)
    assert lead.dt.days.between(14, 42).all()
    assert set(length.dt.days + 1) <= {7, 14, 21, 28}
    assert campaigns.ends_on.max() + timedelta(days=28) <= last_day()
    assert {day.weekday() for day in campaigns.starts_on} == {0}
    assert {day.weekday() for day in tables["sales"].date} == {0}
    sizes = tables["bookings"].groupby("campaign_id").size()
    assert sizes.between(3, 60).all()
    assert set(sizes.index) == set(campaigns.campaign_id)


def test_every_campaign_has_markets_on_both_sides(tables: Tables) -> None:
    assigned = tables["assignments"].groupby("campaign_id")
    assert assigned.treated.sum().min() >= 2
    assert (assigned.size() - assigned.treated.sum()).min() >= 2
    assert tables["assignments"].propensity.between(0.3, 0.7).all()
    assert assigned.propensity.nunique().max() == 1
    share = (tables["assignments"].treated - tables["assignments"].propensity).mean()
    assert abs(share) < 3 * 0.5 / np.sqrt(len(tables["assignments"]))


def test_posts_go_on_after_the_last_campaign_and_are_read_later(tables: Tables) -> None:
    posts = tables["posts"]
    waited = posts.observed_at - posts.published_at
    assert waited.dt.days.between(5, 9).all()
    assert posts.observed_at.max() < pd.Timestamp(last_day(), tz="UTC") + pd.Timedelta(days=1)
    assert posts.published_at.max().date() > tables["campaigns"].ends_on.max()
    assert posts.is_disclosed.isna().equals(~posts.is_sponsored)
    assert (posts.creator_replies <= posts.comments).all()


def test_campaign_posts_stand_among_the_posts(tables: Tables) -> None:
    booked = tables["bookings"].merge(tables["campaigns"])
    first = booked.iloc[0]
    own = tables["accounts"].query(
        "creator_id == @first.creator_id and platform == @first.platform"
    )
    published = tables["posts"].merge(own, on="account_id")
    day = published.published_at.dt.date
    within = published[(day >= first.starts_on) & (day <= first.ends_on)]
    mine = within[(within.brand_id == first.brand_id) & (within.format == first.format)]
    assert len(mine) >= first.posts
    assert mine.is_sponsored.all()


def test_some_creators_write_in_scripts_other_than_latin(tables: Tables) -> None:
    assert tables["posts"].caption.str.contains(r"[\u0600-\u06ff\u0900-\u097f\u3040-\u30ff]").any()
    assert tables["creators"].language.nunique() >= 4


def test_the_same_settings_give_the_same_content(tables: Tables, tmp_path: Path) -> None:
    simulate(SMALL, tmp_path / "again")
    again = read(tmp_path / "again")
    assert again.keys() == tables.keys()
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, again[name])


def test_another_seed_gives_another_world(tables: Tables, tmp_path: Path) -> None:
    simulate(replace(SMALL, seed=4), tmp_path / "other")
    assert not read(tmp_path / "other")["sales"].equals(tables["sales"])
