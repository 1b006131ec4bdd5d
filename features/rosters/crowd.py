"""Whom a roster's posts are shown to, and how its bookings share these people."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from features.people.coverage import (
    FloatArray,
    IntArray,
    PersonTypes,
    Shares,
    typed_coverage,
    typed_totals,
)
from features.people.niches import core_labels, person_types
from features.people.overlap import (
    SampledFollowers,
    SampledOverlap,
    has_followers,
    kept_parts,
    sampled_overlap,
)
from features.people.viewing import audience_shown, chance_to_see
from features.rosters.roster import BookedCreators, BookedRoster


@dataclass(frozen=True, eq=False)
class Crowd:
    """Whom the roster's posts are shown to.

    `audience` [creators, markets] is the people shown any of a creator's bookings, `chance`
    [bookings] the chance that one of them sees a booking's posts, `creator` [bookings] a row.
    """

    creators: BookedCreators
    creator: IntArray
    audience: FloatArray
    chance: FloatArray
    population: FloatArray


def crowd_of(booked: BookedRoster, markets: IntArray, population: FloatArray) -> Crowd:
    """Return the people of these markets (positions in the catalog) shown the posts.

    Two bookings of one creator meet the same people: the larger audience of the two holds
    the smaller.
    """
    accounts, creator = booked.accounts, booked.creator
    shown = audience_shown(accounts.followers, accounts.views_per_post)
    largest = np.zeros(len(booked.creators.creator_ids))
    np.maximum.at(largest, creator, shown)
    part = np.divide(shown, largest[creator], out=np.zeros_like(shown), where=shown > 0)
    seen = chance_to_see(booked.posts, accounts.followers, accounts.views_per_post)
    audience = largest[:, None] * booked.creators.shares[:, markets]
    return Crowd(
        booked.creators, creator, np.minimum(audience, population), seen * part, population
    )


@dataclass(frozen=True, eq=False)
class Sampled:
    """What sampled followers say of some of a roster's bookings.

    `own` [bookings with a sample, markets] is the people a booking would have for itself if
    nobody followed two of these creators; `overlap` says what part of them it keeps.
    """

    own: FloatArray
    overlap: SampledOverlap


def crowd_shares(
    crowd: Crowd, sample: SampledFollowers | None, markets: IntArray
) -> tuple[Shares, Sampled | None]:
    """Return shares by sampled followers where there are any, otherwise by person types.

    The sample says what part of its own reach a booking keeps; how large that reach is in a
    market follows from the audience shares, which small creators' samples are too thin for.
    Creators without sampled followers take their part of the people as the types say.
    """
    if sample is not None:
        ids = [crowd.creators.creator_ids[row] for row in crowd.creator]
        seen = np.flatnonzero(has_followers(sample, ids) & (crowd.chance > 0))
        if len(seen):
            return _sampled_shares(crowd, sample, markets, ids, seen)
    return typed_coverage(*_types(crowd)), None


def _sampled_shares(
    crowd: Crowd, sample: SampledFollowers, markets: IntArray, ids: list[str], seen: IntArray
) -> tuple[Shares, Sampled]:
    """Return shares where the bookings `seen` have sampled followers."""
    among = replace(crowd, creator=crowd.creator[seen], chance=crowd.chance[seen])
    if len(seen) == np.count_nonzero(crowd.chance):
        gross = crowd.chance[:, None] * crowd.audience[crowd.creator]
        shares = Shares(np.zeros_like(gross), np.zeros_like(gross), gross)
        people, alone = typed_totals(*_types(among))
        own = own_alone = gross[seen]
    else:
        shares, typed = typed_coverage(*_types(crowd)), typed_coverage(*_types(among))
        people, alone = float(typed.shapley.sum()), float(typed.alone.sum())
        kept, kept_alone = kept_parts(typed)
        # What bookings without a sample, whom only the types know, leave of their reach.
        own, own_alone = shares.shapley[seen] / kept, shares.alone[seen] / kept_alone
    total = max(float(shares.gross[seen].sum()), 1e-12)
    expected = (people / total, alone / total)
    overlap = sampled_overlap(sample, [ids[i] for i in seen], among.chance, markets, expected)
    shares.shapley[seen] = own * overlap.shapley.cells
    shares.alone[seen] = np.minimum(own_alone * overlap.alone.cells, shares.shapley[seen])
    return shares, Sampled(own, overlap)


def _types(crowd: Crowd) -> tuple[PersonTypes, IntArray, FloatArray]:
    """Return the person types of the booked creators, each booking's row and its chance."""
    rows = np.unique(crowd.creator)
    cell, cells = core_labels(crowd.creators.category[rows], crowd.creators.language[rows])
    order = np.argsort(cell, kind="stable")
    place = np.empty(len(crowd.creators.creator_ids), dtype=np.intp)
    place[rows[order]] = np.arange(len(rows))
    types = person_types(crowd.audience[rows[order]], crowd.population, cell[order], cells)
    return types, place[crowd.creator], crowd.chance
