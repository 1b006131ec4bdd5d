"""The only place where time is cut: what was known at each wanted moment.

A moment is a day and a creator (columns `as_of`, `creator_id`); the day counts in full,
so a row observed on the day itself is known. Every function answers for all moments in
one pass: a join of the moments with the rows of their creators, an inequality on dates.
Only plain joins, windows and aggregates are used, which DuckDB and Spark both have.
"""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

#: Counts of a post without `observed_at` are taken as read this long after it appeared.
DAYS_UNTIL_READ: Final = 7
MOMENT: Final = ("as_of", "creator_id")


def known_posts(moments: ir.Table, accounts: ir.Table, posts: ir.Table, *, days: int) -> ir.Table:
    """Posts of the `days` days up to each moment whose counts were read by then.

    The span ends on the newest day on or before the moment on which any post of the source
    was read: in a source that was last filled a month ago, the newest posts it could hold
    are a month old, and that says nothing about how often its creators post.

    Returns a row per moment and post: as_of, creator_id, platform, age_days (0 on the
    last day of the span) and the columns of posts.
    """
    read = _with_reading_day(posts)
    of_creators = read.join(accounts.select("account_id", "creator_id", "platform"), "account_id")
    spans = _spans(moments, read)
    joined = spans.join(
        of_creators,
        [
            spans.creator_id == of_creators.creator_id,
            of_creators.read_on <= spans.read_until,
        ],
    )
    aged = joined.mutate(age_days=joined.read_until.delta(joined.published_on, unit="day"))
    inner = ("creator_id_right", "read_on", "published_on", "read_until")
    return aged.filter(aged.age_days < days).drop(*inner)


def _with_reading_day(posts: ir.Table) -> ir.Table:
    usual = posts.published_at + ibis.interval(days=DAYS_UNTIL_READ)
    return posts.mutate(
        read_on=posts.observed_at.fill_null(usual).date(),
        published_on=posts.published_at.date(),
    )


def _spans(moments: ir.Table, read: ir.Table) -> ir.Table:
    """Moments with `read_until`, the newest day any post was read on or before."""
    asked, days = moments.select("as_of").distinct(), read.select("read_on").distinct()
    before = asked.join(days, days.read_on <= asked.as_of)
    newest = before.group_by("as_of").agg(read_until=before.read_on.max())
    return moments.join(newest, "as_of")


def known_accounts(moments: ir.Table, accounts: ir.Table, stats: ir.Table) -> ir.Table:
    """Each creator's accounts with their newest counts, and the counts 90 days before those.

    Returns a row per moment and account that had been opened or counted by then: as_of,
    creator_id, account_id, platform, opened_on, observed_on, followers, paying_subscribers,
    earlier_on, earlier_followers; nulls where nothing was observed.
    """
    held = moments.join(accounts, "creator_id")
    opened = (held.opened_on <= held.as_of).ifelse(held.opened_on, ibis.null("date"))
    held = held.select("as_of", "creator_id", "account_id", "platform", opened_on=opened)
    counted = _counts(held.select("as_of", "account_id"), stats)
    joined = held.left_join(counted, ["as_of", "account_id"])
    known = joined.filter(joined.opened_on.notnull() | joined.observed_on.notnull())
    return known.drop("as_of_right", "account_id_right")


def _counts(wanted: ir.Table, stats: ir.Table) -> ir.Table:
    """Newest counts per as_of and account, and the newest at least 90 days older."""
    rows = wanted.join(
        stats,
        [wanted.account_id == stats.account_id, stats.observed_on <= wanted.as_of],
    ).drop("account_id_right")
    dated = rows.mutate(newest_on=rows.observed_on.max().over(group_by=["as_of", "account_id"]))
    newest = dated.observed_on == dated.newest_on
    earlier = dated.newest_on.delta(dated.observed_on, unit="day") >= 90
    paying = dated.paying_subscribers.notnull()
    return dated.group_by("as_of", "account_id").agg(
        observed_on=dated.newest_on.max(),
        followers=dated.followers.max(where=newest),
        paying_subscribers=dated.paying_subscribers.argmax(dated.observed_on, where=paying),
        earlier_on=dated.observed_on.max(where=earlier),
        earlier_followers=dated.followers.argmax(dated.observed_on, where=earlier),
    )


def known_audience(moments: ir.Table, audience: ir.Table) -> ir.Table:
    """The newest shares of each dimension: as_of, creator_id, dimension, value, share."""
    newest = _newest(moments, audience, (*MOMENT, "dimension"))
    return newest.select(*MOMENT, "dimension", "value", "share")


def known_rates(moments: ir.Table, rates: ir.Table) -> ir.Table:
    """The newest asked fees: as_of, creator_id, platform, format, fee_per_post."""
    newest = _newest(moments, rates, (*MOMENT, "platform", "format"))
    return newest.select(*MOMENT, "platform", "format", "fee_per_post")


def _newest(moments: ir.Table, rows: ir.Table, group: tuple[str, ...]) -> ir.Table:
    """Of the rows observed by each moment those of the newest day in each group."""
    known = moments.join(
        rows,
        [moments.creator_id == rows.creator_id, rows.observed_on <= moments.as_of],
    ).drop("creator_id_right")
    dated = known.mutate(newest_on=known.observed_on.max().over(group_by=list(group)))
    return dated.filter(dated.observed_on == dated.newest_on).drop("newest_on")
