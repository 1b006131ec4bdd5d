"""How much of their reach creators share, measured on the sampled followers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from features.history.followers import FollowerSample
from features.people.coverage import FloatArray, IntArray, Shares
from features.people.memberships import Memberships, memberships_by_person, sampled_coverage

#: So many sampled followers weigh as much as the coarser estimate a ratio is drawn towards.
PRIOR_FOLLOWERS: Final = 50
#: Sampled followers used per booking, on average; a larger sample is thinned.
_FOLLOWERS_PER_BOOKING: Final = 500
#: Multiplier of Fibonacci hashing: spreads keys evenly whatever hash made them. It is odd, so
#: that different keys stay different.
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
#: Thinning goes by this many upper bits of a person's number.
_DRAW_BITS: Final = 24


@dataclass(frozen=True, eq=False)
class SampledFollowers:
    """A follower sample made ready for counting; markets by position in the catalog.

    Creator i's followers are the entries `start[i]:start[i + 1]`. `person` is a fixed random
    number of the person, the same for all creators: it tells people apart, and keeping the
    small numbers thins the sample and keeps it coordinated. A creator's entries ascend, so
    that a thinned sample is the beginning of each span. `market` is -1 where it is unknown.
    """

    creator_row: dict[str, int]
    start: IntArray
    person: npt.NDArray[np.uint64]
    market: npt.NDArray[np.int16]
    sample_rate: float


@dataclass(frozen=True, eq=False)
class DrawnParts:
    """Parts 0..1 of their own reach, each level drawn towards the next coarser one.

    `roster` of all bookings together, `bookings` [bookings], `cells` [bookings, markets].
    """

    roster: float
    bookings: FloatArray
    cells: FloatArray


@dataclass(frozen=True, eq=False)
class SampledOverlap:
    """What part of a booking's own reach stays with it, estimated on sampled followers.

    `shapley` after sharing each person with the others who reach them, `alone` counting only
    people nobody else reaches. `left` [listed] is what sharing leaves of each membership, and
    `rate` the share of all people who are in the sample the memberships come from.
    """

    shapley: DrawnParts
    alone: DrawnParts
    memberships: Memberships
    left: FloatArray
    rate: float


def kept_parts(shares: Shares) -> tuple[FloatArray, FloatArray]:
    """Return shares (Shapley, alone) as parts of the booking's own reach, 1 where it has none.

    Never 0, so that parts can be divided by one another.
    """
    some = shares.gross > 0

    def part(people: FloatArray) -> FloatArray:
        kept = np.divide(people, shares.gross, out=np.ones_like(people), where=some)
        return np.clip(kept, 1e-12, 1.0)

    return part(shares.shapley), part(shares.alone)


def sampled_followers(sample: FollowerSample, market_row: dict[str, int]) -> SampledFollowers:
    """Return the sample made ready for counting; `market_row` is each market's position.

    Takes as much memory again as the sample itself: creators are put in order one by one.
    """
    places = [market_row.get(market, -1) for market in sample.market_ids]
    place = np.array([*places, -1], dtype=np.int16)
    person = sample.keys.astype(np.uint64)
    person *= _SPREAD
    market = np.empty(len(person), dtype=np.int16)
    for first, last in pairwise(sample.indptr.tolist()):
        order = np.argsort(person[first:last])
        person[first:last] = person[first:last][order]
        market[first:last] = place[sample.markets[first:last][order]]
    return SampledFollowers(
        creator_row=dict(sample.position),
        start=sample.indptr.astype(np.intp),
        person=person,
        market=market,
        sample_rate=sample.sample_rate,
    )


def has_followers(sample: SampledFollowers, creator_ids: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return which creators have sampled followers, [creators]."""
    first, last = _spans(sample, creator_ids)
    return last > first


def sampled_overlap(
    sample: SampledFollowers,
    creator_ids: Sequence[str],
    chance: FloatArray,
    markets: IntArray,
    expected: tuple[float, float],
) -> SampledOverlap:
    """Return the part of its reach each booking keeps, estimated on sampled followers.

    `creator_ids` and `chance` are [bookings], `markets` the campaign's market positions;
    `expected` is what part of its reach the roster keeps by person types, after sharing and
    alone. Small creators have few sampled followers in a market, so a ratio of a booking in a
    market is drawn towards the booking's over all its followers, this towards the roster's,
    and this towards `expected`.
    """
    memberships, thinned = _memberships(sample, creator_ids, markets)
    listed = chance[memberships.booking]
    left, alone = sampled_coverage(memberships.first, memberships.many, listed)
    return SampledOverlap(
        shapley=_drawn_parts(memberships, left, expected[0]),
        alone=_drawn_parts(memberships, alone, expected[1]),
        memberships=memberships,
        left=left,
        rate=thinned * sample.sample_rate,
    )


def _drawn_parts(memberships: Memberships, left: FloatArray, expected: float) -> DrawnParts:
    """Return what memberships keep, by booking and market, drawn towards coarser estimates."""
    counts = memberships.counts
    kept = counts - memberships.summed(1 - left)
    roster = _drawn(kept.sum(), counts.sum(), np.asarray(expected))
    bookings = _drawn(kept.sum(axis=1), counts.sum(axis=1), roster)
    cells = _drawn(kept[:, :-1], counts[:, :-1], bookings[:, None])
    return DrawnParts(float(roster), bookings, cells)


def _drawn(kept: FloatArray, counts: FloatArray, prior: FloatArray) -> FloatArray:
    return (kept + PRIOR_FOLLOWERS * prior) / (counts + PRIOR_FOLLOWERS)


def _spans(sample: SampledFollowers, creator_ids: Sequence[str]) -> tuple[IntArray, IntArray]:
    rows = np.array([sample.creator_row.get(creator, -1) for creator in creator_ids], dtype=np.intp)
    first = np.where(rows >= 0, sample.start[rows], 0)
    last = np.where(rows >= 0, sample.start[rows + 1], 0)
    return first, last


def _memberships(
    sample: SampledFollowers, creator_ids: Sequence[str], markets: IntArray
) -> tuple[Memberships, float]:
    """Return the bookings' sampled followers, and what part of the sample was used."""
    first, last = _spans(sample, creator_ids)
    spans = [slice(a, b) for a, b in zip(first.tolist(), last.tolist(), strict=True)]
    total = int((last - first).sum())
    used = min(1.0, _FOLLOWERS_PER_BOOKING * len(spans) / max(total, 1))
    if used < 1:
        end = np.uint64(int(np.ceil(used * 2**_DRAW_BITS)) << (64 - _DRAW_BITS))
        spans = [slice(s.start, s.start + sample.person[s].searchsorted(end)) for s in spans]
    counts = [span.stop - span.start for span in spans]
    person = np.concatenate([sample.person[span] for span in spans])
    market = np.concatenate([sample.market[span] for span in spans])
    places = len(markets) + 1
    place = np.full(max(int(market.max(initial=0)), int(markets.max())) + 2, len(markets))
    place[markets] = np.arange(len(markets))
    cell = np.repeat(np.arange(len(spans)) * places, counts)
    cell += place.take(market)
    return memberships_by_person(person, cell, (len(spans), places)), used
