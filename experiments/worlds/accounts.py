"""Accounts: on which platforms creators publish, in which formats, and how often posts are seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from experiments.worlds.creators import Creators
from experiments.worlds.settings import Bools, Dates, Floats, Ints, WorldSettings
from features.entities import FORMATS, PLATFORMS, SUBSCRIPTION_PLATFORMS

#: Formats creators publish on each platform, the usual one first.
PLATFORM_FORMATS: Final[Mapping[str, tuple[str, ...]]] = {
    "instagram": ("short_video", "image", "carousel", "story"),
    "tiktok": ("short_video", "live"),
    "youtube": ("long_video", "short_video"),
    "threads": ("text",),
    "facebook": ("image", "short_video"),
    "x": ("text", "image"),
    "twitch": ("live",),
    "pinterest": ("image",),
    "snapchat": ("story", "short_video"),
    "patreon": ("text", "audio"),
    "substack": ("newsletter",),
}
SHORT_VIDEO: Final = FORMATS.index("short_video")
#: Views per follower of a post by a creator with 10,000 followers, in the order of FORMATS.
_VIEW_RATE: Final = (0.0, 0.25, 0.22, 0.24, 0.10, 0.05, 0.12, 0.45, 0.20)
#: Views of a short video by a creator with 10,000 followers, and their growth with followers.
_SHORT_VIDEO_VIEWS: Final = 3_500.0
SHORT_VIDEO_ELASTICITY: Final = 0.10
_VIEW_ELASTICITY: Final = 0.92
#: A new platform has been open for so long when the data end.
_NEW_PLATFORM_DAYS: Final = 120
_MAIN_SHARES: Final = {
    "instagram": 0.42,
    "tiktok": 0.30,
    "youtube": 0.20,
    "x": 0.04,
    "twitch": 0.04,
}
_SIDE_SHARES: Final = {
    "instagram": 0.35,
    "tiktok": 0.30,
    "youtube": 0.25,
    "threads": 0.12,
    "facebook": 0.12,
    "x": 0.12,
    "pinterest": 0.06,
    "snapchat": 0.06,
    "patreon": 0.05,
    "substack": 0.06,
}


@dataclass(frozen=True, slots=True)
class Accounts:
    """All accounts, sorted by creator; arrays have one entry per account."""

    account_ids: tuple[str, ...]
    creator: Ints
    #: Position in PLATFORMS.
    platform: Ints
    is_main: Bools
    #: Followers there as a share of the creator's largest account.
    follower_share: Floats
    #: Paying subscribers as a share of the followers there; NaN where the platform has none.
    paying_share: Floats
    opened_on: Dates

    def of_creator(self, creator: int) -> Ints:
        """Positions of a creator's accounts."""
        first, last = np.searchsorted(self.creator, [creator, creator + 1])
        return np.arange(first, last)

    def on(self, platform: str | None) -> Bools:
        """Which accounts are on a platform; none where there is no such platform."""
        code = -1 if platform is None else PLATFORMS.index(platform)
        return np.asarray(self.platform == code)


def build_accounts(settings: WorldSettings, creators: Creators) -> Accounts:
    """Draw the accounts: one main account each and some smaller ones on other platforms."""
    rng = settings.stream("accounts")
    n = creators.count
    platforms = np.zeros((n, len(PLATFORMS)), dtype=bool)
    for name, chance in _SIDE_SHARES.items():
        platforms[:, PLATFORMS.index(name)] = rng.random(n) < chance
    options = [PLATFORMS.index(name) for name in _MAIN_SHARES]
    main = rng.choice(options, size=n, p=list(_MAIN_SHARES.values()))
    platforms[np.arange(n), main] = True
    creator, platform = np.nonzero(platforms)
    is_main = platform == main[creator]
    count = len(creator)
    subscription = np.isin(platform, [PLATFORMS.index(name) for name in SUBSCRIPTION_PLATFORMS])
    share = rng.beta(1.2, 3.0, count) * np.where(subscription, 0.15, 1.0)
    age_days = (rng.random(count) * 2500 + 120).astype(np.int64)
    opened_on = settings.first_week - age_days.astype("timedelta64[D]")
    if settings.rules.new_platform is not None:
        new = platform == PLATFORMS.index(settings.rules.new_platform)
        days = age_days[new] % _NEW_PLATFORM_DAYS + 1
        opened_on[new] = settings.last_day - days.astype("timedelta64[D]")
    return Accounts(
        account_ids=tuple(f"a{a:05d}" for a in range(count)),
        creator=creator,
        platform=platform,
        is_main=is_main,
        follower_share=np.where(is_main, 1.0, np.clip(share, 0.005, 0.9)),
        paying_share=np.where(subscription, rng.beta(2.0, 20.0, count), np.nan),
        opened_on=opened_on,
    )


def formats_on(platform: int) -> Ints:
    """Positions in FORMATS of what is published on a platform, the usual one first."""
    return np.array([FORMATS.index(name) for name in PLATFORM_FORMATS[PLATFORMS[platform]]])


def expected_views(followers: Floats, post_format: Ints, appeal: Floats) -> Floats:
    """Median views of a post.

    Short videos are spread by the platform, whoever follows: their views hardly grow with the
    followers (elasticity 0.10: Tian 2024). Other formats are mostly seen by followers.
    """
    size = np.maximum(followers, 1.0) / 10_000
    short = _SHORT_VIDEO_VIEWS * size**SHORT_VIDEO_ELASTICITY
    other = np.array(_VIEW_RATE)[post_format] * 10_000 * size**_VIEW_ELASTICITY
    views: Floats = np.where(post_format == SHORT_VIDEO, short, other) * np.exp(appeal)
    return views


def seen_by_followers(views: Floats, followers: Floats, post_format: Ints) -> Floats:
    """Chance that an average follower sees a post; the other views come from strangers."""
    share = np.where(post_format == SHORT_VIDEO, 0.4, 1.0)
    rate: Floats = np.minimum(views * share / np.maximum(followers, 1.0), 0.5)
    return rate
