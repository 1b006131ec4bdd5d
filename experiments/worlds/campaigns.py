"""Campaigns: what is advertised when and where, and which markets are held out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from experiments.worlds.brands import STYLES, Brands
from experiments.worlds.creators import NEIGHBOURS
from experiments.worlds.geography import Geography
from experiments.worlds.settings import (
    CARRY_OVER_WEEKS,
    FUTURE_START_WEEKS,
    MAX_POSTING_WEEKS,
    WARM_UP_WEEKS,
    Bools,
    Floats,
    WorldSettings,
)
from experiments.worlds.vocabulary import (
    LANGUAGES,
    THEMES,
    category_words,
    theme_tags,
    theme_words,
)
from experiments.worlds.world import World

#: Chances with which a campaign's markets are drawn into treatment; one per campaign.
PROPENSITIES: Final = (0.3, 0.4, 0.5, 0.5, 0.5, 0.5, 0.6, 0.7)
#: What else than growth makes a brand choose a market, in standard deviations of growth.
_WHIM: Final = 0.7
_POSTING_WEEK_SHARES: Final = (0.2, 0.35, 0.25, 0.2)


@dataclass(frozen=True, slots=True)
class Plan:
    """One campaign without its roster."""

    campaign_id: str
    brand: int
    category: int
    theme: int
    brief: str
    booked_on: np.datetime64
    #: Posting weeks, counted from the first week of data: starts Monday, ends Sunday.
    first_week: int
    posting_weeks: int
    #: [market] where the campaign runs or is held out.
    markets: Bools
    #: Whether `markets` is a choice, or all markets the brand sells in.
    all_markets: bool
    #: Position in STYLES of the roster the brand has in mind.
    style: int

    @property
    def last_week(self) -> int:
        """The last week in which sales count into the lift."""
        return self.first_week + self.posting_weeks + CARRY_OVER_WEEKS - 1


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who sees what, [campaign, market], and [campaign] the chance it was drawn with.

    The chance is NaN where nobody drew: a brand chose.
    """

    treated: Bools
    propensity: Floats


def plan_campaigns(world: World) -> list[Plan]:
    """Draw the past campaigns, ordered by start; every window lies within the data."""
    settings = world.settings
    rng = settings.stream("campaigns")
    latest = settings.weeks - MAX_POSTING_WEEKS - CARRY_OVER_WEEKS
    weeks = np.sort(rng.integers(WARM_UP_WEEKS, latest + 1, size=settings.campaigns))
    return [_draw_plan(rng, world, f"k{k:04d}", int(week)) for k, week in enumerate(weeks)]


def plan_future(world: World) -> list[Plan]:
    """Draw campaigns to come, starting 2 to 8 weeks after the last day of data."""
    settings = world.settings
    rng = settings.stream("future campaigns")
    low, high = FUTURE_START_WEEKS
    weeks = settings.weeks + rng.integers(low, high + 1, size=settings.future_campaigns)
    return [_draw_plan(rng, world, f"f{k:04d}", int(week)) for k, week in enumerate(weeks)]


def assign_markets(
    settings: WorldSettings, plans: list[Plan], momentum: Floats | None = None
) -> Assignment:
    """Draw which markets see each campaign; at least two are treated and two held out.

    Where brands choose, as many markets see the campaign as the lot would have it, but those in
    which the brand grows; the chance is unknown (NaN) unless a lot is claimed.

    Args:
        momentum: [brand, market, week] growth that brands choose by, where they do.
    """
    rng = settings.stream("assignments")
    treated = np.zeros((len(plans), settings.markets), dtype=bool)
    propensity = rng.choice(PROPENSITIES, size=len(plans))
    for k, plan in enumerate(plans):
        while True:
            drawn = plan.markets & (rng.random(settings.markets) < propensity[k])
            if 2 <= drawn.sum() <= plan.markets.sum() - 2:
                break
        treated[k] = drawn
    if momentum is not None and settings.rules.chosen:
        _choose_markets(settings, plans, momentum, treated, propensity)
    return Assignment(treated, propensity)


def _choose_markets(
    settings: WorldSettings,
    plans: list[Plan],
    momentum: Floats,
    treated: Bools,
    propensity: Floats,
) -> None:
    """Let brands choose the markets of their share of the campaigns, in place."""
    rng = settings.stream("chosen markets")
    chooses = rng.random(len(plans)) < settings.rules.chosen
    for k in np.flatnonzero(chooses):
        plan = plans[k]
        week = int((plan.booked_on - settings.first_week) / np.timedelta64(7, "D"))
        expected = momentum[plan.brand, :, week] / settings.rules.local_growth
        liking = expected + _WHIM * rng.standard_normal(settings.markets)
        liking[~plan.markets] = -np.inf
        most = np.argsort(-liking)[: int(treated[k].sum())]
        treated[k] = np.isin(np.arange(settings.markets), most)
    if not settings.claimed_as_drawn:
        propensity[chooses] = np.nan


def _draw_plan(rng: np.random.Generator, world: World, name: str, first_week: int) -> Plan:
    brands, geography = world.brands, world.geography
    brand = int(rng.integers(brands.count))
    category = int(brands.category[brand])
    if rng.random() < 0.2:
        category = NEIGHBOURS[category]
    theme = int(brands.theme[brand] if rng.random() < 0.6 else rng.integers(len(THEMES)))
    markets = _draw_markets(rng, geography, brands.sells[brand])
    lead = int(rng.integers(14, 43))
    posting_weeks = rng.choice(MAX_POSTING_WEEKS, p=_POSTING_WEEK_SHARES) + 1
    start = world.settings.monday(first_week)
    booked_on = min(start - np.timedelta64(lead, "D"), world.settings.last_day)
    return Plan(
        campaign_id=name,
        brand=brand,
        category=category,
        theme=theme,
        brief=_write_brief(rng, category, theme, _main_language(geography, markets)),
        booked_on=booked_on,
        first_week=first_week,
        posting_weeks=int(posting_weeks),
        markets=markets,
        all_markets=bool((markets == brands.sells[brand]).all()),
        style=_draw_style(rng, brands, brand),
    )


def _draw_markets(rng: np.random.Generator, geography: Geography, sells: Bools) -> Bools:
    """All markets of the brand, or (one campaign in six) only those of one large language."""
    if rng.random() < 1 / 6:
        language = rng.choice([LANGUAGES.index("en"), LANGUAGES.index("es")])
        spoken: Bools = sells & (geography.language == language)
        if spoken.sum() >= 8:
            return spoken
    return sells


def _draw_style(rng: np.random.Generator, brands: Brands, brand: int) -> int:
    return int(rng.choice(len(STYLES), p=brands.style_taste[brand]))


def _main_language(geography: Geography, markets: Bools) -> str:
    """The language most people of the markets speak."""
    people = np.where(markets, geography.population, 0)
    spoken = np.bincount(geography.language, weights=people, minlength=len(LANGUAGES))
    return LANGUAGES[int(spoken.argmax())]


def _write_brief(rng: np.random.Generator, category: int, theme: int, language: str) -> str:
    """What the creators shall talk about: words of the category and theme, and the theme's tags."""
    about = rng.permutation(category_words(language, category))[:4]
    tone = rng.permutation(theme_words(language, theme))[:2]
    return " ".join([*about, *tone, *theme_tags(theme)])
