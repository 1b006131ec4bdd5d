"""People: where they live, what they care about, how much they scroll, and whom they follow.

A simulated person stands for `weight` people of the same kind, so the simulated people are
themselves a uniform sample of the population.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from experiments.worlds.creators import COMMUNITIES, NEIGHBOURS, Creators
from experiments.worlds.geography import Geography
from experiments.worlds.settings import Bools, Floats, Ints, WorldSettings
from experiments.worlds.vocabulary import CATEGORIES, LANGUAGES

AGES: Final = ("13-17", "18-24", "25-34", "35-44", "45-54", "55+")
GENDERS: Final = ("female", "male", "other")
#: One simulated person stands for at least this many people.
_SMALLEST_WEIGHT: Final = 100.0
#: No world simulates many more people than this.
_MOST_PEOPLE: Final = 250_000

_AGE_SHARES: Final = (0.06, 0.15, 0.22, 0.20, 0.17, 0.20)
_GENDER_SHARES: Final = (0.49, 0.49, 0.02)
#: Share of people with a niche they belong to the core of, and with a second one.
_ENGAGED_SHARE: Final = 0.25
_SECOND_NICHE_SHARE: Final = 0.35
#: How much likelier a core member is to follow a creator of the niche, or of one close to it.
_CORE_BOOST: Final = 40.0
_NEIGHBOUR_BOOST: Final = 3.0
#: Log spread of how much people scroll and follow: heavy users follow many.
_ACTIVITY_SPREAD: Final = 1.0
_HOME_BOOST: Final = 4.0
_COMMUNITY_BOOST: Final = 8.0
_OTHER_LANGUAGE: Final = 0.03


@dataclass(frozen=True, slots=True)
class People:
    """The simulated people; arrays have one entry per person, sorted by market."""

    weight: float
    market: Ints
    language: Ints
    age: Ints
    gender: Ints
    #: Position in COMMUNITIES, −1 for none.
    community: Ints
    #: Position in CATEGORIES of the niches the person is a core member of, −1 for none.
    niche: Ints
    second_niche: Ints
    #: How much they scroll, mean 1.
    activity: Floats

    @property
    def count(self) -> int:
        """How many people are simulated."""
        return len(self.market)

    def in_core(self, category: int) -> Bools:
        """Who belongs to the core of a niche."""
        return np.asarray((self.niche == category) | (self.second_niche == category))


@dataclass(frozen=True, slots=True)
class Followings:
    """Who follows whom, creator by creator: edges `start[i]:start[i+1]` are creator i's."""

    start: Ints
    person: Ints
    #: The follower's activity relative to the mean of the creator's followers.
    activity: Floats
    #: Whether the follower belongs to the creator's community.
    same_community: Bools
    #: [creator, market] simulated people following.
    by_market: Ints

    @property
    def people(self) -> Ints:
        """Simulated people following each creator."""
        return np.diff(self.start)


def build_people(settings: WorldSettings, geography: Geography) -> People:
    """Draw the people of all markets, in numbers proportional to the populations."""
    rng = settings.stream("people")
    weight = max(_SMALLEST_WEIGHT, geography.population.sum() / _MOST_PEOPLE)
    per_market = np.maximum(1, np.rint(geography.population / weight)).astype(np.int64)
    market = np.repeat(np.arange(len(per_market)), per_market)
    n = len(market)
    foreign = rng.random(n) < 0.12
    anyone = rng.choice(len(LANGUAGES), size=n, p=geography.language_share)
    niche = rng.integers(len(CATEGORIES), size=n)
    engaged = rng.random(n) < _ENGAGED_SHARE
    second = engaged & (rng.random(n) < _SECOND_NICHE_SHARE)
    close = np.array(NEIGHBOURS)[niche]
    activity = np.exp(_ACTIVITY_SPREAD * rng.standard_normal(n))
    return People(
        weight=float(weight),
        market=market,
        language=np.where(foreign, anyone, geography.language[market]),
        age=rng.choice(len(AGES), size=n, p=_AGE_SHARES),
        gender=rng.choice(len(GENDERS), size=n, p=_GENDER_SHARES),
        community=np.where(rng.random(n) < 0.3, rng.integers(len(COMMUNITIES), size=n), -1),
        niche=np.where(engaged, niche, -1),
        second_niche=np.where(second, close, -1),
        activity=activity / activity.mean(),
    )


def follow(settings: WorldSettings, people: People, creators: Creators) -> Followings:
    """Draw who follows whom.

    Each creator's followers are a weighted sample without replacement: people who scroll a
    lot, share the language, live near, belong to the community and to the niche's core
    follow more. The same people therefore follow many creators of one niche.
    """
    rng = settings.stream("followings")
    niche_pull = [_niche_pull(people, category) for category in range(len(CATEGORIES))]
    speakers = np.bincount(people.language, minlength=len(LANGUAGES))
    wanted = creators.wanted_followers * creators.authentic * creators.inside / people.weight
    sizes = np.floor(wanted + rng.random(creators.count)).astype(np.int64)
    sizes = np.clip(sizes, 2, np.maximum(2, speakers[creators.language] // 5))
    edges = [
        _draw_followers(rng, people, creators, i, niche_pull[creators.category[i]], int(sizes[i]))
        for i in range(creators.count)
    ]
    return _as_followings(people, creators, edges)


def _niche_pull(people: People, category: int) -> Floats:
    """How much each person is drawn to a niche, times how much they scroll."""
    pull = np.where(people.in_core(category), _CORE_BOOST, 1.0)
    near = people.in_core(NEIGHBOURS[category]) & ~people.in_core(category)
    return (pull * np.where(near, _NEIGHBOUR_BOOST, 1.0) * people.activity).astype(np.float32)


def _draw_followers(
    rng: np.random.Generator,
    people: People,
    creators: Creators,
    creator: int,
    pull: Floats,
    size: int,
) -> Ints:
    """Sorted positions of one creator's followers: the `size` first arrivals of a race."""
    by_language = np.full(len(LANGUAGES), _OTHER_LANGUAGE, dtype=np.float32)
    by_language[creators.language[creator]] = 1.0
    by_market = np.ones(int(people.market[-1]) + 1, dtype=np.float32)
    by_market[creators.home_market[creator]] = _HOME_BOOST
    by_age = np.exp(creators.age_lean[creator]).astype(np.float32)
    by_gender = np.exp(creators.gender_lean[creator]).astype(np.float32)
    by_community = np.ones(len(COMMUNITIES) + 1, dtype=np.float32)
    if creators.community[creator] >= 0:
        by_community[creators.community[creator]] = _COMMUNITY_BOOST
    rate = pull * by_language[people.language] * by_market[people.market]
    rate *= by_age[people.age] * by_gender[people.gender] * by_community[people.community]
    arrival = rng.standard_exponential(people.count, dtype=np.float32) / rate
    return np.sort(np.argpartition(arrival, size)[:size]).astype(np.int32)


def _as_followings(people: People, creators: Creators, edges: list[Ints]) -> Followings:
    """Put the creators' followers into one edge list with what depends on both sides."""
    sizes = np.array([len(followers) for followers in edges])
    start = np.concatenate([[0], np.cumsum(sizes)])
    person = np.concatenate(edges)
    owner = np.repeat(np.arange(creators.count), sizes)
    activity = people.activity[person]
    mean = np.bincount(owner, weights=activity) / sizes
    markets = int(people.market[-1]) + 1
    by_market = np.bincount(
        owner * markets + people.market[person], minlength=creators.count * markets
    )
    shared = creators.community[owner]
    return Followings(
        start=start,
        person=person,
        activity=(activity / mean[owner]).astype(np.float32),
        same_community=(shared >= 0) & (people.community[person] == shared),
        by_market=by_market.reshape(creators.count, markets),
    )
