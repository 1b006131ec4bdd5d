"""The words of the domain as frozen types: campaigns, bookings, rosters, windows.

They carry no data frame and know no file: whoever asks about a roster, training on
a past campaign or a planner over HTTP, speaks of it in these types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

PLATFORMS: Final = (
    "instagram",
    "tiktok",
    "youtube",
    "threads",
    "facebook",
    "x",
    "twitch",
    "pinterest",
    "snapchat",
    "patreon",
    "substack",
    "other",
)
SUBSCRIPTION_PLATFORMS: Final = ("patreon", "substack")
FORMATS: Final = (
    "short_video",
    "long_video",
    "image",
    "carousel",
    "story",
    "live",
    "text",
    "newsletter",
    "audio",
)
FREEDOMS: Final = ("scripted", "guided", "free")
DISCLOSURES: Final = ("platform_label", "hashtag", "none")

#: Follower tiers with the smallest follower count of each, in ascending order.
TIERS: Final[Mapping[str, int]] = {
    "nano": 0,
    "micro": 1_000,
    "mid": 100_000,
    "macro": 500_000,
    "mega": 1_000_000,
}

#: Sales are counted from the first posting day to this many days after the last.
CARRY_OVER_DAYS: Final = 28


def tier_of(followers: float) -> str:
    """Return the follower tier (a key of `TIERS`) of a follower count."""
    return [tier for tier, smallest in TIERS.items() if followers >= smallest][-1]


@dataclass(frozen=True, slots=True)
class Window:
    """A span of days, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Campaign:
    """What is advertised, by whom, when and where; the roster is kept apart.

    `markets` of None means every market the brand sells in. `booked_on` is the day
    the roster is decided: features use nothing observed after it.
    """

    brand_id: str
    category: str
    starts_on: date
    ends_on: date
    brief: str | None = None
    markets: tuple[str, ...] | None = None
    booked_on: date | None = None
    campaign_id: str | None = None

    @property
    def window(self) -> Window:
        """The days on which the campaign's sales are counted: posting plus carry-over."""
        return Window(self.starts_on, self.ends_on + timedelta(days=CARRY_OVER_DAYS))


@dataclass(frozen=True, slots=True)
class ProposedCreator:
    """A creator who is not in the catalog, as far as the planner knows them.

    Shares are in 0..1. What is None is filled from similar creators of the catalog.
    `audience` maps a dimension ("market") to shares by value.
    """

    category: str
    language: str
    followers: int
    engagement_rate: float | None = None
    reply_rate: float | None = None
    sponsored_share: float | None = None
    is_virtual: bool = False
    audience: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Booking:
    """One creator's part of a roster: where, in what form, how often, on what terms."""

    creator_id: str
    platform: str
    format: str
    posts: int
    fee: float
    creative_freedom: str = "guided"
    disclosure: str = "platform_label"
    months_with_brand: float = 0.0
    invites_ugc: bool = False
    creator: ProposedCreator | None = None


Roster = tuple[Booking, ...]
