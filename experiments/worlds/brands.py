"""Brands: how much they sell, where, and what kind of rosters they like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from experiments.worlds.geography import Geography
from experiments.worlds.settings import Bools, Floats, Ints, WorldSettings
from experiments.worlds.vocabulary import CATEGORIES, LANGUAGES, THEMES
from features.entities import FORMATS, TIERS

SMALLEST_BRAND: Final = 1e6
LARGEST_BRAND: Final = 50e6
WEEKS_PER_YEAR: Final = 52.18
#: What a small brand sells a market and week, in orders.
SMALL_BRAND_ORDERS: Final = (50.0, 200.0)


@dataclass(frozen=True, slots=True)
class RosterStyle:
    """A way to put a roster together: which tiers, and how many creators."""

    tier_weights: tuple[float, ...]
    fewest: int
    most: int


STYLES: Final[Mapping[str, RosterStyle]] = {
    "all nano": RosterStyle((1.0, 0.35, 0.0, 0.0, 0.0), 20, 60),
    "all micro": RosterStyle((0.0, 1.0, 0.0, 0.0, 0.0), 10, 60),
    "mixed": RosterStyle((0.4, 1.0, 1.0, 0.8, 0.5), 6, 40),
    "few macros": RosterStyle((0.0, 0.0, 0.25, 1.0, 0.8), 3, 8),
}


@dataclass(frozen=True, slots=True)
class Brands:
    """All brands; arrays have one row per brand."""

    brand_ids: tuple[str, ...]
    names: tuple[str, ...]
    category: Ints
    #: Revenue per year over all markets.
    annual_revenue: Floats
    #: List price of an order at the start.
    price: Floats
    theme: Ints
    #: [brand, market] whether the brand sells there.
    sells: Bools
    #: [brand, style], [brand, tier], [brand, category], [brand, format]: tastes in rosters.
    style_taste: Floats
    tier_taste: Floats
    category_taste: Floats
    format_taste: Floats
    #: [brand, 3] how often briefs are scripted, guided, free.
    freedom_taste: Floats
    #: [brand, 3] how often posts are disclosed by label, by hashtag, not at all.
    disclosure_taste: Floats
    ugc_taste: Floats
    #: Share of the creators of a roster drawn from lasting partnerships.
    loyalty: Floats
    #: Weeks after which half of a post's quick effect is over.
    half_life: Floats
    #: Whether the brand sells so little that chance is in whole orders.
    is_small: Bools

    @property
    def count(self) -> int:
        """How many brands there are."""
        return len(self.brand_ids)

    @property
    def scale(self) -> Floats:
        """Position of the brand's size between the smallest (0) and the largest (1)."""
        span = np.log(LARGEST_BRAND / SMALLEST_BRAND)
        return np.asarray(np.clip(np.log(self.annual_revenue / SMALLEST_BRAND) / span, 0.0, 1.0))


def build_brands(settings: WorldSettings, geography: Geography) -> Brands:
    """Draw the brands: sizes evenly spread on a log scale from 1 to 50 million a year."""
    rng = settings.stream("brands")
    n = settings.brands
    place = (np.arange(n) + rng.random(n)) / n
    revenue = SMALLEST_BRAND * (LARGEST_BRAND / SMALLEST_BRAND) ** rng.permutation(place)
    category = rng.permutation(np.arange(n) % len(CATEGORIES))
    for b, (niche, yearly) in enumerate(settings.known_brands[:n]):
        category[b], revenue[b] = CATEGORIES.index(niche), yearly
    scale = np.log(revenue / SMALLEST_BRAND) / np.log(LARGEST_BRAND / SMALLEST_BRAND)
    large = np.stack([1.3 - scale, 1.2 - 0.6 * scale, np.ones(n), 0.3 + 1.2 * scale], axis=1)
    style = rng.dirichlet(np.full(len(STYLES), 2.0), n) * large
    brands = Brands(
        brand_ids=tuple(f"b{b:02d}" for b in range(n)),
        names=tuple(f"{CATEGORIES[category[b]].title()} house {b + 1}" for b in range(n)),
        category=category,
        annual_revenue=revenue,
        price=18.0 * np.exp(0.55 * rng.standard_normal(n) + 0.5 * scale),
        theme=rng.integers(len(THEMES), size=n),
        sells=_draw_footprints(rng, n, geography),
        style_taste=style / style.sum(axis=1, keepdims=True),
        tier_taste=np.exp(0.5 * rng.standard_normal((n, len(TIERS)))),
        category_taste=np.exp(0.7 * rng.standard_normal((n, len(CATEGORIES)))),
        format_taste=np.exp(0.6 * rng.standard_normal((n, len(FORMATS)))),
        freedom_taste=rng.dirichlet([1.5, 2.5, 1.5], n),
        disclosure_taste=rng.dirichlet([4.0, 2.0, 0.6], n),
        ugc_taste=rng.beta(1.5, 2.5, n),
        loyalty=rng.beta(1.5, 3.0, n),
        half_life=rng.uniform(0.3, 1.0, n),
        is_small=np.arange(n) < settings.rules.small_brands * n,
    )
    return _with_small(settings, brands)


def _with_small(settings: WorldSettings, brands: Brands) -> Brands:
    """The brands with small ones among them, which sell evenly so many orders on a log scale."""
    if not brands.is_small.any():
        return brands
    low, high = np.log(SMALL_BRAND_ORDERS)
    orders = np.exp(settings.stream("small brands").uniform(low, high, brands.count))
    revenue = orders * brands.price * brands.sells.sum(axis=1) * WEEKS_PER_YEAR
    return replace(brands, annual_revenue=np.where(brands.is_small, revenue, brands.annual_revenue))


def _draw_footprints(rng: np.random.Generator, brands: int, geography: Geography) -> Bools:
    """Where brands sell: two thirds of them everywhere, the others mostly in English markets."""
    markets = len(geography.market_ids)
    english = geography.language == LANGUAGES.index("en")
    narrow = english | (rng.random((brands, markets)) < 0.4)
    everywhere = (rng.random(brands) < 0.67) | (markets < 12)
    return np.asarray(narrow | everywhere[:, None])
