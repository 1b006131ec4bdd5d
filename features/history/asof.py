"""The only place where time is cut: what was known at each wanted moment.

A moment is a day and a creator (columns `as_of`, `creator_id`); the day counts in full,
so a row observed on the day itself is known. Every function answers for all moments in
one pass: from the moments to the accounts of their creators to the rows of these, so that
only wanted rows are ever sorted or counted. Of rows under one key the newest counts that
was observed by the moment: what was read again later changes nothing earlier.
Only plain joins, windows and aggregates are used, which DuckDB and Spark both have.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import ibis
import ibis.expr.types as ir

from features.tables import cleaning
from features.tables.schema import TABLES

#: Counts of a post without `observed_at` are taken as read this long after it appeared.
DAYS_UNTIL_READ: Final = 7
MOMENT: Final = ("as_of", "creator_id")
#: Posts older than this count in no feature.
LONGEST_LOOK_BACK: Final = 365


def reading_days(posts: ir.Table) -> ir.Table:
    """The days on which any post of the source was read: read_on."""
    return _with_reading_time(posts).select("read_on").distinct()


def posting_accounts(moments: ir.Table, accounts: ir.Table, read_days: ir.Table) -> ir.Table:
    """The accounts of each moment's creator, and how far posts on them were read by then.

    `read_until` is the newest day on or before the moment on which any post of the source was
    read: in a source that was last filled a month ago, the newest posts it could hold are a
    month old, and that says nothing about how often its creators post. Returns as_of,
    creator_id, read_until, account_id, platform. Keep it before joining posts to it, so that
    they meet on few accounts, and never on days alone.
    """
    asked = moments.select("as_of").distinct()
    before = asked.join(read_days, read_days.read_on <= asked.as_of)
    newest = before.group_by("as_of").agg(read_until=before.read_on.max())
    held = accounts.select("account_id", "creator_id", "platform")
    return moments.join(newest, "as_of").join(held, "creator_id")


def known_posts(held: ir.Table, posts: ir.Table, *, days: int, columns: Sequence[str]) -> ir.Table:
    """Readings of posts of the `days` days up to each moment that had been taken by then.

    Args:
        held: what `posting_accounts` gives; the span of days ends on its `read_until`.
        posts: usable rows of posts.
        columns: which columns of posts are wanted; few are read faster than all.

    Returns a row per moment and reading: as_of, creator_id, platform, age_days (0 on the
    last day of the span), post_id, account_id, published_at, read_at and the `columns`.
    A post read several times by then has several; `newest_readings` keeps the last.
    """
    read = _with_reading_time(posts)
    joined = held.join(
        read,
        [
            held.account_id == read.account_id,
            read.read_on <= held.read_until,
            held.read_until.delta(read.published_on, unit="day") < days,
        ],
    )
    aged = joined.mutate(age_days=joined.read_until.delta(joined.published_on, unit="day"))
    return aged.select(
        *(*MOMENT, "platform", "age_days", "post_id", "account_id", "published_at", "read_at"),
        *columns,
    )


def newest_readings(readings: ir.Table) -> ir.Table:
    """Of each moment's readings the newest of every post, ties by the largest values."""
    key = [*MOMENT, "post_id"]
    order = [c.name for c in TABLES["posts"].columns if c.name in readings.columns]
    return cleaning.first_of(readings, key, ["read_at", *(n for n in order if n not in key)])


def _with_reading_time(posts: ir.Table) -> ir.Table:
    usual = posts.published_at + ibis.interval(days=DAYS_UNTIL_READ)
    read_at = posts.observed_at.fill_null(usual)
    return posts.mutate(
        read_at=read_at, read_on=read_at.date(), published_on=posts.published_at.date()
    )


def still_of_use(posts: ir.Table, read_until: date, half_year: tuple[date, date]) -> ir.Table:
    """Posts that can still count in a moment on or after one whose span ended on `read_until`.

    Those within the longest look-back, those read on its last day or later, which say when a
    later span ends, and those read within `half_year`, a span of days, both included.
    """
    read = _with_reading_time(posts)
    age = ibis.literal(read_until).delta(read.published_on, unit="day")
    kept = read.filter(
        (age < LONGEST_LOOK_BACK) | (read.read_on >= read_until) | read.read_on.between(*half_year)
    )
    return kept.select(*posts.columns)


def known_accounts(moments: ir.Table, accounts: ir.Table, stats: ir.Table) -> ir.Table:
    """Each creator's accounts with their newest counts, and the counts 90 days before those.

    Returns a row per moment and account that had been opened or counted by then: as_of,
    creator_id, account_id, platform, opened_on, observed_on, followers, paying_subscribers,
    earlier_on, earlier_followers; nulls where nothing was observed. `stats` are usable rows.
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
    of_wanted = stats.semi_join(wanted, "account_id")
    single = cleaning.one_per_key(of_wanted, TABLES["account_stats"])
    rows = wanted.join(
        single,
        [wanted.account_id == single.account_id, single.observed_on <= wanted.as_of],
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
    single = cleaning.one_per_key(newest, TABLES["audience"], "as_of")
    return single.select(*MOMENT, "dimension", "value", "share")


def known_rates(moments: ir.Table, rates: ir.Table) -> ir.Table:
    """The newest asked fees: as_of, creator_id, platform, format, fee_per_post."""
    newest = _newest(moments, rates, (*MOMENT, "platform", "format"))
    single = cleaning.one_per_key(newest, TABLES["rates"], "as_of")
    return single.select(*MOMENT, "platform", "format", "fee_per_post")


def _newest(moments: ir.Table, rows: ir.Table, group: tuple[str, ...]) -> ir.Table:
    """Of the rows observed by each moment those of the newest day in each group."""
    known = moments.join(
        rows,
        [moments.creator_id == rows.creator_id, rows.observed_on <= moments.as_of],
    ).drop("creator_id_right")
    dated = known.mutate(newest_on=known.observed_on.max().over(group_by=list(group)))
    return dated.filter(dated.observed_on == dated.newest_on).drop("newest_on")
