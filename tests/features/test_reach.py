"""A roster's reach by market, against hand-computed values and its own definition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from features.entities import Booking
from features.errors import InvalidRequestError
from features.people.coverage import FloatArray, typed_coverage
from features.people.niches import CORE_FOLLOWERS, CORE_PEOPLE, core_labels, person_types
from features.people.viewing import chance_to_see
from features.rosters.reach import RosterReach, campaign_markets, roster_reach
from features.snapshots.snapshot import Snapshot
from tests.features.invented import MARKETS, booking, campaign, invented_snapshot

#: 3 posts with 0.2 views per follower each: 1 - 1 / (1 + 0.6).
CHANCE = 0.375


def reach_of(snapshot: Snapshot, *bookings: Booking) -> RosterReach:
    return roster_reach(snapshot, campaign(), bookings)


def four_creators() -> Snapshot:
    """Two of one niche, one of another, one who publishes in French."""
    return invented_snapshot(
        {
            "ada": {"followers": 200_000.0},
            "bo": {"followers": 900_000.0},
            "cy": {"followers": 60_000.0, "category": "food"},
            "di": {"followers": 400_000.0, "language": "fr", "country": "FR"},
        },
        shares={
            "ada": {"berlin": 0.5, "hamburg": 0.1},
            "bo": {"berlin": 0.3, "hamburg": 0.3, "lyon": 0.1},
            "cy": {"berlin": 0.2},
            "di": {"lyon": 0.6, "berlin": 0.1},
        },
    )


def test_one_creator_reaches_their_followers_who_live_there() -> None:
    snapshot = invented_snapshot(
        {"ada": {"followers": 100_000.0}}, shares={"ada": {"berlin": 0.5, "lyon": 0.1}}
    )
    reach = reach_of(snapshot, booking("ada"))
    assert reach.market_ids == ("berlin", "hamburg", "lyon")
    np.testing.assert_array_equal(reach.population, [3_000_000, 1_000_000, 500_000])
    expected = [100_000 * 0.5 * CHANCE, 0, 100_000 * 0.1 * CHANCE]
    np.testing.assert_allclose(reach.gross[0], expected, rtol=1e-6)
    np.testing.assert_allclose(reach.shapley[0], expected, rtol=1e-6)
    np.testing.assert_allclose(reach.people, expected, rtol=1e-6)
    # 3 posts x 20,000 views, half of them and a tenth of them in the markets.
    np.testing.assert_allclose(reach.impressions[0], [30_000, 0, 6_000], rtol=1e-6)
    assert reach.unique[0] == pytest.approx(22_500)
    assert reach.followers[0] == pytest.approx(100_000)
    assert reach.local[0] == pytest.approx(60_000)
    assert reach.total_people == pytest.approx(22_500)
    assert reach.total_impressions == pytest.approx(36_000)
    assert reach.frequency == pytest.approx(1.6)


def test_shares_are_the_mean_over_all_orders_of_what_rosters_reach() -> None:
    snapshot = four_creators()
    roster = (booking("ada"), booking("bo", posts=1), booking("cy"), booking("di", posts=9))

    def people(chosen: tuple[int, ...]) -> FloatArray:
        return reach_of(snapshot, *(roster[i] for i in chosen)).people if chosen else np.zeros(3)

    orders = list(permutations(range(4)))
    gains = np.zeros((4, 3))
    for order in orders:
        for place, player in enumerate(order):
            gains[player] += people(order[: place + 1]) - people(order[:place])
    whole = reach_of(snapshot, *roster)
    np.testing.assert_allclose(whole.shapley, gains / len(orders), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(whole.shapley.sum(axis=0), whole.people)
    for player in range(4):
        rest = tuple(other for other in range(4) if other != player)
        assert whole.unique[player] == pytest.approx((whole.people - people(rest)).sum())
        np.testing.assert_allclose(whole.gross[player], people((player,)))


def test_order_does_not_matter_and_nobody_gains_from_nobody() -> None:
    snapshot = four_creators()
    roster = [booking("ada"), booking("bo"), booking("cy")]
    reach = reach_of(snapshot, *roster)
    turned = reach_of(snapshot, *roster[::-1])
    np.testing.assert_allclose(turned.shapley, reach.shapley[::-1])
    silent = invented_snapshot(
        {"ada": {"followers": 5_000.0}, "no": {"followers": 0.0}, "un": {"followers": np.nan}}
    )
    alone = reach_of(silent, booking("ada"))
    joined = reach_of(silent, booking("no"), booking("ada"), booking("un"))
    np.testing.assert_array_equal(joined.shapley[[0, 2]], 0.0)
    np.testing.assert_array_equal(joined.impressions[[0, 2]], 0.0)
    np.testing.assert_allclose(joined.shapley[1], alone.shapley[0])


def test_nobody_reached_has_no_frequency() -> None:
    snapshot = invented_snapshot({"no": {"followers": 0.0}})
    reach = reach_of(snapshot, booking("no"))
    assert (reach.total_people, reach.frequency) == (0.0, 0.0)


def test_two_platforms_of_one_creator_meet_the_same_people() -> None:
    accounts = {
        ("ada", "instagram"): {"followers": 10_000.0, "median_views_90d": 2_000.0},
        ("ada", "tiktok"): {"followers": 10_000.0, "median_views_90d": 2_000.0},
        ("ada", "youtube"): {"followers": 5_000.0, "median_views_90d": 1_000.0},
    }
    snapshot = invented_snapshot({"ada": {"followers": 10_000.0}}, accounts=accounts)
    both = reach_of(snapshot, booking("ada"), booking("ada", platform="tiktok"))
    assert both.total_people == pytest.approx(5_000 * (1 - (1 - CHANCE) ** 2), rel=1e-6)
    np.testing.assert_allclose(both.shapley[0], both.shapley[1])
    # Half of the followers are on the smaller account, and all of these on the larger.
    nested = reach_of(snapshot, booking("ada"), booking("ada", platform="youtube"))
    half = 1 - CHANCE / 2
    assert nested.total_people == pytest.approx(5_000 * (1 - (1 - CHANCE) * half), rel=1e-6)


def test_views_beyond_the_followers_reach_strangers() -> None:
    accounts = {("ada", "tiktok"): {"followers": 1_000.0, "median_views_90d": 9_000.0}}
    snapshot = invented_snapshot({"ada": {"followers": 1_000.0}}, accounts=accounts)
    reach = reach_of(snapshot, booking("ada", platform="tiktok", posts=1))
    # Shown to 9,000 people, one view each; half of them live in berlin.
    assert reach.total_people == pytest.approx(9_000 * 0.5 * 0.5)
    assert reach.total_impressions == pytest.approx(4_500)


def test_no_more_people_than_live_there() -> None:
    giants = {f"g{i}": {"followers": 5e7} for i in range(12)}
    roster = [booking(name, posts=50) for name in giants]
    reach = reach_of(invented_snapshot(giants), *roster)
    assert reach.gross.max() <= 3_000_000
    assert 2_900_000 < reach.people[0] <= 3_000_000
    np.testing.assert_allclose(reach.shapley[:, 0], reach.people[0] / 12)


@pytest.mark.parametrize(
    ("posts", "followers", "views", "chance"),
    [(1, 100, 100, 0.5), (4, 100, 25, 0.5), (1, 100, 900, 0.5), (50, 10, 90, 0.95), (3, 0, 0, 0)],
)
def test_chance_to_see(posts: int, followers: float, views: float, chance: float) -> None:
    found = chance_to_see(*(np.array([float(x)]) for x in (posts, followers, views)))
    assert found[0] == pytest.approx(chance, abs=1e-3)


def micro_roster(category: Callable[[int], str], language: Callable[[int], str]) -> float:
    """Unique ÷ gross reach of 50 micro creators in 40 markets of 60 million people."""
    rng = np.random.default_rng(3)
    followers = np.exp(rng.uniform(np.log(1_000), np.log(100_000), 50))
    shares = 0.9 * rng.dirichlet(np.full(40, 5.0), 50)
    chance = chance_to_see(rng.integers(1, 5, 50).astype(float), followers, 0.25 * followers)
    population = np.full(40, 1.5e6)
    niches = np.array([category(i) for i in range(50)])
    cell, cells = core_labels(niches, np.array([language(i) for i in range(50)]))
    order = np.argsort(cell)
    types = person_types((followers[:, None] * shares)[order], population, cell[order], cells)
    found = typed_coverage(types, np.arange(50), chance[order])
    return float(found.shapley.sum() / found.gross.sum())


def test_micro_creators_of_one_niche_overlap_as_published() -> None:
    """Unique ÷ gross is 0.78-0.92 with niche cores and heavy users (docs: published numbers)."""
    one_niche = micro_roster(lambda i: "skincare", lambda i: "de")
    five_niches = micro_roster(lambda i: f"niche {i % 5}", lambda i: "de")
    three_languages = micro_roster(lambda i: "skincare", lambda i: ("de", "tr", "en")[i % 3])
    assert 0.78 <= one_niche <= 0.92
    assert one_niche + 0.04 < five_niches < 1
    assert one_niche + 0.04 < three_languages < 1


def test_person_types_hold_the_audience_exactly() -> None:
    audience = np.array([[1_000.0, 20_000.0, 990_000.0], [50.0, 500_000.0, 0.0]])
    population = np.full(3, 1e6)
    types = person_types(audience, population, np.array([0, 1]), 2)
    found = typed_coverage(types, np.arange(2), np.ones(2) - 1e-9)
    np.testing.assert_allclose(found.gross, audience, rtol=1e-6)
    heads = types.people.sum(axis=(0, 1)) + types.others.sum(axis=0)
    np.testing.assert_allclose(heads, population)
    # Where nothing is full, the core holds its part of the followers.
    inside = (types.in_cell[0] * types.people[0]).sum(axis=0)
    np.testing.assert_allclose(inside[0], CORE_FOLLOWERS * audience[0, 0])
    np.testing.assert_allclose(types.people[0].sum(axis=0), CORE_PEOPLE * population)


def test_an_unknown_audience_is_guessed_from_country_and_language() -> None:
    located: dict[str, dict[str, Any]] = {f"k{i}": {"followers": 1_000.0} for i in range(5)}
    guessed: dict[str, dict[str, Any]] = {
        "de": {"followers": 10_000.0},
        "swiss": {"followers": 10_000.0, "country": "CH", "language": "fr"},
        "far": {"followers": 10_000.0, "country": "BR", "language": "pt"},
    }
    shares = {name: {"berlin": 0.3, "lyon": 0.1} for name in located}
    snapshot = invented_snapshot({**located, **guessed}, shares=shares)
    reach = reach_of(snapshot, *(booking(name) for name in guessed))
    # Audiences that are known have 0.4 of their followers in the markets.
    shown = 10_000 * 0.4 * CHANCE
    np.testing.assert_allclose(reach.gross[0], [shown * 3 / 4, shown / 4, 0], rtol=1e-6)
    np.testing.assert_allclose(reach.gross[1], [0, 0, shown], rtol=1e-6)
    np.testing.assert_array_equal(reach.gross[2], 0.0)


def test_views_nobody_counted_are_those_usual_on_the_platform_at_that_size() -> None:
    names = [f"k{i}" for i in range(5)]
    creators = {name: {"followers": 1_000.0} for name in [*names, "new"]}
    counted = {"followers": 2_000.0, "median_views_90d": 600.0}
    accounts = {(name, "tiktok"): counted for name in names}
    accounts[("new", "tiktok")] = {"followers": 50_000.0}
    snapshot = invented_snapshot(creators, accounts=accounts)
    reach = reach_of(snapshot, booking("new", platform="tiktok", posts=1))
    assert reach.total_impressions == pytest.approx(50_000 * 0.3 * 0.5)


def test_markets_of_a_campaign() -> None:
    revenue = {("brand", "lyon"): [1.0, 2.0], ("other", "berlin"): [5.0, 5.0]}
    snapshot = invented_snapshot({"ada": {}}, revenue=revenue)
    assert campaign_markets(snapshot, campaign(markets=("lyon", "berlin"))) == ("lyon", "berlin")
    assert campaign_markets(snapshot, campaign(markets=None)) == ("lyon",)
    unsold = campaign(markets=None, brand_id="new")
    assert campaign_markets(snapshot, unsold) == tuple(MARKETS)
    with pytest.raises(InvalidRequestError, match=r"campaign\.markets\.1: no market .*'paris'"):
        campaign_markets(snapshot, campaign(markets=("lyon", "paris")))
    with pytest.raises(InvalidRequestError, match=r"campaign\.markets: name at least one"):
        campaign_markets(snapshot, campaign(markets=()))


def test_unknown_creators_are_all_named_by_path() -> None:
    snapshot = invented_snapshot({"ada": {}})
    with pytest.raises(InvalidRequestError) as caught:
        reach_of(snapshot, booking("zoe"), booking("ada"), booking("yan", platform="fax"))
    paths = [fault.path for fault in caught.value.faults]
    assert paths == ["roster.0.creator_id", "roster.2.platform", "roster.2.creator_id"]
    with pytest.raises(InvalidRequestError, match="roster: at least one booking"):
        reach_of(snapshot)


def test_markets_may_stand_in_another_order_than_the_audience() -> None:
    snapshot = four_creators()
    turned = replace(snapshot, markets=snapshot.markets.iloc[::-1])
    one, other = (reach_of(s, booking("bo"), booking("di")) for s in (snapshot, turned))
    np.testing.assert_allclose(one.shapley, other.shapley)
