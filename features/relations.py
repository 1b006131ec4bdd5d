"""Faults between the input tables: ids that lead nowhere, and parts that are missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import ibis
import ibis.expr.types as ir

from features.entities import CARRY_OVER_DAYS
from features.faults import Fault, fault
from features.schema import TABLES

#: References that leave evidence in pieces; rows behind the others are dropped and counted.
_STOPPING: Final = (("campaigns", "brand_id"), ("bookings", "creator_id"))

Typed = dict[str, ir.Table]


def check(typed: Typed) -> Iterator[Fault]:
    """Faults between those of the typed tables that are there."""
    yield from _references(typed)
    yield from _market_values(typed)
    for needed, look in _PARTS:
        if all(name in typed for name in needed):
            yield from look(*(typed[name] for name in needed))


def _references(typed: Typed) -> Iterator[Fault]:
    for name, rows in typed.items():
        for column in TABLES[name].columns:
            if column.references in typed:
                known = typed[column.references][column.name]
                yield from _unknown(
                    rows.filter(rows[column.name].notnull() & rows[column.name].notin(known)),
                    name,
                    column.name,
                    column.references,
                )


def _market_values(typed: Typed) -> Iterator[Fault]:
    if "audience" in typed and "markets" in typed:
        rows = typed["audience"]
        of_market = rows.filter(rows.dimension == "market")
        nowhere = of_market.filter(of_market.value.notin(typed["markets"].market_id))
        yield from _unknown(nowhere, "audience", "value", "markets")


def _unknown(rows: ir.Table, table: str, column: str, target: str) -> Iterator[Fault]:
    count, example = _count(rows, column)
    if count:
        yield fault(
            table,
            column,
            "unknown_reference",
            count,
            example,
            stops=(table, column) in _STOPPING,
            detail=f"is not in {target}",
        )


def _count(rows: ir.Table, column: str) -> tuple[int, str | None]:
    found = rows.agg(count=rows.count(), example=rows[column].cast("string").min())
    answer = found.to_pyarrow().to_pylist()[0]
    return int(answer["count"]), answer["example"]


def _found(rows: ir.Table, table: str, column: str, problem: str) -> Iterator[Fault]:
    count, example = _count(rows, column)
    if count:
        yield fault(table, column, problem, count, example, stops=False)


def _without_account(creators: ir.Table, accounts: ir.Table) -> Iterator[Fault]:
    alone = creators.filter(creators.creator_id.notin(accounts.creator_id))
    yield from _found(alone, "creators", "creator_id", "no_account")


def _without_followers(accounts: ir.Table, stats: ir.Table) -> Iterator[Fault]:
    counted = stats.filter(stats.followers > 0)
    rows = accounts.join(counted.select("account_id").distinct(), "account_id", how="semi")
    alone = accounts.filter(accounts.creator_id.notin(rows.creator_id))
    yield from _found(
        alone.select("creator_id").distinct(), "account_stats", "creator_id", "no_followers"
    )


def _without_bookings(campaigns: ir.Table, bookings: ir.Table) -> Iterator[Fault]:
    alone = campaigns.filter(campaigns.campaign_id.notin(bookings.campaign_id))
    yield from _found(alone, "campaigns", "campaign_id", "no_bookings")


def _without_sales(campaigns: ir.Table, assignments: ir.Table, sales: ir.Table) -> Iterator[Fault]:
    cells = campaigns.join(assignments, "campaign_id")
    sold = cells.join(
        sales.select("brand_id", "market_id", "date"),
        [
            "brand_id",
            "market_id",
            sales.date >= cells.starts_on,
            sales.date <= cells.ends_on + ibis.interval(days=CARRY_OVER_DAYS),
        ],
    )
    past = campaigns.filter(campaigns.starts_on <= sales.date.max().as_scalar())
    alone = past.filter(past.campaign_id.notin(sold.campaign_id))
    yield from _found(alone, "campaigns", "campaign_id", "no_sales")


def _without_holdout(campaigns: ir.Table, assignments: ir.Table) -> Iterator[Fault]:
    sides = assignments.group_by("campaign_id").agg(sides=assignments.treated.nunique())
    both = sides.filter(sides.sides == 2)
    alone = campaigns.filter(campaigns.campaign_id.notin(both.campaign_id))
    yield from _found(alone, "assignments", "campaign_id", "no_holdout")


_PARTS: Final = (
    (("creators", "accounts"), _without_account),
    (("accounts", "account_stats"), _without_followers),
    (("campaigns", "bookings"), _without_bookings),
    (("campaigns", "assignments", "sales"), _without_sales),
    (("campaigns", "assignments"), _without_holdout),
)
