"""People, impressions and each booking's part of a roster's reach, market by market."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.entities import Campaign, Roster
from features.errors import FieldFault, InvalidRequestError
from features.people.coverage import FloatArray
from features.people.sampling_error import PeopleError, people_error
from features.people.viewing import audience_shown, chance_to_see
from features.rosters.crowd import crowd_of, crowd_shares
from features.rosters.lookup import CatalogArrays, catalog_arrays
from features.rosters.roster import BookedRoster, booked_roster
from features.snapshots.snapshot import Snapshot


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
    followers    [bookings] of the booked account, wherever they live
    local        [bookings] those of them who live in these markets
    error        standard errors of `people`, where they were asked for and followers sampled
    """

    market_ids: tuple[str, ...]
    population: FloatArray
    shapley: FloatArray
    people: FloatArray
    impressions: FloatArray
    gross: FloatArray
    unique: FloatArray
    followers: FloatArray
    local: FloatArray
    error: PeopleError | None = None

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
    arrays: CatalogArrays,
    market_ids: tuple[str, ...],
    booked: BookedRoster,
    *,
    with_error: bool = False,
) -> RosterReach:
    """Return the reach of a roster that was looked up in `arrays`.

    Standard errors cost about half as much time again. They are None where no follower was
    sampled: how wrong person types are does not follow from any sample.
    """
    markets = np.array([arrays.market_row[market] for market in market_ids], dtype=np.intp)
    population = arrays.population[markets]
    shares, sampled = crowd_shares(crowd_of(booked, markets, population), arrays.sample, markets)
    # Where a thin sample of followers promises more people than there are.
    possible = population / np.maximum(shares.shapley.sum(axis=0), np.maximum(population, 1.0))
    shapley = shares.shapley * possible
    views = booked.posts * booked.accounts.views_per_post
    inside = booked.creators.shares[booked.creator][:, markets]
    followers = booked.accounts.followers
    return RosterReach(
        market_ids=market_ids,
        population=population,
        shapley=shapley,
        people=shapley.sum(axis=0),
        impressions=views[:, None] * inside,
        gross=shares.gross,
        unique=(shares.alone * possible).sum(axis=1),
        followers=followers,
        local=followers * inside.sum(axis=1),
        error=people_error(sampled.overlap, sampled.own * possible)
        if with_error and sampled
        else None,
    )


def reach_alone(
    arrays: CatalogArrays, market_ids: tuple[str, ...], booked: BookedRoster
) -> RosterReach:
    """Return the reach of each booking as if it were the only one.

    Nothing is shared: `shapley` is what the booking reaches by itself, never less than its
    share in any roster, and `people` counts a person as often as they are reached.
    """
    markets = np.array([arrays.market_row[market] for market in market_ids], dtype=np.intp)
    population, accounts = arrays.population[markets], booked.accounts
    local = booked.creators.shares[booked.creator][:, markets]
    shown = audience_shown(accounts.followers, accounts.views_per_post)
    chance = chance_to_see(booked.posts, accounts.followers, accounts.views_per_post)
    gross = chance[:, None] * np.minimum(shown[:, None] * local, population)
    return RosterReach(
        market_ids=market_ids,
        population=population,
        shapley=gross,
        people=gross.sum(axis=0),
        impressions=(booked.posts * accounts.views_per_post)[:, None] * local,
        gross=gross,
        unique=gross.sum(axis=1),
        followers=accounts.followers,
        local=accounts.followers * local.sum(axis=1),
    )
