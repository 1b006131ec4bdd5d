"""Creators who are not in the catalog, filled in from similar ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from features.entities import ProposedCreator
from features.errors import InvalidRequestError
from features.rosters.bookings import BookingRows, booking_rows
from features.snapshots.snapshot import Snapshot
from tests.features.invented import booking, campaign, invented_snapshot


def catalog_of_forty() -> Snapshot:
    """30 skincare creators with 1,000 to 30,000 followers, 10 of food; reply rate tells who."""
    creators: dict[str, dict[str, Any]] = {
        f"s{n:02d}": {
            "followers": 1_000.0 * n,
            "reply_rate_90d": n / 100,
            "median_view_rate_90d": 0.3,
            "median_views_90d": 300.0 * n,
            "engagement_per_follower_90d": 0.05,
        }
        for n in range(1, 31)
    }
    creators |= {
        f"f{n:02d}": {"followers": 5_000.0, "category": "food", "reply_rate_90d": 0.9}
        for n in range(10)
    }
    shares = {name: {"berlin": 0.4, "lyon": 0.2} for name in creators}
    return invented_snapshot(creators, shares=shares)


def rows_of(**known: Any) -> BookingRows:
    settled: dict[str, Any] = {"category": "skincare", "language": "de", "followers": 9_000}
    proposed = booking("new", creator=ProposedCreator(**(settled | known)))
    return booking_rows(catalog_of_forty(), campaign(), (booking("s01"), proposed))


def test_what_is_not_given_is_the_median_of_the_25_nearest() -> None:
    rows = rows_of()
    assert rows.filled == ("new",)
    assert rows.unknown_accounts == rows.guessed_audience == ()
    row = rows.features.iloc[1]
    # By log followers the 25 nearest to 9,000 are those with 1,000 to 25,000 and not 26,000.
    nearest = sorted(range(1, 31), key=lambda n: abs(np.log1p(1_000 * n) - np.log1p(9_000)))[:25]
    assert row["reply_rate_90d"] == pytest.approx(np.median(nearest) / 100)
    assert row["log_followers_total"] == pytest.approx(np.log(9_001))
    assert row["follower_tier"] == 1
    assert np.isnan(row["sponsored_share_90d"])
    # Views are the peers' views per follower times the followers proposed.
    assert row["log_median_views_90d"] == pytest.approx(np.log(2_701))
    assert row["log_views_per_post"] == pytest.approx(np.log(2_701))
    assert row["audience_in_markets"] == pytest.approx(0.6)
    assert row["creator_category"] == "skincare"
    expected = 9_000 * 0.4 * (1 - 1 / 1.9)
    assert rows.reach.gross[1, 0] == pytest.approx(expected, rel=1e-6)


def test_what_is_given_is_used_as_it_is() -> None:
    row = rows_of(
        engagement_rate=0.11, reply_rate=0.77, sponsored_share=0.3, is_virtual=True
    ).features.iloc[1]
    assert row["log_engagement_per_follower_90d"] == pytest.approx(np.log(1.11))
    assert row["reply_rate_90d"] == 0.77
    assert row["sponsored_share_90d"] == 0.3
    assert row["is_virtual"] == 1


def test_a_given_audience_decides_where_people_are_reached() -> None:
    rows = rows_of(audience={"market": {"hamburg": 0.5, "lyon": 0.25}})
    row = rows.features.iloc[1]
    people = 9_000 * (1 - 1 / 1.9)
    np.testing.assert_allclose(rows.reach.gross[1], [0, people / 2, people / 4], rtol=1e-6)
    assert row["audience_top_market_share"] == 0.5
    assert row["audience_home_country_share"] == 0.5
    assert row["audience_market_concentration"] == pytest.approx(0.3125 / 0.5625)


@pytest.mark.parametrize(
    ("known", "reply_rate"),
    [
        pytest.param({"category": "food"}, 0.9, id="niche and language"),
        pytest.param({"category": "food", "language": "fr"}, 0.9, id="niche"),
        pytest.param({"category": "cars", "followers": 5_001}, 0.9, id="language"),
        pytest.param(
            {"category": "cars", "language": "fr", "followers": 5_001}, 0.9, id="whole catalog"
        ),
    ],
)
def test_where_too_few_are_similar_fewer_traits_count(
    known: dict[str, Any], reply_rate: float
) -> None:
    found = rows_of(**known).features["reply_rate_90d"].iloc[1]
    if known["category"] == "food":
        assert found == reply_rate
    else:
        # The ten of food and 15 of skincare lie around 5,000 followers.
        assert 0.05 < found < reply_rate


def test_a_wrong_audience_is_named_by_path() -> None:
    with pytest.raises(InvalidRequestError) as caught:
        rows_of(audience={"market": {"berlin": 0.9, "paris": 0.4}})
    paths = [fault.path for fault in caught.value.faults]
    assert paths == ["roster.1.creator.audience.market.paris", "roster.1.creator.audience.market"]
    assert "found a sum of 1.3" in str(caught.value)


def test_a_creator_of_the_catalog_is_not_replaced_by_a_proposal() -> None:
    proposal = ProposedCreator("food", "fr", 7)
    snapshot = catalog_of_forty()
    rows = booking_rows(snapshot, campaign(), (booking("s09", creator=proposal),))
    plain = booking_rows(snapshot, campaign(), (booking("s09"),))
    assert rows.filled == ()
    assert rows.features.equals(plain.features)


def test_a_proposal_for_an_empty_catalog_leaves_everything_else_unknown() -> None:
    snapshot = invented_snapshot({"ada": {"followers": np.nan}}, shares={})
    creator = ProposedCreator("skincare", "de", 1_000)
    rows = booking_rows(snapshot, campaign(), (booking("new", creator=creator),))
    assert np.isnan(rows.features["reply_rate_90d"].iloc[0])
    assert np.isfinite(rows.reach.shapley).all()
