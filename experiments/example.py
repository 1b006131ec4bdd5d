"""The question rosterlift was built for, asked of a catalog.

A skincare brand asks about fifty micro creators of 5,000 to 20,000 followers ("is +35 %
plausible?") beside three macro creators for the same money, and a mix of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import pandas as pd

from features.snapshots.snapshot import Snapshot

CATEGORY: Final = "skincare"
#: The claim that the brand was offered.
CLAIMED_LIFT: Final = 0.35
SMALL_BRAND_REVENUE: Final = 1.2e6
LARGE_BRAND_REVENUE: Final = 20e6
_MICROS, _MACROS = 50, 3
_MICRO_FOLLOWERS: Final = (5_000, 20_000)
_MACRO_FOLLOWERS: Final = (300_000, 2_000_000)
_FORMAT: Final = "short_video"
_POSTS: Final = 2
_BRIEF: Final = (
    "Show how our new serum fits into your evening skin care routine, in your own words, and "
    "answer the questions people ask about it."
)


@dataclass(frozen=True)
class Offer:
    """A creator with the account and the fee of one post."""

    creator_id: str
    platform: str
    followers: float
    fee_per_post: float
    match: bool


def ask(snapshot: Snapshot, brand_id: str) -> dict[str, Any]:
    """The body of /v1/compare for one brand of the catalog.

    Raises:
        ValueError: the catalog has too few creators of these sizes.
    """
    micros = _best(_offers(snapshot, *_MICRO_FOLLOWERS), _MICROS)
    budget = sum(offer.fee_per_post for offer in micros) * _POSTS
    macros = _best(_offers(snapshot, *_MACRO_FOLLOWERS), _MACROS)
    half = budget / 2
    return {
        "campaign": campaign_of(snapshot, brand_id),
        "scenarios": [
            {"name": "50 micro creators", "roster": _roster(micros, budget)},
            {"name": "3 macro creators", "roster": _roster(macros, budget)},
            {
                "name": "25 micro and 2 macro creators",
                "roster": [*_roster(micros[:25], half), *_roster(macros[:2], half)],
            },
        ],
    }


def campaign_of(snapshot: Snapshot, brand_id: str) -> dict[str, Any]:
    """Two weeks of posting, starting on the Monday four weeks after the catalog's day."""
    monday = snapshot.as_of - timedelta(days=snapshot.as_of.weekday()) + timedelta(weeks=5)
    return {
        "brand_id": brand_id,
        "category": CATEGORY,
        "starts_on": monday.isoformat(),
        "ends_on": (monday + timedelta(days=13)).isoformat(),
        "brief": _BRIEF,
    }


def brands_by_size(snapshot: Snapshot) -> tuple[str, str]:
    """The smallest and the largest brand of the category, by the sales of the last year."""
    own = [b for b in snapshot.brands.index if snapshot.brands.loc[b, "category"] == CATEGORY]
    yearly = {b: yearly_revenue(snapshot, b) for b in own if b in snapshot.sales.brand_ids}
    ordered = sorted(yearly, key=lambda brand: yearly[brand])
    return ordered[0], ordered[-1]


def yearly_revenue(snapshot: Snapshot, brand_id: str) -> float:
    """Revenue of a brand over the last 52 weeks known."""
    sales = snapshot.sales
    recent = sales.revenue[sales.brand_ids.index(brand_id), :, -52:]
    return float(recent[recent == recent].sum())


def _offers(snapshot: Snapshot, fewest: float, most: float) -> list[Offer]:
    rates = snapshot.rates[snapshot.rates["format"] == _FORMAT]
    accounts = snapshot.accounts["followers"].reset_index(name="account_followers")
    offers = rates.merge(accounts, on=["creator_id", "platform"])
    offers = offers[offers["account_followers"].between(fewest, most)]
    offers = offers.sort_values("fee_per_post").drop_duplicates("creator_id")
    niche = snapshot.creators["category"]
    return [
        Offer(
            creator_id=str(row["creator_id"]),
            platform=str(row["platform"]),
            followers=float(row["account_followers"]),
            fee_per_post=float(row["fee_per_post"]),
            match=bool(niche[str(row["creator_id"])] == CATEGORY),
        )
        for row in offers.to_dict("records")
    ]


def _best(offers: Sequence[Offer], count: int) -> list[Offer]:
    """The niche's own creators first, then the others by name: no peeking at predictions."""
    if len(offers) < count:
        raise ValueError(f"the catalog has {len(offers)} such creators, the example needs {count}")
    return sorted(offers, key=lambda offer: (not offer.match, offer.creator_id))[:count]


def _roster(offers: Sequence[Offer], budget: float) -> list[dict[str, Any]]:
    """Bookings that cost the budget, shared out in proportion to what creators ask."""
    asked = pd.Series([offer.fee_per_post for offer in offers])
    fees = (budget * asked / asked.sum()).round(2)
    return [
        {
            "creator_id": offer.creator_id,
            "platform": offer.platform,
            "format": _FORMAT,
            "posts": _POSTS,
            "fee": float(fee),
            "creative_freedom": "free",
        }
        for offer, fee in zip(offers, fees, strict=True)
    ]
