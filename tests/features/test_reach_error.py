"""Standard errors of people reached, against drawing the sample again and again."""

from __future__ import annotations

import numpy as np
import pytest

from features.history.followers import FollowerSample
from features.people.coverage import FloatArray
from features.people.overlap import SampledOverlap, sampled_followers, sampled_overlap
from features.people.sampling_error import people_error
from features.rosters.lookup import catalog_arrays
from features.rosters.reach import reach_in
from features.rosters.roster import booked_roster
from tests.features.invented import MARKETS, booking, follower_sample, invented_snapshot

PEOPLE, CREATORS, PLACES, RATE = 12_000, 6, 3, 0.3
RNG = np.random.default_rng(11)
HOME = RNG.integers(0, PLACES, PEOPLE)
CHANCE = RNG.uniform(0.2, 0.6, CREATORS)
MARKET_IDS = tuple(f"m{i}" for i in range(PLACES))
IDS = tuple(f"c{i}" for i in range(CREATORS))


def population() -> FloatArray:
    """Who follows whom, [creators, people]: a core and heavy users, alike everywhere."""
    pull = RNG.gamma(1, 1, PEOPLE) * np.where(RNG.random(PEOPLE) < 0.1, 10, 1)
    size = RNG.uniform(1_000, 3_000, (CREATORS, 1))
    follows: FloatArray = RNG.random((CREATORS, PEOPLE)) < np.minimum(pull / pull.sum() * size, 1)
    return follows


FOLLOWS = population()


def by_market(people: FloatArray) -> FloatArray:
    return np.bincount(HOME, weights=people, minlength=PLACES).astype(float)


def drawn_overlap(rng: np.random.Generator, rate: float) -> SampledOverlap:
    """What one sample of the population says, drawn towards nothing it does not say itself."""
    key = rng.integers(-(2**62), 2**62, PEOPLE)
    kept = rng.random(PEOPLE) < rate
    rows = [np.flatnonzero(follows & kept) for follows in FOLLOWS]
    rows = [row[np.argsort(key[row])] for row in rows]
    sample = FollowerSample(
        IDS,
        np.cumsum([0, *map(len, rows)]).astype(np.int64),
        key[np.concatenate(rows)],
        HOME[np.concatenate(rows)].astype(np.int16),
        MARKET_IDS,
        rate,
    )
    coded = sampled_followers(sample, {market: i for i, market in enumerate(MARKET_IDS)})
    return sampled_overlap(coded, IDS, CHANCE, np.arange(PLACES), (0.8, 0.6))


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    own = CHANCE[:, None] * np.array([by_market(follows) for follows in FOLLOWS])
    truth = by_market(1 - np.prod(1 - CHANCE[:, None] * FOLLOWS, axis=0))
    rng = np.random.default_rng(12)
    found, errors, totals = [], [], []
    for _ in range(250):
        overlap = drawn_overlap(rng, RATE)
        error = people_error(overlap, own)
        found.append((own * overlap.shapley.cells).sum(axis=0))
        errors.append(error.markets)
        totals.append(error.total)
    people, spread, total = np.array(found), np.array(errors), np.array(totals)
    # The errors are the spread of the estimates, within what 250 draws tell of a spread.
    np.testing.assert_allclose(spread.mean(axis=0), people.std(axis=0), rtol=0.15)
    assert total.mean() == pytest.approx(people.sum(axis=1).std(), rel=0.15)
    held = np.abs(people - truth) <= 1.645 * spread
    held_total = np.abs(people.sum(axis=1) - truth.sum()) <= 1.645 * total
    # 90 %, give or take three standard errors of a share of 250 draws.
    assert 0.86 <= held.mean() <= 0.94
    assert 0.84 <= held_total.mean() <= 0.96


def test_whoever_counts_everybody_has_no_sampling_error() -> None:
    own = CHANCE[:, None] * np.array([by_market(follows) for follows in FOLLOWS])
    overlap = drawn_overlap(np.random.default_rng(1), 1.0)
    # More than 500 followers a booking are thinned, which is sampling too.
    used = people_error(overlap, own).total
    everybody = SampledOverlap(
        overlap.shapley, overlap.alone, overlap.memberships, overlap.left, rate=1.0
    )
    assert used > 0
    assert people_error(everybody, own).total == 0


def test_reach_tells_errors_when_asked_and_none_without_a_sample() -> None:
    follows = {
        "ada": [(key, "berlin" if key % 2 else "lyon") for key in range(400)],
        "bo": [(key, "berlin" if key % 2 else "lyon") for key in range(200, 600)],
    }
    creators = {name: {"followers": 40_000.0} for name in follows}
    shares = {name: {"berlin": 0.4, "lyon": 0.3} for name in follows}
    roster = (booking("ada"), booking("bo"))
    market_ids = tuple(MARKETS)
    sample = follower_sample(follows)
    with_sample = catalog_arrays(invented_snapshot(creators, shares=shares, followers=sample))
    booked = booked_roster(with_sample, roster)
    reach = reach_in(with_sample, market_ids, booked, with_error=True)
    assert reach.error is not None
    assert reach.error.markets.shape == reach.people.shape
    assert 0 < reach.error.total < 0.1 * reach.total_people
    assert reach.error.total <= reach.error.markets.sum()
    assert reach_in(with_sample, market_ids, booked).error is None
    without = catalog_arrays(invented_snapshot(creators))
    assert reach_in(without, market_ids, booked, with_error=True).error is None
