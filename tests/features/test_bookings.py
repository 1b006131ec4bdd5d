"""Booking rows: columns, hand-computed terms, and what must not matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from features.entities import Booking, Campaign
from features.history.captions import CaptionIndex
from features.rosters.bookings import BookingRows, booking_rows, feature_dictionary
from features.rosters.feature_set import FEATURES
from features.rosters.scaling import LOG_SCALED
from features.snapshots.assembly import snapshot
from features.snapshots.snapshot import AudienceShares, Snapshot
from features.sources.source import open_source
from tests.features.invented import booking, campaign, invented_snapshot, random_snapshot

REAL_SOURCE = Path(__file__).parents[3] / "shared" / "data" / "real_source"

CREATORS: dict[str, dict[str, Any]] = {
    "ada": {"followers": 20_000.0, "reply_rate_90d": 0.25, "median_views_90d": 999.0},
    "bo": {"followers": 50_000.0, "category": "food"},
}
ACCOUNTS = {
    ("ada", "tiktok"): {
        "followers": 20_000.0,
        "median_views_90d": 5_000.0,
        "engagement_per_view_90d": 0.08,
    },
    ("bo", "instagram"): {"followers": 50_000.0},
}


def rows_of(*bookings: Booking, **changes: Any) -> BookingRows:
    snapshot = invented_snapshot(CREATORS, accounts=ACCOUNTS)
    return booking_rows(snapshot, campaign(**changes), bookings)


def test_rows_have_the_columns_of_the_feature_set() -> None:
    rows = rows_of(booking("ada", platform="tiktok"), booking("bo"))
    assert tuple(rows.features.columns) == FEATURES.names
    numbers = rows.features.drop(columns=list(FEATURES.categorical))
    assert (numbers.dtypes == np.float64).all()
    words = rows.features[list(FEATURES.categorical)]
    assert words.to_numpy().tolist() == [
        ["tiktok", "short_video", "skincare"],
        ["instagram", "short_video", "food"],
    ]
    assert rows.creator_ids == ("ada", "bo")
    assert rows.reach.shapley.shape == (2, 3)
    assert (rows.filled, rows.guessed_audience, rows.unknown_accounts) == ((), (), ())


def test_every_column_has_its_entry_in_the_dictionary() -> None:
    dictionary = feature_dictionary()
    assert tuple(dictionary) == FEATURES.names
    for name, meaning in dictionary.items():
        assert len(meaning) > 20, name
        assert meaning.endswith(".") and "\n" not in meaning, name
    assert dictionary["log_followers_total"].startswith("Followers over all accounts.")


def test_heavy_tailed_columns_are_logarithms_and_others_are_as_they_are() -> None:
    row = rows_of(booking("ada", platform="tiktok")).features.iloc[0]
    assert row["log_median_views_90d"] == pytest.approx(np.log(1_000))
    assert row["reply_rate_90d"] == 0.25
    assert np.isnan(row["sponsored_share_90d"])
    assert not set(LOG_SCALED) & set(FEATURES.names)


def test_terms_by_hand() -> None:
    terms = rows_of(
        booking(
            "ada",
            platform="tiktok",
            posts=4,
            creative_freedom="free",
            months_with_brand=8.0,
            invites_ugc=True,
        ),
        booking("bo", creative_freedom="scripted"),
    ).features
    first, second = terms.iloc[0], terms.iloc[1]
    expected = {
        "log_platform_followers": np.log(20_001),
        "log_views_per_post": np.log(5_001),
        "log_views_per_follower": np.log(1.25),
        "log_reach_per_follower": np.log(1.5),  # 4 x 0.25 views a head: 1 - 1 / 2
        "platform_engagement_per_view": 0.08,
        "posts": 4,
        "creative_freedom": 1,
        "log_months_with_brand": np.log(9),
        "is_long_term": 1,
        "invites_ugc": 1,
        "posting_weeks": 2,
    }
    for name, value in expected.items():
        assert first[name] == pytest.approx(value), name
    assert second[["creative_freedom", "is_long_term", "invites_ugc"]].tolist() == [0, 0, 0]
    # bo's views were never counted: unknown to the model, as usual for reach.
    assert second[["log_views_per_post", "log_views_per_follower"]].isna().all()
    assert second["log_reach_per_follower"] == pytest.approx(np.log1p(0.45 / 1.45))


def test_season_turns_once_a_year() -> None:
    def season(starts: date, ends: date) -> tuple[float, float]:
        row = rows_of(booking("bo"), starts_on=starts, ends_on=ends).features.iloc[0]
        return float(row["season_sin"]), float(row["season_cos"])

    # The window is 1 June to 3 July with the carry-over: its middle is 17 June.
    sine, cosine = season(date(2024, 6, 1), date(2024, 6, 5))
    assert (sine, cosine) == pytest.approx((0.24, -0.97), abs=0.01)
    late = season(date(2023, 12, 20), date(2023, 12, 21))
    assert late == pytest.approx(season(date(2024, 12, 19), date(2024, 12, 20)), abs=0.02)
    assert late[1] > 0.99


def test_brand_revenue_per_head_is_the_mean_of_26_known_weeks() -> None:
    revenue = {
        ("brand", "berlin"): [9e9] * 4 + [300.0] * 25 + [900.0],
        ("brand", "hamburg"): [np.nan] * 28 + [100.0, 100.0],
    }
    snapshot = invented_snapshot(CREATORS, accounts=ACCOUNTS, revenue=revenue)

    def revenue_per_head(**changes: Any) -> float:
        rows = booking_rows(snapshot, campaign(**changes), (booking("bo"),))
        return float(np.exp(rows.features["log_brand_revenue_per_head"].iloc[0]))

    berlin = (25 * 300 + 900) / 26
    assert revenue_per_head() == pytest.approx((berlin + 100) / 4e6)
    assert revenue_per_head(markets=("hamburg", "lyon")) == pytest.approx(100 / 1e6)
    # Booked a week earlier, the last week had not been sold yet.
    assert revenue_per_head(booked_on=date(2024, 6, 23), markets=("berlin",)) == pytest.approx(
        (9e9 + 25 * 300) / 26 / 3e6
    )
    assert np.isnan(revenue_per_head(markets=("lyon",)))
    assert np.isnan(revenue_per_head(brand_id="new"))


def test_fee_and_disclosure_change_nothing() -> None:
    plain = rows_of(booking("ada", platform="tiktok"), booking("bo"))
    dear = rows_of(
        booking("ada", platform="tiktok", fee=9e9, disclosure="none"),
        booking("bo", fee=0.0, disclosure="hashtag"),
    )
    pd.testing.assert_frame_equal(plain.features, dear.features)
    np.testing.assert_array_equal(plain.reach.shapley, dear.reach.shapley)


def test_an_account_nothing_is_known_of_has_the_followers_of_the_largest() -> None:
    rows = rows_of(booking("ada", platform="youtube"), booking("bo"))
    assert rows.unknown_accounts == ("ada",)
    assert rows.features["log_platform_followers"].iloc[0] == pytest.approx(np.log(20_001))
    assert rows.features["log_views_per_post"].isna().iloc[0]
    assert rows.reach.gross[0, 0] > 0


def test_guessed_audiences_are_named() -> None:
    snapshot = invented_snapshot(CREATORS, accounts=ACCOUNTS, shares={"bo": {"berlin": 0.4}})
    rows = booking_rows(snapshot, campaign(), (booking("bo"), booking("ada", platform="tiktok")))
    assert rows.guessed_audience == ("ada",)
    np.testing.assert_allclose(rows.features["audience_in_markets"], [0.4, np.nan], rtol=1e-6)
    assert rows.reach.gross[1, 0] > 0


def alone(snapshot: Snapshot, ids: list[str]) -> Snapshot:
    """The snapshot as training builds it: of the booked creators only."""
    rows = snapshot.creators.index.get_indexer(pd.Index(ids))
    audience = snapshot.audience
    captions = snapshot.captions
    places = [captions.creator_ids.index(name) for name in ids]
    return replace(
        snapshot,
        creators=snapshot.creators.iloc[rows],
        accounts=snapshot.accounts.loc[ids],
        interests=snapshot.interests.iloc[rows],
        audience=AudienceShares(audience.market_ids, audience.shares[rows], audience.known[rows]),
        captions=CaptionIndex(tuple(ids), captions.vectors[places], captions.rarity),
        followers=None if snapshot.followers is None else snapshot.followers.only(tuple(ids)),
    )


def test_a_past_campaign_and_one_to_come_get_the_same_rows() -> None:
    whole = random_snapshot(60, 12, sampled=400)
    ids = list(whole.creators.index[5:25])
    roster = tuple(booking(name) for name in ids)
    asked = campaign(markets=tuple(whole.markets.index), brief="skincare and food")
    serving, training = (booking_rows(s, asked, roster) for s in (whole, alone(whole, ids)))
    pd.testing.assert_frame_equal(serving.features, training.features)
    np.testing.assert_allclose(serving.reach.shapley, training.reach.shapley, rtol=1e-9)


def test_rows_follow_the_order_of_the_roster() -> None:
    snapshot = random_snapshot(30, 8, sampled=200)
    asked = campaign(markets=tuple(snapshot.markets.index))
    roster = [booking(name, posts=1 + i) for i, name in enumerate(snapshot.creators.index[:10])]
    one, other = (booking_rows(snapshot, asked, tuple(r)) for r in (roster, roster[::-1]))
    turned = other.features.iloc[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(one.features, turned)
    np.testing.assert_allclose(one.reach.shapley, other.reach.shapley[::-1])


@pytest.mark.skipif(not REAL_SOURCE.is_dir(), reason="real_source is not beside the repository")
def test_rosters_of_a_real_source() -> None:
    """No followers table, no interests, one platform, markets that hold 2 % of audiences."""
    source = open_source(str(REAL_SOURCE))
    past, booked = source.frame("campaigns").iloc[0], source.frame("bookings")
    mine = booked[booked["campaign_id"] == past["campaign_id"]]
    roster = tuple(
        Booking(row.creator_id, row.platform, row.format, int(row.posts), float(row.fee))
        for row in mine.itertuples()
    )
    dates = (past["starts_on"], past["ends_on"])
    asked = Campaign(past["brand_id"], past["category"], *dates, brief=past["brief"])
    rows = booking_rows(snapshot(source), asked, roster)
    reach = rows.reach
    assert len(rows.features) == len(roster)
    assert (reach.people <= reach.population).all()
    assert 0 < reach.total_people < reach.gross.sum()
    assert reach.frequency >= 1
    assert (reach.unique <= reach.shapley.sum(axis=1) + 1e-9).all()
    assert rows.features["log_platform_followers"].notna().all()
    assert rows.features["audience_interest_in_category"].isna().all()
