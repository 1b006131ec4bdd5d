"""How much of their reach creators share, measured on the sampled followers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from features.coverage import FloatArray, IntArray, Shares, sampled_coverage
from features.followers import FollowerSample

#: So many sampled followers weigh as much as the coarser estimate a ratio is drawn towards.
_PRIOR_FOLLOWERS: Final = 50
#: Sampled followers used per booking, on average; a larger sample is thinned.
_FOLLOWERS_PER_BOOKING: Final = 500
#: Multiplier of Fibonacci hashing: spreads keys evenly whatever hash made them.
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, eq=False)
class SampledFollowers:
    """A follower sample as codes: people 0..people - 1, markets by position in the catalog.

    Creator i's followers are the entries `start[i]:start[i + 1]`. `market` is -1 where it is
    unknown; `draw` (0..1) is a fixed random number of the person, the same for all creators,
    so that keeping the small draws thins the sample and keeps it coordinated. A creator's
    entries are in the order of their draws: a thinned sample is the beginning of each span.
    """

    creator_row: dict[str, int]
    start: IntArray
    person: npt.NDArray[np.int32]
    market: npt.NDArray[np.intp]
    draw: npt.NDArray[np.float32]
    people: int


@dataclass(frozen=True, eq=False)
class SharedReach:
    """What part of a booking's own reach stays with it, 0..1, [bookings, markets].

    `shapley` after sharing each person with the others who reach them, `alone` counting
    only people nobody else reaches.
    """

    shapley: FloatArray
    alone: FloatArray


def kept_parts(shares: Shares) -> SharedReach:
    """Return shares as parts of the booking's own reach, 1 where it has none.

    Never 0, so that parts can be divided by one another.
    """
    some = shares.gross > 0

    def part(people: FloatArray) -> FloatArray:
        kept = np.divide(people, shares.gross, out=np.ones_like(people), where=some)
        return np.clip(kept, 1e-12, 1.0)

    return SharedReach(part(shares.shapley), part(shares.alone))


def sampled_followers(sample: FollowerSample, market_row: dict[str, int]) -> SampledFollowers:
    """Return the sample coded for counting; `market_row` is each market's position."""
    keys, person = np.unique(sample.keys, return_inverse=True)
    draws = (keys.astype(np.uint64) * _SPREAD) >> np.uint64(40)
    places = np.array([market_row.get(market, -1) for market in sample.market_ids] + [-1])
    draw = (draws / 2**24).astype(np.float32)[person]
    creator = np.repeat(np.arange(len(sample.indptr) - 1), np.diff(sample.indptr))
    order = np.lexsort((draw, creator))
    return SampledFollowers(
        creator_row=dict(sample.position),
        start=sample.indptr.astype(np.intp),
        person=person.astype(np.int32)[order],
        market=places[sample.markets].astype(np.intp)[order],
        draw=draw[order],
        people=len(keys),
    )


def has_followers(sample: SampledFollowers, creator_ids: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Return which creators have sampled followers, [creators]."""
    first, last = _spans(sample, creator_ids)
    return last > first


def sampled_overlap(
    sample: SampledFollowers,
    creator_ids: tuple[str, ...],
    chance: FloatArray,
    markets: IntArray,
    expected: Shares,
) -> SharedReach:
    """Return the part of its reach each booking keeps, estimated on sampled followers.

    `creator_ids` and `chance` are [bookings], `markets` the campaign's market positions;
    `expected` is what person types say of the same roster. Small creators have few sampled
    followers in a market, so a ratio of a booking in a market is drawn towards the booking's
    over all its followers, this towards the roster's, and this towards `expected`.
    """
    booking, person, market = _entries(sample, creator_ids)
    left, alone = sampled_coverage(_compact(person, sample.people), chance[booking])
    column = np.full(int(sample.market.max(initial=0)) + 2, len(markets))
    inside = markets < len(column) - 1
    column[markets[inside]] = np.flatnonzero(inside)
    width = len(markets) + 1
    cell = booking * width + column[market]  # the last column holds every other market
    shape = (len(creator_ids), width)

    def per_cell(weights: FloatArray | None) -> FloatArray:
        sums = np.bincount(cell, weights=weights, minlength=shape[0] * shape[1])
        return sums.reshape(shape).astype(float)

    counts = per_cell(None)
    gross = max(float(expected.gross.sum()), 1e-12)
    return SharedReach(
        _pooled(per_cell(left), counts, float(expected.shapley.sum()) / gross),
        _pooled(per_cell(alone), counts, float(expected.alone.sum()) / gross),
    )


def _pooled(kept: FloatArray, counts: FloatArray, expected: float) -> FloatArray:
    """Return kept / counts by booking and market, drawn towards coarser estimates."""
    roster = _drawn(kept.sum(), counts.sum(), np.asarray(expected))
    bookings = _drawn(kept.sum(axis=1), counts.sum(axis=1), roster)[:, None]
    return _drawn(kept[:, :-1], counts[:, :-1], bookings)


def _drawn(kept: FloatArray, counts: FloatArray, prior: FloatArray) -> FloatArray:
    return (kept + _PRIOR_FOLLOWERS * prior) / (counts + _PRIOR_FOLLOWERS)


def _spans(sample: SampledFollowers, creator_ids: tuple[str, ...]) -> tuple[IntArray, IntArray]:
    rows = np.array([sample.creator_row.get(creator, -1) for creator in creator_ids], dtype=np.intp)
    first = np.where(rows >= 0, sample.start[rows], 0)
    last = np.where(rows >= 0, sample.start[rows + 1], 0)
    return first, last


def _entries(
    sample: SampledFollowers, creator_ids: tuple[str, ...]
) -> tuple[IntArray, IntArray, IntArray]:
    """Return booking, person and market of every (booking, sampled follower), thinned."""
    first, last = _spans(sample, creator_ids)
    counts = last - first
    kept = _FOLLOWERS_PER_BOOKING * len(counts) / max(int(counts.sum()), 1)
    if kept < 1:
        spans = zip(first, last, strict=True)
        counts = np.array([np.searchsorted(sample.draw[a:b], kept) for a, b in spans])
    booking = np.repeat(np.arange(len(counts)), counts)
    entry = np.arange(len(booking)) + np.repeat(first - (np.cumsum(counts) - counts), counts)
    return booking, sample.person[entry].astype(np.intp), sample.market[entry]


def _compact(person: IntArray, people: int) -> IntArray:
    """Return person codes renumbered without gaps: those not in this roster fall out."""
    present = np.zeros(people, dtype=np.int32)
    present[person] = 1
    codes: IntArray = (np.cumsum(present, dtype=np.intp) - 1)[person]
    return codes
