"""The standing parts of a world put together, and how audiences change with time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.worlds.accounts import Accounts, build_accounts
from experiments.worlds.brands import Brands, build_brands
from experiments.worlds.creators import Creators, build_creators
from experiments.worlds.geography import Geography, build_geography
from experiments.worlds.people import Followings, People, build_people, follow
from experiments.worlds.settings import Floats, Ints, WorldSettings

DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class World:
    """Everything that does not depend on campaigns."""

    settings: WorldSettings
    geography: Geography
    people: People
    creators: Creators
    followings: Followings
    accounts: Accounts
    brands: Brands
    #: Followers of each creator's largest account on the last day of the data.
    followers: Floats

    def years_from_end(self, day: np.datetime64) -> float:
        """Years from the last day of the data to a day; negative before it."""
        return float((day - self.settings.last_day) / np.timedelta64(1, "D")) / DAYS_PER_YEAR

    def years_from_middle(self, day: np.datetime64) -> float:
        """Years from the middle of the data to a day."""
        return self.years_from_end(day) + self.settings.weeks * 3.5 / DAYS_PER_YEAR

    def followers_on(self, day: np.datetime64) -> Floats:
        """Followers of each creator's largest account on a day."""
        growth = np.exp(self.creators.growth * self.years_from_end(day))
        return np.asarray(self.followers * growth)

    def market_mix(self, day: np.datetime64, creators: Ints) -> Floats:
        """[creator, market] shares of followers in the world's markets on a day, summing to 1."""
        drift = self.creators.market_drift[creators] * self.years_from_end(day)
        mix = self.followings.by_market[creators] * np.exp(drift)
        return np.asarray(mix / mix.sum(axis=1, keepdims=True))

    def presence(self, day: np.datetime64, creators: Ints) -> Floats:
        """[creator, market] followers on a day relative to those on the last day of the data."""
        now = self.followings.by_market[creators]
        share = now / now.sum(axis=1, keepdims=True)
        ratio = np.divide(
            self.market_mix(day, creators),
            share,
            out=np.ones_like(share),
            where=share > 0,
        )
        size = self.followers_on(day)[creators] / self.followers[creators]
        return np.asarray(ratio * size[:, None])


def build_world(settings: WorldSettings) -> World:
    """Draw the standing parts of a world."""
    geography = build_geography(settings)
    creators = build_creators(settings, geography)
    people = build_people(settings, geography)
    followings = follow(settings, people, creators)
    # A simulated person is many people: the count is rounded to whole persons, so spread it again.
    spread = settings.stream("followers").uniform(-0.45, 0.45, creators.count)
    followers = (followings.people + spread) * people.weight
    return World(
        settings=settings,
        geography=geography,
        people=people,
        creators=creators,
        followings=followings,
        accounts=build_accounts(settings, creators),
        brands=build_brands(settings, geography),
        followers=followers / (creators.authentic * creators.inside),
    )
