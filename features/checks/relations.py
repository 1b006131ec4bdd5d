"""Faults between the input tables: ids that lead nowhere, and parts that are missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

import ibis
import ibis.expr.types as ir

from features.checks.faults import Fault, fault
from features.entities import CARRY_OVER_DAYS
from features.tables.columns import Table

#: References that leave evidence in pieces; rows behind the others are dropped and counted.
_STOPPING: Final = (("campaigns", "brand_id"), ("bookings", "creator_id"))

Typed = dict[str, ir.Table]


@dataclass(frozen=True)
class Reference:
    """A column whose values another table must hold; `unknown` says which rows' it does not."""

    column: str
    target: str
    unknown: Callable[[ir.Table], ir.BooleanValue]

    def fault(self, table: str, count: int, example: str | None) -> Fault:
        """The fault of so many rows."""
        return fault(
            table,
            self.column,
            "unknown_reference",
            count,
            example,
            stops=(table, self.column) in _STOPPING,
            detail=f"is not in {self.target}",
        )


def references(table: Table, typed: Typed) -> Iterator[Reference]:
    """What a table refers to among the typed tables that are there."""
    for column in table.columns:
        if column.references in typed:
            known = typed[column.references][column.name]
            yield Reference(column.name, column.references, partial(_not_in, known, column.name))
    if table.name == "audience" and "markets" in typed:
        yield Reference("value", "markets", partial(_no_market, typed["markets"].market_id))


def _not_in(known: ir.Column, name: str, rows: ir.Table) -> ir.BooleanValue:
    return rows[name].notnull() & rows[name].notin(known)


def _no_market(known: ir.Column, rows: ir.Table) -> ir.BooleanValue:
    return (rows.dimension == "market") & _not_in(known, "value", rows)


def check(typed: Typed) -> Iterator[Fault]:
    """Parts that are missing between those of the typed tables that are there."""
    for needed, look in _PARTS:
        if all(name in typed for name in needed):
            yield from look(*(typed[name] for name in needed))


def _found(rows: ir.Table, table: str, column: str, problem: str) -> Iterator[Fault]:
    asked = rows.agg(count=rows.count(), example=rows[column].cast("string").min())
    answer = asked.to_pyarrow().to_pylist()[0]
    if answer["count"]:
        yield fault(table, column, problem, int(answer["count"]), answer["example"], stops=False)


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
