"""Overlap measured on sampled followers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from features.entities import Booking
from features.rosters.reach import RosterReach, roster_reach
from features.snapshots.snapshot import Snapshot
from tests.features.invented import booking, campaign, follower_sample, invented_snapshot

#: 3 posts with 0.2 views per follower each: 1 - 1 / (1 + 0.6).
CHANCE = 0.375
#: What a booking keeps of people whom exactly one other, like it, reaches too.
KEPT = 1 - CHANCE / 2
CREATORS = {"ada": {"followers": 50_000.0}, "bo": {"followers": 50_000.0}}


def sampled(follows: dict[str, list[tuple[int, str]]], creators: object = None) -> Snapshot:
    known = CREATORS if creators is None else creators
    assert isinstance(known, dict)
    return invented_snapshot(known, followers=follower_sample(follows))


def berliners(first: int, count: int) -> list[tuple[int, str]]:
    return [(key * 7919, "berlin") for key in range(first, first + count)]


def reach_of(snapshot: Snapshot, *bookings: Booking) -> RosterReach:
    return roster_reach(snapshot, campaign(), bookings)


def test_creators_with_the_same_followers_share_them() -> None:
    both = sampled({"ada": berliners(0, 40_000), "bo": berliners(0, 40_000)})
    reach = reach_of(both, booking("ada"), booking("bo"))
    gross = 25_000 * CHANCE
    np.testing.assert_allclose(reach.gross[:, 0], gross, rtol=1e-6)
    # 800 followers per booking are read, 100 more stand for what person types say.
    np.testing.assert_allclose(reach.shapley[:, 0], gross * KEPT, rtol=0.04)
    np.testing.assert_allclose(reach.unique, gross * (1 - CHANCE), rtol=0.08)
    assert reach.people[0] == pytest.approx(reach.shapley[:, 0].sum())


def test_creators_without_common_followers_share_nobody() -> None:
    apart = sampled({"ada": berliners(0, 5_000), "bo": berliners(5_000, 5_000)})
    roster = (booking("ada"), booking("bo"))
    reach = reach_of(apart, *roster)
    typed = reach_of(replace(apart, followers=None), *roster)
    np.testing.assert_allclose(reach.shapley, reach.gross, rtol=0.01)
    assert (reach.shapley[:, 0] > typed.shapley[:, 0]).all()


def test_a_thin_sample_hardly_moves_what_person_types_say() -> None:
    thin = sampled({"ada": berliners(0, 3), "bo": berliners(0, 3)})
    roster = (booking("ada"), booking("bo"))
    reach = reach_of(thin, *roster)
    typed = reach_of(replace(thin, followers=None), *roster)
    np.testing.assert_allclose(reach.shapley[:, 0], typed.shapley[:, 0], rtol=0.03)
    assert (reach.shapley[:, 0] < typed.shapley[:, 0]).all()


def test_overlap_is_told_apart_by_market_where_the_sample_is_large() -> None:
    shares = {name: {"berlin": 0.5, "hamburg": 0.5} for name in CREATORS}
    common = [(key, "berlin") for key in range(700)]
    ada = [(key, "hamburg") for key in range(1_000, 1_800)]
    bo = [(key, "hamburg") for key in range(2_000, 2_800)]
    sample = follower_sample({"ada": common + ada, "bo": common + bo})
    snapshot = invented_snapshot(CREATORS, shares=shares, followers=sample)
    reach = reach_of(snapshot, booking("ada"), booking("bo"))
    kept = reach.shapley[0] / np.maximum(reach.gross[0], 1)
    assert kept[0] == pytest.approx(KEPT, abs=0.03)
    assert kept[1] == pytest.approx(1, abs=0.03)


def test_two_bookings_of_one_creator_share_their_followers() -> None:
    accounts = {
        ("ada", platform): {"followers": 50_000.0, "median_views_90d": 10_000.0}
        for platform in ("instagram", "tiktok")
    }
    sample = follower_sample({"ada": berliners(0, 5_000)})
    snapshot = invented_snapshot({"ada": CREATORS["ada"]}, accounts=accounts, followers=sample)
    reach = reach_of(snapshot, booking("ada"), booking("ada", platform="tiktok"))
    # Person types say the same here, so no drawing towards them can be seen.
    expected = 25_000 * (1 - (1 - CHANCE) ** 2)
    assert reach.total_people == pytest.approx(expected, rel=1e-6)


def test_creators_outside_the_sample_overlap_with_those_in_it() -> None:
    niche = {f"n{i}": {"followers": 400_000.0} for i in range(20)}
    follows = {"ada": berliners(0, 5_000), "bo": berliners(5_000, 5_000)}
    snapshot = sampled(follows, CREATORS | niche)
    pair = reach_of(snapshot, booking("ada"), booking("bo"))
    crowd = reach_of(snapshot, booking("ada"), booking("bo"), *(booking(name) for name in niche))
    assert crowd.shapley[0, 0] < 0.95 * pair.shapley[0, 0]
    np.testing.assert_allclose(crowd.shapley.sum(axis=0), crowd.people)
    assert (crowd.unique <= crowd.shapley.sum(axis=1)).all()


def test_order_and_silent_creators_change_nothing() -> None:
    creators = CREATORS | {"no": {"followers": 0.0}}
    follows = {"ada": berliners(0, 600), "bo": berliners(300, 600), "no": berliners(0, 900)}
    snapshot = sampled(follows, creators)
    reach = reach_of(snapshot, booking("ada"), booking("bo"))
    turned = reach_of(snapshot, booking("bo"), booking("no"), booking("ada"))
    np.testing.assert_allclose(turned.shapley[[2, 0]], reach.shapley)
    np.testing.assert_array_equal(turned.shapley[1], 0.0)


def test_followers_of_unknown_markets_count_for_all_markets() -> None:
    elsewhere = [(key, "atlantis") for key in range(5_000)]
    snapshot = sampled({"ada": elsewhere, "bo": elsewhere})
    reach = reach_of(snapshot, booking("ada"), booking("bo"))
    assert reach.shapley[0, 0] / reach.gross[0, 0] == pytest.approx(KEPT, abs=0.03)
