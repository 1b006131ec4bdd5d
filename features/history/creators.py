"""Creator features: one function is one column, its docstring the entry in the dictionary.

A function's parameter names its input, rows known at a moment and grouped by creator:
`posts_90d` and `posts_365d` (posts of that many days, measured by `features.history.posts`),
`accounts` (newest follower counts) and `profile` (the creator's
row). Shares and rates are fractions, not percent. A missing value means unknown, never 0.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Final

from features.entities import FORMATS, SUBSCRIPTION_PLATFORMS, TIERS

if TYPE_CHECKING:
    import ibis.expr.types as ir


def followers_total(accounts: ir.Table) -> ir.Value:
    """Followers over all accounts. Unit: people, counted once per account.

    Missing: no follower count was observed yet.
    """
    return accounts.followers.sum()


def follower_tier(accounts: ir.Table) -> ir.Value:
    """Tier of the largest account. Unit: 0 nano, 1 micro, 2 mid, 3 macro, 4 mega.

    Missing: no follower count was observed yet.
    """
    largest = accounts.followers.max()
    reached = [(largest >= smallest).cast("int64") for smallest in list(TIERS.values())[1:]]
    return reduce(add, reached)


def follower_growth_90d(accounts: ir.Table) -> ir.Value:
    """Relative growth of followers per 90 days. Unit: share of the earlier count.

    From each account's newest count and its newest count at least 90 days older, at an
    even pace where these lie further apart. Missing: no account has both.
    """
    both = (accounts.earlier_followers > 0) & (accounts.followers > 0)
    days = accounts.observed_on.delta(accounts.earlier_on, unit="day")
    ratio = accounts.earlier_followers / accounts.followers.nullif(0)
    before = accounts.followers * ratio.nullif(0).pow(90 / days)
    return accounts.followers.sum(where=both) / before.sum(where=both) - 1


def engagement_per_view_90d(posts_90d: ir.Table) -> ir.Value:
    """Likes, comments, shares and saves per view, last 90 days. Unit: per view.

    Over all posts together. Missing: no post with views and any of these counts.
    """
    both = posts_90d.engagement.notnull() & (posts_90d.views > 0)
    return posts_90d.engagement.sum(where=both) / posts_90d.views.sum(where=both)


def engagement_per_follower_90d(posts_90d: ir.Table) -> ir.Value:
    """Engagement of the median post per follower, last 90 days. Unit: per follower.

    Missing: no post with engagement counts on an account with known followers.
    """
    return posts_90d.engagement_rate.median()


def reply_rate_90d(posts_90d: ir.Table) -> ir.Value:
    """Replies the creator wrote per comment received, last 90 days. Unit: per comment.

    Missing: no commented post with a known number of replies.
    """
    both = posts_90d.creator_replies.notnull() & (posts_90d.comments > 0)
    return posts_90d.creator_replies.sum(where=both) / posts_90d.comments.sum(where=both)


def comment_share_90d(posts_90d: ir.Table) -> ir.Value:
    """Comments among all engagement, last 90 days. Unit: share.

    Missing: no engagement, or comments unknown.
    """
    both = posts_90d.comments.notnull() & (posts_90d.engagement > 0)
    return posts_90d.comments.sum(where=both) / posts_90d.engagement.sum(where=both)


def posts_per_week_90d(posts_90d: ir.Table) -> ir.Value:
    """Posts per week, last 90 days. Unit: posts per week, of posts whose counts were read.

    Missing: no such post.
    """
    return posts_90d.count() * 7 / 90


def posting_gap_cv_90d(posts_90d: ir.Table) -> ir.Value:
    """Irregularity of posting: gaps' standard deviation over their mean, last 90 days.

    Unit: ratio; 0 is clockwork, 1 is chance. Missing: fewer than three posts.
    """
    gaps = posts_90d.gap_seconds.cast("float64")
    number, total, squares = gaps.count(), gaps.sum(), (gaps * gaps).sum()
    variation = number * squares / (total * total).nullif(0) - 1
    even = (variation > 0).ifelse(variation, 0.0).sqrt()
    return (number >= 2).ifelse(even, None)


def _format_share(posts: ir.Table, name: str) -> ir.Value:
    return posts.format.count(where=posts.format == name) / posts.format.count().nullif(0)


def short_video_share_90d(posts_90d: ir.Table) -> ir.Value:
    """Short videos among the posts, last 90 days. Unit: share. Missing: no posts."""
    return _format_share(posts_90d, "short_video")


def long_video_share_90d(posts_90d: ir.Table) -> ir.Value:
    """Long videos among the posts, last 90 days. Unit: share. Missing: no posts."""
    return _format_share(posts_90d, "long_video")


def live_share_90d(posts_90d: ir.Table) -> ir.Value:
    """Live streams among the posts, last 90 days. Unit: share. Missing: no posts."""
    return _format_share(posts_90d, "live")


def format_diversity_90d(posts_90d: ir.Table) -> ir.Value:
    """Chance that two posts differ in format, last 90 days. Unit: 0 (one format) to 1.

    Missing: no posts.
    """
    squares = (_format_share(posts_90d, name).pow(2) for name in FORMATS)
    return 1 - reduce(add, squares)


def sponsored_share_90d(posts_90d: ir.Table) -> ir.Value:
    """Sponsored posts among the posts, last 90 days. Unit: share. Missing: no posts."""
    return posts_90d.is_sponsored.cast("float64").mean()


def disclosure_rate_365d(posts_365d: ir.Table) -> ir.Value:
    """Disclosed posts among the sponsored ones, last 365 days. Unit: share.

    Missing: no sponsored post of which it is known.
    """
    sponsored = posts_365d.is_sponsored.fill_null(False)
    return posts_365d.is_disclosed.cast("float64").mean(where=sponsored)


def median_views_90d(posts_90d: ir.Table) -> ir.Value:
    """Views of the median post, last 90 days. Unit: views. Missing: no post with views known."""
    return posts_90d.views.cast("float64").median()


def median_view_rate_90d(posts_90d: ir.Table) -> ir.Value:
    """Views per follower of the median post, last 90 days. Unit: views per follower.

    Missing: no post with known views on an account with known followers.
    """
    return posts_90d.view_rate.median()


def has_subscription(accounts: ir.Table) -> ir.Value:
    """Whether the creator has paying subscribers or a subscription platform. Unit: 0 or 1.

    Missing: no account is known.
    """
    paid = (accounts.paying_subscribers > 0).fill_null(False)
    return (paid | accounts.platform.isin(SUBSCRIPTION_PLATFORMS)).any().cast("float64")


def paying_subscribers(accounts: ir.Table) -> ir.Value:
    """Paying subscribers over all accounts. Unit: people. Missing: never observed."""
    return accounts.paying_subscribers.sum()


def is_virtual(profile: ir.Table) -> ir.Value:
    """Whether the creator is an AI or virtual persona. Unit: 0 or 1; not stated counts as 0."""
    return profile.is_virtual.fill_null(False).cast("float64").max()


def platform_count(accounts: ir.Table) -> ir.Value:
    """Platforms with an account that was opened or counted by then. Unit: platforms.

    Missing: no account is known.
    """
    return accounts.platform.nunique()


def account_age_days(accounts: ir.Table) -> ir.Value:
    """Age of the oldest account. Unit: days. Missing: no opening day is known."""
    return accounts.as_of.delta(accounts.opened_on, unit="day").max()


def community_count(profile: ir.Table) -> ir.Value:
    """Local or cultural communities the creator belongs to. Unit: communities.

    Missing: not stated.
    """
    return (profile.communities.re_replace("[^;]+", "x").replace(";", "").length()).max()


#: The features in the order of their columns: size, response, rhythm and form, views, person.
FUNCTIONS: Final[tuple[Callable[[ir.Table], ir.Value], ...]] = (
    *(followers_total, follower_tier, follower_growth_90d),
    *(
        engagement_per_view_90d,
        engagement_per_follower_90d,
        reply_rate_90d,
        comment_share_90d,
        posts_per_week_90d,
        posting_gap_cv_90d,
    ),
    *(
        short_video_share_90d,
        long_video_share_90d,
        live_share_90d,
        format_diversity_90d,
        sponsored_share_90d,
        disclosure_rate_365d,
    ),
    *(median_views_90d, median_view_rate_90d),
    *(
        has_subscription,
        paying_subscribers,
        is_virtual,
        platform_count,
        account_age_days,
        community_count,
    ),
)
CREATOR_FEATURES: Final = tuple(function.__name__ for function in FUNCTIONS)
#: Of these features there is also one per account: of a creator on one platform.
ACCOUNT_FUNCTIONS: Final = (
    median_views_90d,
    median_view_rate_90d,
    engagement_per_view_90d,
)
