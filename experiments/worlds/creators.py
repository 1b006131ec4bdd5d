"""Creators: their niche, their style, their accounts, and the traits that make people buy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from experiments.worlds.geography import Geography
from experiments.worlds.settings import Bools, Floats, Ints, WorldSettings
from experiments.worlds.vocabulary import CATEGORIES, LANGUAGES, THEMES

COMMUNITIES: Final = ("campus", "diaspora", "makers", "neighbourhood")
#: Categories that lie close to each other, in the order of CATEGORIES.
NEIGHBOURS: Final = (3, 2, 1, 0, 6, 3, 4, 2)

#: Follower ranges of the tiers and the share of creators in each (nano … mega).
_TIER_BOUNDS: Final = (300, 1_000, 100_000, 500_000, 1_000_000, 2_500_000)
_TIER_SHARES: Final = (0.20, 0.50, 0.20, 0.06, 0.04)


@dataclass(frozen=True, slots=True)
class Creators:
    """Traits of all creators; arrays have one entry per creator unless said otherwise.

    `wanted_followers` is what a creator would have; how many people really follow them comes
    out of the incidence of people and creators.
    """

    creator_ids: tuple[str, ...]
    category: Ints
    language: Ints
    home_market: Ints
    theme: Ints
    #: Position in COMMUNITIES, −1 for none.
    community: Ints
    is_virtual: Bools
    wanted_followers: Floats
    #: Share of the followers who are real people.
    authentic: Floats
    #: Share of the followers who live in the world's markets.
    inside: Floats
    #: Posts per week.
    posting_rate: Floats
    sponsored_share: Floats
    #: Share of the sponsored posts that are not disclosed.
    undisclosed_share: Floats
    #: Likes and views a creator draws for reasons that sell nothing (log scale).
    appeal: Floats
    #: Logit of the share of comments the creator answers, halfway through the data.
    reply_logit: Floats
    #: Change of `reply_logit` per year.
    reply_drift: Floats
    #: Persuasiveness that no table shows (standard normal).
    charisma: Floats
    #: Log growth of the followers per year.
    growth: Floats
    #: [creator, market] log change of the audience's market mix per year.
    market_drift: Floats
    #: [creator, 6] and [creator, 3] leaning of the audience by age and gender (log scale).
    age_lean: Floats
    gender_lean: Floats
    #: Log deviation of the fee from what size and engagement explain.
    fee_noise: Floats

    @property
    def count(self) -> int:
        """How many creators there are."""
        return len(self.creator_ids)

    def reply_rate(self, years_from_middle: float) -> Floats:
        """Share of comments answered, so many years after the middle of the data."""
        logit = self.reply_logit + self.reply_drift * years_from_middle
        return 1.0 / (1.0 + np.exp(-logit))


def build_creators(settings: WorldSettings, geography: Geography) -> Creators:
    """Draw all creators of a world."""
    rng = settings.stream("creators")
    n = settings.creators
    language = rng.choice(len(LANGUAGES), size=n, p=geography.language_share)
    wanted = _draw_followers(rng, n)
    is_virtual = rng.random(n) < 0.04
    small = np.log10(wanted / 10_000)
    return Creators(
        creator_ids=tuple(f"c{i:05d}" for i in range(n)),
        category=rng.integers(len(CATEGORIES), size=n),
        language=language,
        home_market=_draw_home(rng, geography, language),
        theme=rng.integers(len(THEMES), size=n),
        community=np.where(rng.random(n) < 0.25, rng.integers(len(COMMUNITIES), size=n), -1),
        is_virtual=is_virtual,
        wanted_followers=wanted,
        authentic=np.clip(rng.beta(9.0, 1.8, n) - 0.03 * small, 0.35, 0.99),
        inside=rng.beta(9.0, 2.0, n),
        posting_rate=np.clip(1.8 * np.exp(0.7 * rng.standard_normal(n)), 0.3, 9.0),
        sponsored_share=np.clip(rng.beta(1.4, 6.0, n) + 0.03 * small, 0.0, 0.7),
        undisclosed_share=rng.beta(0.6, 3.0, n),
        appeal=0.5 * rng.standard_normal(n) - 0.35 * is_virtual,
        reply_logit=-1.6 - 0.25 * small + 0.9 * rng.standard_normal(n),
        reply_drift=0.3 * rng.standard_normal(n),
        charisma=rng.standard_normal(n),
        growth=0.12 + 0.15 * rng.standard_normal(n),
        market_drift=0.08 * rng.standard_normal((n, settings.markets)),
        age_lean=0.5 * rng.standard_normal((n, 6)),
        gender_lean=0.6 * rng.standard_normal((n, 3)),
        fee_noise=0.3 * rng.standard_normal(n),
    )


def _draw_followers(rng: np.random.Generator, n: int) -> Floats:
    """Follower counts, log-uniform within tiers of fixed shares."""
    tier = rng.choice(len(_TIER_SHARES), size=n, p=_TIER_SHARES)
    low, high = np.log(_TIER_BOUNDS[:-1])[tier], np.log(_TIER_BOUNDS[1:])[tier]
    # Within a tier the smaller are more numerous.
    wanted: Floats = np.exp(low + (high - low) * rng.beta(1.0, 1.3, n))
    return wanted


def _draw_home(rng: np.random.Generator, geography: Geography, language: Ints) -> Ints:
    """A home market of the creator's language for each creator, larger ones more often."""
    home = np.empty(len(language), dtype=np.int64)
    for code in np.unique(language):
        mine = np.flatnonzero(language == code)
        options = np.flatnonzero(geography.language == code)
        weights = geography.population[options]
        home[mine] = rng.choice(options, size=len(mine), p=weights / weights.sum())
    return home
