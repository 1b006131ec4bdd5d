"""People, impressions and each booking's part of a roster's reach, market by market."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.coverage import FloatArray, IntArray, Shares, typed_coverage
from features.entities import Campaign, Roster
from features.errors import FieldFault, InvalidRequestError
from features.lookup import CatalogArrays, catalog_arrays
from features.niches import core_labels, person_types
from features.overlap import SampledFollowers, has_followers, kept_parts, sampled_overlap
from features.roster import BookedCreators, BookedRoster, booked_roster
from features.snapshot import Snapshot
from features.viewing import audience_shown, chance_to_see


@dataclass(frozen=True, eq=False)
class RosterReach:
    """Whom a roster reaches in the campaign's markets; people are head counts.

    market_ids   the campaign's markets
    population   [markets]
    shapley      [bookings, markets] the booking's Shapley share of the people reached
    people       [markets] deduplicated people: the column sums of `shapley`
    impressions  [bookings, markets] views by people of the market
    gross        [bookings, markets] people the booking reaches by itself
    unique       [bookings] people of all these markets nobody else in the roster reaches
    """

    market_ids: tuple[str, ...]
    population: FloatArray
    shapley: FloatArray
    people: FloatArray
    impressions: FloatArray
    gross: FloatArray
    unique: FloatArray

    @property
    def total_people(self) -> float:
        """Deduplicated people over all the campaign's markets."""
        return float(self.people.sum())

    @property
    def total_impressions(self) -> float:
        """Views by people of the campaign's markets."""
        return float(self.impressions.sum())

    @property
    def frequency(self) -> float:
        """Views per person reached; 0 where nobody is reached."""
        return self.total_impressions / self.total_people if self.total_people > 0 else 0.0


def roster_reach(snapshot: Snapshot, campaign: Campaign, roster: Roster) -> RosterReach:
    """Return the roster's reach in the campaign's markets.

    Raises InvalidRequestError for creators and markets that are not in the catalog.
    """
    arrays = catalog_arrays(snapshot)
    market_ids = campaign_markets(snapshot, campaign)
    return reach_in(arrays, market_ids, booked_roster(arrays, roster))


def campaign_markets(snapshot: Snapshot, campaign: Campaign) -> tuple[str, ...]:
    """Return the campaign's markets: those named, else those the brand has sold in.

    A brand without sales is taken to sell everywhere. Raises InvalidRequestError for
    markets that are not in the catalog.
    """
    known = catalog_arrays(snapshot).market_row
    if campaign.markets is not None:
        faults = [
            FieldFault(f"campaign.markets.{i}", f"no market with id {market!r} in the catalog")
            for i, market in enumerate(campaign.markets)
            if market not in known
        ]
        if not campaign.markets:
            faults = [FieldFault("campaign.markets", "name at least one market, or leave it out")]
        if faults:
            raise InvalidRequestError(faults)
        return tuple(dict.fromkeys(campaign.markets))
    sales = snapshot.sales
    if campaign.brand_id in sales.brand_ids:
        sold = np.isfinite(sales.revenue[sales.brand_ids.index(campaign.brand_id)]).any(axis=1)
        places = [m for m, some in zip(sales.market_ids, sold, strict=True) if some and m in known]
        if places:
            return tuple(places)
    return tuple(known)


def reach_in(
    arrays: CatalogArrays, market_ids: tuple[str, ...], booked: BookedRoster
) -> RosterReach:
    """Return the reach of a roster that was looked up in `arrays`."""
    markets = np.array([arrays.market_row[market] for market in market_ids], dtype=np.intp)
    population = arrays.population[markets]
    crowd = _crowd(booked, markets, population)
    everyone = np.arange(len(crowd.creator))
    shares = _typed_shares(crowd, everyone)
    if arrays.sample is not None:
        shares = _sharpened(shares, arrays.sample, crowd, markets)
    # Where a thin sample of followers promises more people than there are.
    possible = population / np.maximum(shares.shapley.sum(axis=0), np.maximum(population, 1.0))
    shapley = shares.shapley * possible
    views = booked.posts * booked.accounts.views_per_post
    return RosterReach(
        market_ids=market_ids,
        population=population,
        shapley=shapley,
        people=shapley.sum(axis=0),
        impressions=views[:, None] * booked.creators.shares[booked.creator][:, markets],
        gross=shares.gross,
        unique=(shares.alone * possible).sum(axis=1),
    )


@dataclass(frozen=True, eq=False)
class _Crowd:
    """Whom the roster's posts are shown to.

    `audience` [creators, markets] is the people shown any of a creator's bookings, `chance`
    [bookings] the chance that one of them sees a booking's posts, `creator` [bookings] a row.
    """

    creators: BookedCreators
    creator: IntArray
    audience: FloatArray
    chance: FloatArray
    population: FloatArray


def _crowd(booked: BookedRoster, markets: IntArray, population: FloatArray) -> _Crowd:
    """Return the people shown the posts.

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
    return _Crowd(
        booked.creators, creator, np.minimum(audience, population), seen * part, population
    )


def _typed_shares(crowd: _Crowd, bookings: IntArray) -> Shares:
    """Return coverage shares of these bookings (positions in the roster) by person types."""
    rows, creator = np.unique(crowd.creator[bookings], return_inverse=True)
    cell, cells = core_labels(crowd.creators.category[rows], crowd.creators.language[rows])
    types = person_types(crowd.audience[rows], crowd.population, cell, cells)
    return typed_coverage(types, creator, crowd.chance[bookings])


def _sharpened(typed: Shares, sample: SampledFollowers, crowd: _Crowd, markets: IntArray) -> Shares:
    """Return shares by person types, corrected by sampled followers where there are any.

    The sample says what part of its own reach a booking keeps; how large that reach is in a
    market follows from the audience shares, which small creators' samples are too thin for.
    Creators without sampled followers take their part of the people as the types say.
    """
    ids = tuple(crowd.creators.creator_ids[row] for row in crowd.creator)
    seen = np.flatnonzero(has_followers(sample, ids) & (crowd.chance > 0))
    if not len(seen):
        return typed
    among = typed if len(seen) == len(ids) else _typed_shares(crowd, seen)
    sampled = tuple(ids[i] for i in seen)
    found = sampled_overlap(sample, sampled, crowd.chance[seen], markets, among)
    parts, expected = kept_parts(typed), kept_parts(among)
    parts.shapley[seen] *= found.shapley / expected.shapley
    parts.alone[seen] *= found.alone / expected.alone
    alone = np.minimum(parts.alone, parts.shapley)
    return Shares(typed.gross * parts.shapley, typed.gross * alone, typed.gross)
