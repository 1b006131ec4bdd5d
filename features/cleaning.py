"""The tables as everything downstream uses them, and what was left out to get there.

Training refuses sources with faults that stop it; the others are mended here, always in
the same way and counted: unusable rows are dropped, unusable values become unknown,
repeated rows count once, of rows that contradict one another under one key the newest
(else the one with the largest values) stays, and shares that sum above 1 are scaled to 1.
The order of rows in a file changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from features.columns import Effect, Table
from features.rules import rules

_REASON = "left_out_because"
#: Roots of unity of float32 storage and of printed decimals, not faults.
SHARE_TOLERANCE = 1e-4


@dataclass(frozen=True)
class Cleaned:
    """A cleaned table and how many rows were left out, by "table: reason"."""

    table: ir.Table
    dropped: dict[str, int]


def clean(
    rows: ir.Table,
    table: Table,
    related: Mapping[str, ir.Table],
    keep: Callable[[ir.Table], ir.Table],
) -> Cleaned:
    """Clean a typed table.

    Args:
        rows: the table in the types of the contract.
        table: what the contract says of it.
        related: the cleaned tables its required references point to, by name.
        keep: computes a table once and gives the stored result.
    """
    marked = keep(_mark(_emptied(rows, table), table, related))
    counted = _by_reason(marked)
    distinct = marked.filter(marked[_REASON].isnull()).drop(_REASON).distinct()
    kept = keep(_mended(_one_per_key(distinct, table), table))
    dropped = {f"{table.name}: {reason}": n for reason, n in counted.items() if reason}
    left, final = counted.get("", 0), int(kept.count().execute())
    if final < left:
        unlike = int(distinct.count().execute())
        dropped[f"{table.name}: repeated rows"] = left - unlike
        dropped[f"{table.name}: conflicting {', '.join(table.key)}"] = unlike - final
    return Cleaned(kept, {reason: count for reason, count in dropped.items() if count})


def _emptied(rows: ir.Table, table: Table) -> ir.Table:
    """Values that break a rule and may be unknown become unknown."""
    for rule in rules(table):
        if rule.effect is Effect.EMPTY:
            column = rows[rule.column]
            unknown = ibis.null(column.type())
            broken = rule.broken(rows).fill_null(False)
            rows = rows.mutate(**{rule.column: broken.ifelse(unknown, column)})
    return rows


def _mark(rows: ir.Table, table: Table, related: Mapping[str, ir.Table]) -> ir.Table:
    """Add the first reason to leave a row out, null for rows that stay."""
    reasons = [
        (
            rule.broken(rows).fill_null(False),
            f"{rule.column} {rule.problem.replace('_', ' ')}",
        )
        for rule in rules(table)
        if rule.effect in (Effect.DROP, Effect.STOP)
    ]
    for column in table.columns:
        if column.references in related:
            known = related[column.references][column.name]
            reasons.append((rows[column.name].notin(known), f"{column.name} unknown"))
    if table.name == "followers":
        reasons.append((_rate_varies(rows), "sample_rate varies"))
    if not reasons:
        return rows.mutate(**{_REASON: ibis.null("string")})
    return rows.mutate(**{_REASON: ibis.cases(*reasons, else_=ibis.null("string"))})


def _rate_varies(rows: ir.Table) -> ir.BooleanValue:
    """People sampled at several rates cannot be compared: no sample is better then."""
    return rows.sample_rate.min().over() < rows.sample_rate.max().over()


def _one_per_key(rows: ir.Table, table: Table) -> ir.Table:
    others = [c.name for c in table.columns if c.name not in (*table.key, table.newest)]
    order = [name for name in (table.newest, *others) if name]
    window = ibis.window(
        group_by=list(table.key),
        order_by=[ibis.desc(name, nulls_first=False) for name in order],
    )
    ranked = rows.mutate(row_rank=ibis.row_number().over(window))
    return ranked.filter(ranked.row_rank == 0).drop("row_rank")


def _mended(rows: ir.Table, table: Table) -> ir.Table:
    if table.name != "audience":
        return rows
    group = ibis.window(group_by=["creator_id", "observed_on", "dimension"])
    total = rows.share.sum().over(group)
    return rows.mutate(share=(total > 1 + SHARE_TOLERANCE).ifelse(rows.share / total, rows.share))


def _by_reason(marked: ir.Table) -> dict[str, int]:
    """Number of rows by the reason to leave them out, "" for the rows that stay."""
    reason = marked[_REASON].fill_null("")
    counted = marked.group_by(reason=reason).agg(rows=marked.count()).to_pyarrow().to_pylist()
    return {row["reason"]: int(row["rows"]) for row in counted}
