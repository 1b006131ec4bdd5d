"""How likely a person who sees a creator's posts is persuaded, from what can be seen of both.

A probit: traits that add up only on the inside, hinges, inverted U's and interactions, and a
part (charisma) that no table shows.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.special import ndtr

from experiments.worlds.campaigns import Plan
from experiments.worlds.creators import NEIGHBOURS
from experiments.worlds.rosters import Roster
from experiments.worlds.settings import Floats
from experiments.worlds.world import World
from features.entities import FREEDOMS, PLATFORMS, SUBSCRIPTION_PLATFORMS

#: Followers trust those they follow; a stranger's post falls this much lower on the probit scale.
STRANGER_DISTANCE: Final = 1.15
_BASE: Final = -1.25
_CORE_GAIN: Final = 0.45
_COMMUNITY_GAIN: Final = 0.40
_SAME_COUNTRY_GAIN: Final = 0.15
_OTHER_LANGUAGE_LOSS: Final = 0.50
_CHARISMA_GAIN: Final = 0.22
#: In the order of FORMATS and of FREEDOMS.
_FORMAT_GAIN: Final = (0.0, 0.20, -0.10, -0.05, -0.05, -0.25, -0.15, 0.30, 0.15)
_FREEDOM_GAIN: Final = (-0.25, 0.0, 0.15)
#: The share of sponsored posts up to which followers do not mind.
_FATIGUE_FROM: Final = 0.20
_BEST_POSTING_RATE: Final = 2.5
_BEST_FIT: Final = 0.75


def persuasion(world: World, plan: Plan, roster: Roster) -> Floats:
    """Chance that a follower who saw a booking's posts is persuaded.

    Shape [booking, market, in the core of the advertised niche, in the creator's community].
    Disclosure has no effect on the campaign at hand (net effect about 0: Liu & Zhao;
    Waltenrath 2024); past undisclosed advertising costs trust.
    """
    return np.asarray(ndtr(persuasion_index(world, plan, roster)))


def persuasion_index(world: World, plan: Plan, roster: Roster) -> Floats:
    """The probit scale of `persuasion`, in the same shape."""
    index = _BASE + _creator_trust(world, plan, roster) + _terms(world, plan, roster)
    index = index + _fit(world, plan, roster)
    by_market = index[:, None] + _closeness(world, roster)
    core = np.array([0.0, _CORE_GAIN])[:, None]
    community = np.array([0.0, _COMMUNITY_GAIN])
    result: Floats = by_market[:, :, None, None] + core + community
    return result


def _creator_trust(world: World, plan: Plan, roster: Roster) -> Floats:
    """What creators bring: conversation in a small, real community, not too many ads or posts."""
    creators, who = world.creators, roster.creator
    followers = world.followers_on(plan.booked_on)[who]
    size = np.log10(np.maximum(followers, 100.0) / 10_000)
    small = 1.0 / (1.0 + np.exp(2.5 * (size - 1.0)))
    replies = creators.reply_rate(world.years_from_middle(plan.booked_on))[who]
    conversation = 0.7 * np.minimum(replies / 0.35, 1.3) * (0.35 + 0.65 * small)
    fatigue = 1.3 * np.maximum(creators.sponsored_share[who] - _FATIGUE_FROM, 0.0)
    rhythm = 0.12 * np.log(creators.posting_rate[who] / _BEST_POSTING_RATE) ** 2
    trust = (
        conversation
        - 0.16 * size
        + 1.3 * (creators.authentic[who] - 0.82)
        - fatigue
        - rhythm
        - 0.30 * creators.undisclosed_share[who]
        - 0.20 * creators.is_virtual[who]
        + _CHARISMA_GAIN * creators.charisma[who]
    )
    return np.asarray(trust)


def _terms(world: World, plan: Plan, roster: Roster) -> Floats:
    """What the booking brings: lasting partnership, freedom, an invitation, the format."""
    replies = world.creators.reply_rate(world.years_from_middle(plan.booked_on))
    on_theme = world.creators.theme[roster.creator] == plan.theme
    partnership = 0.35 * (1.0 - np.exp(-roster.months_with_brand / 6.0))
    freedom = np.array(_FREEDOM_GAIN)[roster.freedom]
    # A free hand helps those whose own theme it is; others wander off.
    free = roster.freedom == FREEDOMS.index("free")
    freedom = freedom - np.where(free & ~on_theme, 0.12, 0.0)
    invitation = roster.invites_ugc * np.where(replies[roster.creator] > 0.18, 0.22, 0.02)
    subscribers = [PLATFORMS.index(platform) for platform in SUBSCRIPTION_PLATFORMS]
    paid = np.isin(world.accounts.platform[roster.account], subscribers)
    gain = partnership + freedom + invitation + np.array(_FORMAT_GAIN)[roster.format] + 0.3 * paid
    return np.asarray(gain)


def _fit(world: World, plan: Plan, roster: Roster) -> Floats:
    """Fit of niche and theme to the campaign: an inverted U, perfect fit reads as an ad."""
    category = world.creators.category[roster.creator]
    on_theme = world.creators.theme[roster.creator] == plan.theme
    near = np.where(category == NEIGHBOURS[plan.category], 0.40, 0.0)
    fit = np.where(category == plan.category, 0.65, near) + np.where(on_theme, 0.30, 0.0)
    gain: Floats = 0.75 - 1.5 * (fit - _BEST_FIT) ** 2
    return gain


def _closeness(world: World, roster: Roster) -> Floats:
    """[booking, market] gain of sharing the country, loss of not sharing the language."""
    geography, creators = world.geography, world.creators
    country = np.array(geography.countries)
    home = creators.home_market[roster.creator]
    same_country = country[home][:, None] == country
    other_language = creators.language[roster.creator][:, None] != geography.language
    gain: Floats = _SAME_COUNTRY_GAIN * same_country - _OTHER_LANGUAGE_LOSS * other_language
    return gain
