"""What is agreed in a booking and what the campaign brings along: one function, one column.

A function takes the booked roster and its occasion and returns one value per booking,
[bookings]. NaN means unknown, never 0. Kept out on purpose:
- the fee. Money buys nothing by itself: the same posts at another price sell the same, and
  a planner who edits a fee must see the return change, not the lift.
- disclosure. It is a duty, never a lever; what is missing is flagged, not scored.
- gender, ethnicity or any score of diversity of a creator. Whom to book for who they are is
  the planner's choice (shares in the optimizer), not something to trade against sales.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from features.entities import Window
from features.people.coverage import FloatArray
from features.people.viewing import audience_shown, chance_to_see
from features.rosters.occasion import Occasion
from features.rosters.roster import BookedRoster

#: A partnership of so many months is a long one.
LONG_TERM_MONTHS: Final = 6.0
_FREEDOM: Final = {"scripted": 0.0, "guided": 0.5, "free": 1.0}
_DAYS_PER_YEAR: Final = 365.25

WordArray = npt.NDArray[np.str_]


def log_platform_followers(booked: BookedRoster, occasion: Occasion) -> FloatArray:
    """Followers of the booked account. Unit: natural log of 1 + people.

    Of the creator's largest account where nothing is known of the booked one.
    """
    return np.log1p(booked.accounts.followers)


def log_views_per_post(booked: BookedRoster, occasion: Occasion) -> FloatArray:
    """Views of the median post on the booked account, last 90 days. Unit: natural log of 1 + views.

    Of a proposed creator: as usual among similar creators. Missing: no post with known views.
    """
    return np.log1p(_known_views(booked))


def log_views_per_follower(booked: BookedRoster, occasion: Occasion) -> FloatArray:
    """Views of the median post per follower of the booked account. Unit: natural log of 1 + ratio.

    Missing: no post with known views, or no followers.
    """
    return np.log1p(_per_follower(booked, _known_views(booked)))


def log_reach_per_follower(booked: BookedRoster, occasion: Occasion) -> FloatArray:
    """People who see at least one of the booked posts, anywhere, per follower of the account.

    Unit: natural log of 1 + ratio; the ratio is above 1 where posts reach strangers. Missing: no
    followers.
    """
    accounts = booked.accounts
    chance = chance_to_see(booked.posts, accounts.followers, accounts.views_per_post)
    shown = audience_shown(accounts.followers, accounts.views_per_post)
    return np.log1p(_per_follower(booked, chance * shown))


def platform_engagement_per_view(booked: BookedRoster, occasion: Occasion) -> FloatArray:
    """Likes, comments, shares and saves per view on the booked account, last 90 days.

    Unit: per view. Missing: no viewed posts there.
    """
    return booked.accounts.engagement_per_view


def posts(booked: BookedRoster, occasion: Occasion) -> FloatArray:
    """Posts booked. Unit: posts."""
    return booked.posts


def creative_freedom(booked: BookedRoster, occasion: Occasion) -> FloatArray:
    """How free the creator is. Unit: 0 scripted, 0.5 guided, 1 free. Missing: anything else."""
    return np.array([_FREEDOM.get(b.creative_freedom, np.nan) for b in booked.roster])


def log_months_with_brand(booked: BookedRoster, occasion: Occasion) -> FloatArray:
    """Length of the partnership with the brand at booking. Unit: natural log of 1 + months."""
    return np.log1p(_months(booked))


def is_long_term(booked: BookedRoster, occasion: Occasion) -> FloatArray:
    """1 where the partnership with the brand has lasted 6 months or more, else 0."""
    return (_months(booked) >= LONG_TERM_MONTHS).astype(float)


def invites_ugc(booked: BookedRoster, occasion: Occasion) -> FloatArray:
    """1 where the posts ask followers for content of their own, else 0."""
    return np.array([float(booking.invites_ugc) for booking in booked.roster])


def posting_weeks(booked: BookedRoster, occasion: Occasion) -> FloatArray:
    """From the first to the last posting day. Unit: weeks."""
    return _same(booked, occasion.posting_days / 7)


def log_brand_revenue_per_head(booked: BookedRoster, occasion: Occasion) -> FloatArray:
    """The brand's weekly sales per inhabitant of the campaign's markets, mean of 26 weeks.

    Unit: natural log of currency per person and week. The same reach is a large percentage for a
    small brand. Missing: no sales in these markets.
    """
    revenue = occasion.weekly_revenue_per_head
    return _same(booked, np.log(revenue) if revenue > 0 else np.nan)


def season_sin(booked: BookedRoster, occasion: Occasion) -> FloatArray:
    """Sine of the time of year in the middle of the campaign's window: 1 at the end of March."""
    return _same(booked, np.sin(_season(occasion.window)))


def season_cos(booked: BookedRoster, occasion: Occasion) -> FloatArray:
    """Cosine of the time of year in the middle of the campaign's window: 1 at new year."""
    return _same(booked, np.cos(_season(occasion.window)))


def platform(booked: BookedRoster, occasion: Occasion) -> WordArray:
    """Platform the posts appear on. A word."""
    return np.array([booking.platform for booking in booked.roster], dtype=np.str_)


def format(booked: BookedRoster, occasion: Occasion) -> WordArray:
    """Format of the posts. A word."""
    return np.array([booking.format for booking in booked.roster], dtype=np.str_)


def creator_category(booked: BookedRoster, occasion: Occasion) -> WordArray:
    """The creator's niche. A word."""
    return booked.creators.category[booked.creator]


def _known_views(booked: BookedRoster) -> FloatArray:
    """Return views per post where they were observed, or filled in for a proposed creator."""
    filled = set(booked.filled)
    proposed = np.array([booking.creator_id in filled for booking in booked.roster])
    known = booked.accounts.views_known | proposed
    return np.where(known, booked.accounts.views_per_post, np.nan)


def _per_follower(booked: BookedRoster, amount: FloatArray) -> FloatArray:
    followers = booked.accounts.followers
    ratio: FloatArray = np.divide(
        amount, followers, out=np.full_like(followers, np.nan), where=followers > 0
    )
    return ratio


def _months(booked: BookedRoster) -> FloatArray:
    return np.array([booking.months_with_brand for booking in booked.roster], dtype=float)


def _season(window: Window) -> float:
    middle = date.fromordinal((window.first.toordinal() + window.last.toordinal()) // 2)
    return 2 * np.pi * (middle.timetuple().tm_yday - 1) / _DAYS_PER_YEAR


def _same(booked: BookedRoster, value: float) -> FloatArray:
    return np.full(len(booked.roster), value)


TermFeature = Callable[[BookedRoster, Occasion], FloatArray]
TermWord = Callable[[BookedRoster, Occasion], WordArray]

#: The numeric term features, then those that are words, each in the order of its columns.
TERM_FUNCTIONS: Final[tuple[TermFeature, ...]] = (
    log_platform_followers,
    log_views_per_post,
    log_views_per_follower,
    log_reach_per_follower,
    platform_engagement_per_view,
    posts,
    creative_freedom,
    log_months_with_brand,
    is_long_term,
    invites_ugc,
    posting_weeks,
    log_brand_revenue_per_head,
    season_sin,
    season_cos,
)
WORD_FUNCTIONS: Final[tuple[TermWord, ...]] = (platform, format, creator_category)

CATEGORICAL_FEATURES: Final = tuple(function.__name__ for function in WORD_FUNCTIONS)
TERM_FEATURES: Final = (*(function.__name__ for function in TERM_FUNCTIONS), *CATEGORICAL_FEATURES)
