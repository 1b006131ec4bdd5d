"""Ways to break the tables of a sound source, and what `check` has to say of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from tests.features.tiny_world import Tables

Break = Callable[[Tables], None]


def put(table: str, column: str, value: Any, rows: int = 1) -> Break:
    """Write a value into the first rows of a column."""

    def apply(tables: Tables) -> None:
        frame = tables[table].copy()
        frame[column] = [value] * rows + frame[column].astype(object).tolist()[rows:]
        if isinstance(value, str):  # what a CSV or a careless export would hold
            frame[column] = frame[column].map(lambda v: v if pd.isna(v) else str(v))
        tables[table] = frame.infer_objects()

    return apply


def drop_column(table: str, column: str) -> Break:
    def apply(tables: Tables) -> None:
        tables[table] = tables[table].drop(columns=column)

    return apply


def drop_rows(table: str, query: str) -> Break:
    def apply(tables: Tables) -> None:
        tables[table] = tables[table].query(f"not ({query})")

    return apply


def repeat(table: str, **changes: Any) -> Break:
    def apply(tables: Tables) -> None:
        again = tables[table].iloc[[0]].assign(**changes)
        tables[table] = pd.concat([tables[table], again], ignore_index=True)

    return apply


def drop_table(table: str) -> Break:
    def apply(tables: Tables) -> None:
        del tables[table]

    return apply


def sell_on_tuesdays(tables: Tables) -> None:
    tables["sales"] = tables["sales"].assign(date=tables["sales"]["date"] + pd.Timedelta(days=1))


def sell_by_day(tables: Tables, share: int = 1) -> None:
    """Every series (or every share-th) by day instead of by week."""
    sales = tables["sales"]
    days = [sales.assign(date=sales["date"] + pd.Timedelta(days=day)) for day in range(7)]
    daily = pd.concat(days)
    chosen = daily["market_id"] == "m-north" if share > 1 else daily["date"].notna()
    weekly = sales[~sales["market_id"].eq("m-north")] if share > 1 else sales.iloc[:0]
    tables["sales"] = pd.concat([daily[chosen], weekly], ignore_index=True)


def sell_by_day_with_a_hole(tables: Tables) -> None:
    sell_by_day(tables)
    tables["sales"] = tables["sales"].query("date != @pd.Timestamp('2023-03-08')")


def share_too_much(tables: Tables) -> None:
    audience = tables["audience"]
    market = audience[audience["dimension"] == "market"].index[:2]
    tables["audience"] = audience.assign(
        share=audience["share"].mask(audience.index.isin(market), 0.8)
    )


def disclose_everything(tables: Tables) -> None:
    tables["posts"] = tables["posts"].assign(is_disclosed=True)


def no_followers(tables: Tables) -> None:
    stats, accounts = tables["account_stats"], tables["accounts"]
    own = accounts[accounts["creator_id"] == "000"]["account_id"]
    tables["account_stats"] = stats.assign(
        followers=stats["followers"].mask(stats["account_id"].isin(own), 0)
    )


# Every case: table, column, problem, count (None: not compared), stops training, how to break.
CASES: list[tuple[str, str, str, int | None, bool, Break]] = [
    ("sales", "", "missing_table", 1, True, drop_table("sales")),
    ("sales", "", "empty_table", 1, True, drop_rows("sales", "revenue > 0")),
    ("posts", "", "empty_table", 1, False, drop_rows("posts", "post_id > ''")),
    ("posts", "published_at", "missing_column", 1, True, drop_column("posts", "published_at")),
    ("sales", "revenue", "wrong_type", 2, True, put("sales", "revenue", "a lot", 2)),
    ("posts", "views", "wrong_type", 3, False, put("posts", "views", "many", 3)),
    ("campaigns", "starts_on", "wrong_type", 1, True, put("campaigns", "starts_on", "soon")),
    ("campaigns", "starts_on", "null_required", 1, True, put("campaigns", "starts_on", None)),
    ("posts", "published_at", "null_required", 2, False, put("posts", "published_at", None, 2)),
    ("posts", "published_at", "null_required", 99, True, put("posts", "published_at", None, 99)),
    ("creators", "language", "null_required", 1, False, put("creators", "language", None)),
    ("posts", "", "repeated_row", 1, False, repeat("posts")),
    ("bookings", "", "repeated_row", 1, False, repeat("bookings")),
    ("posts", "post_id", "conflicting_key", 1, False, repeat("posts", views=10**9)),
    (
        "sales", "brand_id, market_id, date", "conflicting_key", 1, True,
        repeat("sales", revenue=1.0),
    ),
    ("posts", "views", "negative", 2, False, put("posts", "views", -1, 2)),
    ("bookings", "fee", "negative", 1, True, put("bookings", "fee", -5.0)),
    ("sales", "revenue", "negative", 1, False, put("sales", "revenue", -5.0)),
    ("bookings", "posts", "too_small", 1, True, put("bookings", "posts", 0)),
    ("markets", "population", "too_small", 1, True, put("markets", "population", 0)),
    ("audience", "share", "share_out_of_range", 2, False, put("audience", "share", 1.5, 2)),
    ("sales", "discount", "share_out_of_range", 1, False, put("sales", "discount", 15.0)),
    (
        "assignments", "propensity", "share_out_of_range", 1, True,
        put("assignments", "propensity", 50.0),
    ),
    ("audience", "share", "shares_above_one", 1, False, share_too_much),
    ("bookings", "creator_id", "unknown_reference", 1, True, put("bookings", "creator_id", "x")),
    ("posts", "account_id", "unknown_reference", 2, False, put("posts", "account_id", "x", 2)),
    ("audience", "value", "unknown_reference", 1, False, put("audience", "value", "m-nowhere")),
    ("bookings", "platform", "unknown_value", 1, True, put("bookings", "platform", "myspace")),
    ("posts", "format", "unknown_value", 1, False, put("posts", "format", "hologram")),
    ("audience", "dimension", "unknown_value", 1, False, put("audience", "dimension", "shoes")),
    (
        "campaigns", "ends_on", "wrong_order", 1, True,
        put("campaigns", "ends_on", pd.Timestamp("2023-01-02")),
    ),
    (
        "campaigns", "booked_on", "wrong_order", 1, True,
        put("campaigns", "booked_on", pd.Timestamp("2024-01-02")),
    ),
    (
        "posts", "observed_at", "wrong_order", 1, False,
        put("posts", "observed_at", pd.Timestamp("2020-01-02")),
    ),
    (
        "campaigns", "ends_on", "implausible_date", 1, True,
        put("campaigns", "ends_on", pd.Timestamp("2203-01-02")),
    ),
    (
        "account_stats", "observed_on", "future_date", 1, False,
        put("account_stats", "observed_on", pd.Timestamp("2024-06-02")),
    ),
    (
        "followers", "sample_rate", "sample_rate_varies", 2, False,
        put("followers", "sample_rate", 0.5),
    ),
    ("sales", "date", "mixed_grain", None, True, lambda tables: sell_by_day(tables, share=2)),
    ("sales", "date", "not_monday", 2 * 4 * 62, True, sell_on_tuesdays),
    ("sales", "date", "missing_weeks", 8, False, drop_rows("sales", "date == @pd.Timestamp('2023-03-06')")),
    ("sales", "date", "missing_days", 8, False, sell_by_day_with_a_hole),
    ("creators", "creator_id", "no_account", 2, False, drop_rows("accounts", "creator_id == '000'")),
    ("account_stats", "creator_id", "no_followers", None, False, no_followers),
    ("campaigns", "campaign_id", "no_bookings", 1, False, drop_rows("bookings", "campaign_id=='c1'")),
    (
        "campaigns", "campaign_id", "no_sales", 2, False,
        drop_rows("sales", "brand_id == 'b2'"),
    ),
    (
        "assignments", "campaign_id", "no_holdout", 1, False,
        drop_rows("assignments", "campaign_id == 'c1' and not treated"),
    ),
    ("posts", "is_disclosed", "disclosed_without_sponsor", None, False, disclose_everything),
]  # fmt: skip
