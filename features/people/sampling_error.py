"""Standard errors of people reached, from the sampling of people.

Whoever is in the sample is there by the hash of their id: each person independently with the
same chance (Poisson sampling). The estimate is a smooth function of sums over people, so its
variance is, to first order, (1 - rate) times the sum over sampled people of their influence
squared (linearisation; Särndal, Swensson and Wretman 1992, Model Assisted Survey Sampling,
section 5.5). A person who follows several creators enters as one: that is what makes
memberships depend on one another.

A person has influence on the parts kept in their own market, and through the coarser
estimates these are drawn towards on those in every other market.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from features.people.coverage import FloatArray
from features.people.memberships import Memberships
from features.people.overlap import PRIOR_FOLLOWERS, SampledOverlap


@dataclass(frozen=True, eq=False)
class PeopleError:
    """Standard errors of the people reached: by market [markets], and of them all."""

    markets: FloatArray
    total: float


@dataclass(frozen=True, eq=False)
class _Influence:
    """Sums over people of products of their influences.

    A person's influence is `direct` on the market they live in, and `coarse` on the coarser
    estimates: of each booking and, last, of the roster, [bookings + 1].

    direct  [markets] of direct squared
    mixed   [bookings + 1, markets] of direct times coarse
    coarse  [bookings + 1, bookings + 1] of coarse times coarse
    """

    direct: FloatArray
    mixed: FloatArray
    coarse: FloatArray


def people_error(overlap: SampledOverlap, own_reach: FloatArray) -> PeopleError:
    """Return the standard errors of sum over bookings of `own_reach` x part kept.

    `own_reach` [bookings, markets] is the people each booking reaches by itself, taken as
    known. What the parts lose by being drawn towards coarser estimates is no sampling error
    and not in it.
    """
    counts = overlap.memberships.counts
    by_follower = own_reach / (counts[:, :-1] + PRIOR_FOLLOWERS)
    levels = _levels(overlap, by_follower)
    single, several = _of_single(overlap.memberships, levels), _of_several(overlap, levels)
    found = _Influence(
        single.direct + several.direct,
        single.mixed + several.mixed,
        single.coarse + several.coarse,
    )
    bookings = PRIOR_FOLLOWERS * by_follower
    drawn = PRIOR_FOLLOWERS / (counts.sum(axis=1) + PRIOR_FOLLOWERS)
    pull = np.vstack([bookings, drawn @ bookings])  # [bookings + 1, markets]
    together = pull.sum(axis=1)
    markets = found.direct + ((2 * found.mixed + found.coarse @ pull) * pull).sum(axis=0)
    total = found.direct.sum() + together @ (2 * found.mixed.sum(axis=1) + found.coarse @ together)
    unseen = max(1 - overlap.rate, 0.0)
    return PeopleError(
        np.sqrt(unseen * np.maximum(markets, 0)), float(np.sqrt(unseen * max(total, 0.0)))
    )


@dataclass(frozen=True, eq=False)
class _Levels:
    """What a membership is compared with at each level, and what a difference weighs there.

    A membership of which `left` stays moves its level by weight x (left - part).

    part, weight           [bookings, places], 0 in the last place
    booking_part, .._weight [bookings]
    """

    part: FloatArray
    weight: FloatArray
    booking_part: FloatArray
    booking_weight: FloatArray
    roster_part: float
    roster_weight: float


def _levels(overlap: SampledOverlap, by_follower: FloatArray) -> _Levels:
    counts, parts = overlap.memberships.counts, overlap.shapley
    nowhere = np.zeros((len(counts), 1))
    return _Levels(
        part=np.hstack([parts.cells, nowhere]),
        weight=np.hstack([by_follower, nowhere]),
        booking_part=parts.bookings,
        booking_weight=1 / (counts.sum(axis=1) + PRIOR_FOLLOWERS),
        roster_part=parts.roster,
        roster_weight=float(1 / (counts.sum() + PRIOR_FOLLOWERS)),
    )


def _of_single(members: Memberships, levels: _Levels) -> _Influence:
    """Return the sums over people who follow one booking: alike in each booking and place."""
    people = members.counts - members.summed(None)
    direct = levels.weight * (1 - levels.part)
    by_booking = (1 - levels.booking_part) * levels.booking_weight
    by_roster = (1 - levels.roster_part) * levels.roster_weight
    moved = people * direct
    heads = people.sum(axis=1)
    return _Influence(
        direct=(moved * direct).sum(axis=0)[:-1],
        mixed=np.vstack([moved * by_booking[:, None], by_roster * moved.sum(axis=0)])[:, :-1],
        coarse=_bordered(
            np.diag(heads * by_booking**2),
            heads * by_booking * by_roster,
            float(heads.sum() * by_roster**2),
        ),
    )


def _of_several(overlap: SampledOverlap, levels: _Levels) -> _Influence:
    """Return the sums over people who follow several bookings, person by person."""
    members, left = overlap.memberships, overlap.left
    bookings, places = members.counts.shape
    first, booking, cell = members.first, members.booking, members.cell
    if not len(first):
        return _Influence(
            np.zeros(places - 1),
            np.zeros((bookings + 1, places - 1)),
            np.zeros((bookings + 1, bookings + 1)),
        )
    each = levels.weight.take(cell) * (left - levels.part.take(cell))
    direct = np.add.reduceat(each, first)
    by_roster = np.add.reduceat(left - levels.roster_part, first) * levels.roster_weight
    moved = (left - levels.booking_part[booking]) * levels.booking_weight[booking]
    ends = np.append(first, len(booking))
    by_booking = csr_array((moved, booking, ends), shape=(len(first), bookings))
    home = cell[first] % places

    def by_place(weights: FloatArray) -> FloatArray:
        return np.bincount(home, weights=weights, minlength=places)[:-1].astype(float)

    mixed = members.summed(moved * np.repeat(direct, members.many))[:, :-1]
    return _Influence(
        direct=by_place(direct**2),
        mixed=np.vstack([mixed, by_place(direct * by_roster)]),
        coarse=_bordered(
            (by_booking.T @ by_booking).toarray(),
            by_booking.T @ by_roster,
            float(by_roster @ by_roster),
        ),
    )


def _bordered(inner: FloatArray, edge: FloatArray, corner: float) -> FloatArray:
    """Return the symmetric matrix [[inner, edge], [edge, corner]]."""
    return np.block([[inner, edge[:, None]], [edge[None, :], np.array([[corner]])]])
