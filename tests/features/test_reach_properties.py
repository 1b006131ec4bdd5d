"""What must hold of the reach of any roster, with sampled followers and without."""

from __future__ import annotations

import numpy as np
import pytest

from features.people.memberships import memberships_by_person
from features.rosters.lookup import catalog_arrays
from features.rosters.reach import RosterReach, reach_in, roster_reach
from features.rosters.roster import booked_roster
from features.snapshots.snapshot import Snapshot
from tests.features.invented import booking, campaign, follower_sample, invented_snapshot

RNG = np.random.default_rng(5)
NAMES = tuple(f"c{i}" for i in range(12))
PLACES = ("berlin", "hamburg", "lyon")


def world(sampled: int) -> Snapshot:
    """Twelve creators in three niches, of whom the first `sampled` have sampled followers."""
    niche = ("beauty", "food", "games")
    creators = {
        name: {"followers": float(20_000 * (i + 1)), "category": niche[i % 3]}
        for i, name in enumerate(NAMES)
    }
    people = {key: PLACES[key % 3] for key in range(3_000)}
    follows = {
        name: [
            (int(key) * 7919, people[int(key)])
            for key in np.unique((RNG.random(700) ** 2 * len(people)).astype(int))
        ]
        for name in NAMES[:sampled]
    }
    shares = {name: {"berlin": 0.5, "hamburg": 0.2, "lyon": 0.1} for name in NAMES}
    sample = follower_sample(follows) if follows else None
    return invented_snapshot(creators, shares=shares, followers=sample)


@pytest.fixture(params=[0, 6, 12], ids=["no sample", "half sampled", "all sampled"])
def snapshot(request: pytest.FixtureRequest) -> Snapshot:
    return world(request.param)


def reach_of(snapshot: Snapshot, *names: str) -> RosterReach:
    return roster_reach(snapshot, campaign(), tuple(booking(name) for name in names))


def test_shares_add_up_and_nobody_reaches_more_than_alone(snapshot: Snapshot) -> None:
    reach = reach_of(snapshot, *NAMES)
    np.testing.assert_allclose(reach.shapley.sum(axis=0), reach.people)
    assert (reach.shapley <= reach.gross * (1 + 1e-9)).all()
    assert (reach.unique <= reach.shapley.sum(axis=1) * (1 + 1e-9)).all()
    assert (reach.people <= reach.population).all()
    assert reach.total_people >= reach.gross.sum(axis=1).max()


def test_another_creator_never_lowers_the_people(snapshot: Snapshot) -> None:
    people = [reach_of(snapshot, *NAMES[: n + 1]).people for n in range(len(NAMES))]
    assert (np.diff(people, axis=0) >= 0).all()


def test_the_order_of_bookings_does_not_matter(snapshot: Snapshot) -> None:
    order = RNG.permutation(len(NAMES))
    reach = reach_of(snapshot, *NAMES)
    turned = reach_of(snapshot, *(NAMES[i] for i in order))
    np.testing.assert_allclose(turned.shapley, reach.shapley[order])
    np.testing.assert_allclose(turned.unique, reach.unique[order])


def test_a_creator_booked_twice_shares_with_themselves(snapshot: Snapshot) -> None:
    reach = reach_of(snapshot, *NAMES, NAMES[0])
    once = reach_of(snapshot, *NAMES)
    np.testing.assert_allclose(reach.shapley[0], reach.shapley[-1])
    assert (reach.shapley[0] < once.shapley[0]).all()
    assert reach.total_people < once.total_people + once.gross[0].sum()
    # A repetition lowers the roster's mean, towards which a thin sample draws every booking.
    least = 1.0 if catalog_arrays(snapshot).sample is None else 0.98
    assert reach.total_people > least * once.total_people


def test_nobody_is_reached_where_nobody_lives(snapshot: Snapshot) -> None:
    arrays = catalog_arrays(snapshot)
    arrays.population[1] = 0
    booked = booked_roster(arrays, tuple(booking(name) for name in NAMES))
    reach = reach_in(arrays, tuple(arrays.market_row), booked, with_error=True)
    for people in (reach.people, reach.shapley[0], reach.gross[0]):
        assert people[1] == 0
        assert np.isfinite(people).all()
    assert reach.error is None or np.isfinite(reach.error.markets).all()


def test_a_market_is_reached_alike_whichever_others_are_asked_for(snapshot: Snapshot) -> None:
    booked = booked_roster(catalog_arrays(snapshot), tuple(booking(name) for name in NAMES))
    everywhere = reach_in(catalog_arrays(snapshot), PLACES, booked)
    turned = reach_in(catalog_arrays(snapshot), PLACES[::-1], booked)
    np.testing.assert_allclose(turned.shapley, everywhere.shapley[:, ::-1])


def test_memberships_are_those_counted_person_by_person() -> None:
    shape = (7, 4)
    person = RNG.integers(0, 40, 150)
    booked = RNG.integers(0, shape[0], 150)
    pairs = np.unique(np.stack([person, booked]), axis=1)
    person, booked = pairs[:, RNG.permutation(pairs.shape[1])]
    cell = booked * shape[1] + person % shape[1]
    identity = person.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    found = memberships_by_person(identity, cell, shape)
    theirs = [sorted(booked[person == key]) for key in np.unique(person)]
    expected = sorted(list(map(int, rows)) for rows in theirs if len(rows) > 1)
    groups = np.split(found.booking, found.first[1:])
    assert sorted(sorted(group.tolist()) for group in groups) == expected
    np.testing.assert_array_equal(found.many, [len(group) for group in groups])
    counts = np.zeros(shape)
    np.add.at(counts, (booked, person % shape[1]), 1)
    np.testing.assert_array_equal(found.counts, counts)
