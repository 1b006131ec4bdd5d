"""What a roster sells: people see posts, may be persuaded, and order at most once per campaign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import ndtr

from experiments.worlds.accounts import expected_views, seen_by_followers
from experiments.worlds.campaigns import Plan
from experiments.worlds.creators import NEIGHBOURS
from experiments.worlds.people import People
from experiments.worlds.persuasion import (
    STRANGER_DISTANCE,
    persuasion,
    persuasion_index,
)
from experiments.worlds.rosters import Roster
from experiments.worlds.settings import Floats, Ints
from experiments.worlds.vocabulary import CATEGORIES
from experiments.worlds.world import World

#: Share of people outside the niche's core who could want the product, relative to the core.
_OUTSIDE_CORE: Final = 0.30
#: Share of the niche's core who could order from a brand that sells one order a head and year.
_RECEPTIVE: Final = 0.10
#: A brand twice as large has this power of 2 more people who could want its product.
_AWARENESS_POWER: Final = 0.60
#: How platforms spread short videos to strangers: by niche, language and place.
_STRANGER_CORE_BOOST: Final = 6.0
_STRANGER_NEAR_BOOST: Final = 2.0
_STRANGER_HOME_BOOST: Final = 2.0
_STRANGER_OTHER_LANGUAGE: Final = 0.05
#: Heavy users do not see every post either.
_MOST_SEEN: Final = 0.9


@dataclass(frozen=True, slots=True)
class Reach:
    """How a roster's posts spread; arrays have one entry per booking."""

    #: Chance that an average follower sees one post.
    follower_rate: Floats
    #: Views of all posts by people who do not follow, inside the world's markets.
    stranger_views: Floats


def incremental_orders(world: World, plan: Plan, roster: Roster) -> Floats:
    """[market] expected orders the roster would add if it were shown in every market.

    A person who could want the product orders with the chance 1 − Π_i (1 − q_i·π_i), over the
    bookings i: q_i the chance to see a post, π_i the chance to be persuaded by it.
    """
    people = world.people
    reach = spread(world, plan, roster)
    hazard = _follower_hazard(world, plan, roster, reach)
    by_cell = _stranger_hazard(world, plan, roster, reach)
    hazard += by_cell[people.market, people.niche + 1]
    ordering = -np.expm1(-hazard) * receptive_share(world, plan)
    orders = np.bincount(people.market, weights=ordering, minlength=len(plan.markets))
    return orders * people.weight * plan.markets


def spread(world: World, plan: Plan, roster: Roster) -> Reach:
    """How many followers and strangers see the posts of each booking."""
    share = world.accounts.follower_share[roster.account]
    followers = world.followers_on(plan.booked_on)[roster.creator] * share
    appeal = world.creators.appeal[roster.creator]
    views = expected_views(followers, roster.format, appeal)
    rate = seen_by_followers(views, followers, roster.format)
    strangers = np.maximum(views - rate * followers, 0.0) * roster.posts
    # Followers of the account are a part of the creator's followers.
    return Reach(rate * share, strangers * world.creators.inside[roster.creator])


def receptive_share(world: World, plan: Plan) -> Floats:
    """[person] the share who could want the product now, if a creator told them of it."""
    brands, brand = world.brands, plan.brand
    population = world.geography.population.sum()
    orders_per_head = brands.annual_revenue[brand] / brands.price[brand] / population
    level = _RECEPTIVE * orders_per_head**_AWARENESS_POWER
    core = world.people.in_core(plan.category)
    return np.asarray(level * np.where(core, 1.0, _OUTSIDE_CORE))


def _follower_hazard(world: World, plan: Plan, roster: Roster, reach: Reach) -> Floats:
    """[person] −log of the chance that no creator the person follows persuades them."""
    people, followings = world.people, world.followings
    sizes = followings.people[roster.creator]
    booking = np.repeat(np.arange(roster.size), sizes)
    edge = _edges(followings.start, roster.creator, sizes)
    person = followings.person[edge]
    market = people.market[person]
    presence = world.presence(plan.booked_on, roster.creator)[booking, market]
    rate = reach.follower_rate[booking] * followings.activity[edge] * presence
    missed = (1.0 - np.minimum(rate, _MOST_SEEN)) ** roster.posts[booking]
    core = people.in_core(plan.category)[person].astype(np.int64)
    community = followings.same_community[edge].astype(np.int64)
    persuaded = persuasion(world, plan, roster)[booking, market, core, community]
    hazard = -np.log1p(-(1.0 - missed) * persuaded)
    return np.bincount(person, weights=hazard, minlength=people.count).astype(np.float64)


def _edges(start: Ints, creator: Ints, sizes: Ints) -> Ints:
    """Positions of the creators' edges, creator after creator."""
    before = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return np.asarray(np.arange(sizes.sum()) + np.repeat(start[creator] - before, sizes))


def _stranger_hazard(world: World, plan: Plan, roster: Roster, reach: Reach) -> Floats:
    """[market, niche + 1] the same −log chance from posts that reach people who do not follow."""
    crowd = _people_by_cell(world.people, len(plan.markets))
    pull = crowd * _stranger_pull(world, roster)
    views = reach.stranger_views[:, None, None] * pull / pull.sum(axis=(1, 2), keepdims=True)
    per_head = np.divide(
        views, crowd * world.people.weight, out=np.zeros_like(views), where=crowd > 0
    )
    index = persuasion_index(world, plan, roster)[:, :, :, 0] - STRANGER_DISTANCE
    core = np.zeros(len(CATEGORIES) + 1, dtype=np.int64)
    core[plan.category + 1] = 1
    persuaded = ndtr(index)[:, :, core]
    hazard: Floats = (-np.expm1(-per_head) * persuaded).sum(axis=0)
    return hazard


def _people_by_cell(people: People, markets: int) -> Floats:
    """[market, niche + 1] simulated people."""
    niches = len(CATEGORIES) + 1
    counts = np.bincount(people.market * niches + people.niche + 1, minlength=markets * niches)
    return counts.reshape(markets, niches).astype(np.float64)


def _stranger_pull(world: World, roster: Roster) -> Floats:
    """[booking, market, niche + 1] how much likelier a stranger of a cell is shown the post."""
    creators, who = world.creators, roster.creator
    category = creators.category[who]
    niche = np.ones((roster.size, len(CATEGORIES) + 1))
    niche[np.arange(roster.size), np.array(NEIGHBOURS)[category] + 1] = _STRANGER_NEAR_BOOST
    niche[np.arange(roster.size), category + 1] = _STRANGER_CORE_BOOST
    same_language = creators.language[who][:, None] == world.geography.language
    place = np.where(same_language, 1.0, _STRANGER_OTHER_LANGUAGE)
    place[np.arange(roster.size), creators.home_market[who]] *= _STRANGER_HOME_BOOST
    pull: Floats = place[:, :, None] * niche[:, None, :]
    return pull
