"""What creator features need to know of each single post."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

_ENGAGEMENTS: Final = ("likes", "comments", "shares", "saves")
#: What is counted of a post; brand and caption are read apart, where they are needed.
NUMBERS: Final = (
    *("format", "views", *_ENGAGEMENTS),
    *("creator_replies", "is_sponsored", "is_disclosed"),
)


def measured(posts: ir.Table, accounts: ir.Table) -> ir.Table:
    """Add engagement, account_followers, view_rate and engagement_rate to posts."""
    counts = posts.select(*posts.columns).join(
        accounts.select("as_of", "account_id", account_followers=accounts.followers.nullif(0)),
        ["as_of", "account_id"],
        how="left",
    )
    parts = [counts[name] for name in _ENGAGEMENTS]
    none_known = ibis.and_(*(part.isnull() for part in parts))
    engagement = sum((part.fill_null(0) for part in parts), start=ibis.literal(0))
    rows = counts.mutate(engagement=none_known.ifelse(ibis.null("int64"), engagement))
    return rows.mutate(
        view_rate=rows.views / rows.account_followers,
        engagement_rate=rows.engagement / rows.account_followers,
    ).drop("as_of_right", "account_id_right")


def with_gaps(posts: ir.Table) -> ir.Table:
    """Add gap_seconds: the time since the creator's post before, null for the first of these."""
    second = posts.published_at.epoch_seconds()
    in_turn = ibis.window(group_by=["as_of", "creator_id"], order_by=second)
    return posts.mutate(gap_seconds=second - second.lag().over(in_turn))
