"""Rosters: whom a brand books for a campaign, and on what terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from experiments.worlds.accounts import formats_on
from experiments.worlds.brands import STYLES, RosterStyle
from experiments.worlds.campaigns import Plan
from experiments.worlds.casting import AS_EVER, Casting, bookable, considered
from experiments.worlds.creators import NEIGHBOURS
from experiments.worlds.fees import fee_per_post
from experiments.worlds.settings import CARRY_OVER_WEEKS, Bools, Floats, Ints
from experiments.worlds.vocabulary import LANGUAGES
from experiments.worlds.world import World
from features.entities import TIERS

#: How much a brand likes a creator of the advertised niche, of one close to it, of another.
_SAME_NICHE: Final = 1.0
_NEAR_NICHE: Final = 0.35
_OTHER_NICHE: Final = 0.10
#: Added weight of a lasting partner at a brand that books nobody else.
_PARTNER_BOOST: Final = 8.0
#: No brand spends more on a roster than this share of the sales of the campaign's window.
_MOST_SPENT: Final = 0.10
_FEWEST_BOOKINGS: Final = 3
_ANY_TIER: Final = 0.05
_MORE_POSTS: Final = (0.35, 0.30, 0.20, 0.10, 0.05)


@dataclass(frozen=True, slots=True)
class Roster:
    """The bookings of one campaign; arrays have one entry per booking."""

    creator: Ints
    account: Ints
    #: Positions in FORMATS, FREEDOMS and DISCLOSURES.
    format: Ints
    posts: Ints
    fee: Floats
    freedom: Ints
    disclosure: Ints
    months_with_brand: Floats
    invites_ugc: Bools

    @property
    def size(self) -> int:
        """How many bookings there are."""
        return len(self.creator)


def partnership_starts(world: World) -> Floats:
    """[brand, creator] when lasting partnerships began, in years from the end; inf for none."""
    rng = world.settings.stream("partnerships")
    brands, creators = world.brands, world.creators
    near = np.array(NEIGHBOURS)[brands.category][:, None] == creators.category
    same = brands.category[:, None] == creators.category
    chance = np.where(same, 0.20, np.where(near, 0.08, 0.03))
    begun = -rng.random(chance.shape) * (world.settings.weeks / 52.0 + 1.5)
    return np.where(rng.random(chance.shape) < chance, begun, np.inf)


def draw_roster(
    rng: np.random.Generator,
    world: World,
    plan: Plan,
    partners: Floats,
    style: int,
    casting: Casting = AS_EVER,
) -> Roster:
    """Draw a roster to the brand's taste: creators, accounts, formats, posts and terms.

    `partners` is `partnership_starts(world)`; `style` a position in STYLES.
    """
    months = _months_with_brand(world, plan, partners)
    chosen = list(STYLES.values())[style]
    weight = _taste(world, plan, months, chosen, casting) * considered(world, casting)
    creator = _draw_creators(rng, world, plan, weight, chosen)
    account, post_format = _draw_places(rng, world, plan, creator, casting)
    # A creator may be booked twice, but in two places.
    place = account * 100 + post_format
    _, first = np.unique(place, return_index=True)
    keep = np.sort(first)
    creator, account, post_format = creator[keep], account[keep], post_format[keep]
    count = len(creator)
    brands, brand = world.brands, plan.brand
    posts = rng.choice(len(_MORE_POSTS), size=count, p=_MORE_POSTS) + 1
    noise = 0.15 * rng.standard_normal(count)
    fee = fee_per_post(world, account, post_format, plan.booked_on, noise)
    drawn = Roster(
        creator=creator,
        account=account,
        format=post_format,
        posts=posts,
        # Several posts come cheaper by the piece.
        fee=np.round(fee * posts**0.9, 2),
        freedom=rng.choice(3, size=count, p=brands.freedom_taste[brand]),
        disclosure=rng.choice(3, size=count, p=brands.disclosure_taste[brand]),
        months_with_brand=np.round(months[creator], 1),
        invites_ugc=rng.random(count) < brands.ugc_taste[brand],
    )
    return _within_budget(world, plan, drawn)


def _within_budget(world: World, plan: Plan, roster: Roster) -> Roster:
    """The first bookings, at least three, that cost no more than the brand can spend."""
    weeks = plan.posting_weeks + CARRY_OVER_WEEKS
    budget = _MOST_SPENT * world.brands.annual_revenue[plan.brand] / 52.0 * weeks
    affordable = max(int((np.cumsum(roster.fee) <= budget).sum()), _FEWEST_BOOKINGS)
    return Roster(*(getattr(roster, name)[:affordable] for name in Roster.__slots__))


def _months_with_brand(world: World, plan: Plan, partners: Floats) -> Floats:
    """Months since the partnership with each creator began; 0 where there is none yet."""
    years = world.years_from_end(plan.booked_on) - partners[plan.brand]
    return np.asarray(np.maximum(years, 0.0) * 12.0)


def _draw_creators(
    rng: np.random.Generator, world: World, plan: Plan, weight: Floats, chosen: RosterStyle
) -> Ints:
    """Creators by weight, without replacement, then some of them a second time."""
    scale = world.brands.scale[plan.brand]
    part = rng.beta(1.0 + 1.5 * scale, 2.5 - 1.5 * scale)
    wanted = round(chosen.fewest + (chosen.most - chosen.fewest) * part)
    wanted = min(wanted, int((weight > 0).sum()))
    twice = min(rng.binomial(wanted, 0.08), chosen.most - wanted)
    once = rng.choice(len(weight), size=wanted, replace=False, p=weight / weight.sum())
    return np.concatenate([once, once[: max(twice, 0)]])


def _taste(
    world: World, plan: Plan, months: Floats, chosen: RosterStyle, casting: Casting
) -> Floats:
    """[creator] how likely each is to be booked, up to a factor; 0 for tiers left out."""
    brands, creators, brand = world.brands, world.creators, plan.brand
    followers = world.followers_on(plan.booked_on)
    tier = np.searchsorted(list(TIERS.values()), followers, side="right") - 1
    near = creators.category == NEIGHBOURS[plan.category]
    niche = np.where(near, _NEAR_NICHE, _OTHER_NICHE)
    niche = np.where(creators.category == plan.category, _SAME_NICHE, niche)
    people = np.where(plan.markets, world.geography.population, 0)
    spoken = np.bincount(world.geography.language, weights=people, minlength=len(LANGUAGES))
    share = spoken / spoken.sum() / np.maximum(world.geography.language_share, 1e-9)
    partner = np.where(months > 0, 1.0 + _PARTNER_BOOST * brands.loyalty[brand], 1.0)
    tastes = brands.category_taste[brand][creators.category] * brands.tier_taste[brand][tier]
    # There are few new ones: no tier is left out.
    tier_weights = np.array(chosen.tier_weights) + (_ANY_TIER if casting.new else 0.0)
    weight: Floats = tier_weights[tier] * niche * tastes * partner
    return np.asarray(weight * np.minimum(share[creators.language] + 0.02, 1.0))


def _draw_places(
    rng: np.random.Generator, world: World, plan: Plan, creator: Ints, casting: Casting
) -> tuple[Ints, Ints]:
    """An account and a format for each booking: mostly the main account, to the brand's taste."""
    accounts, taste = world.accounts, world.brands.format_taste[plan.brand]
    account, post_format = np.empty_like(creator), np.empty_like(creator)
    for row, who in enumerate(creator):
        own = accounts.of_creator(int(who))
        own = own[bookable(world, casting, own)]
        chance = accounts.follower_share[own]
        account[row] = rng.choice(own, p=chance / chance.sum())
        formats = formats_on(int(accounts.platform[account[row]]))
        chance = taste[formats]
        post_format[row] = rng.choice(formats, p=chance / chance.sum())
    return account, post_format
