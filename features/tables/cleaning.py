"""The tables as everything downstream uses them, and what was left out to get there.

Training refuses sources with faults that stop it; the others are mended here, always in
the same way and counted: unusable rows are dropped, unusable values become unknown,
repeated rows count once, of rows that contradict one another under one key the newest
(else the one with the largest values) stays, and shares that sum above 1 are scaled to 1.
Which row is the newest depends on the day one looks from: `features.history.asof` cuts usable rows
at a moment and only then asks `one_per_key`. The order of rows in a file changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from features.tables.columns import Effect, Table
from features.tables.rules import rules

#: Roots of unity of float32 storage and of printed decimals, not faults.
SHARE_TOLERANCE = 1e-4


@dataclass(frozen=True)
class Counted:
    """How many rows of a table are left, and how many are not, by "table: reason"."""

    left: int
    dropped: Mapping[str, int]


def usable(rows: ir.Table, table: Table, related: Mapping[str, ir.Table]) -> ir.Table:
    """The rows of a typed table that can be used; an expression, nothing is computed.

    Args:
        rows: the table in the types of the contract.
        table: what the contract says of it.
        related: the cleaned tables its required references point to, by name.
    """
    emptied = _emptied(rows, table)
    # One condition, not one after the other: engines guess of each that it leaves few rows.
    broken = [reason for reason, _ in _reasons(emptied, table)]
    kept = emptied.filter(~ibis.or_(*broken)) if broken else emptied
    for column in table.columns:
        if column.references in related:
            known = related[column.references].select(column.name)
            kept = kept.semi_join(known, column.name)
    return kept


def one_per_key(rows: ir.Table, table: Table, *more_key: str) -> ir.Table:
    """Of the rows under each key the newest, else the one with the largest values; mended.

    Args:
        rows: usable rows of the table, which may have further columns and lack some.
        more_key: further columns that tell rows apart, such as the moment they were cut at.
    """
    key = [*more_key, *table.key]
    others = [c.name for c in table.columns if c.name not in (*key, table.newest)]
    order = [name for name in (table.newest, *others) if name and name in rows.columns]
    return _mended(first_of(rows, key, order), table, more_key)


def first_of(rows: ir.Table, key: Sequence[str], order: Sequence[str]) -> ir.Table:
    """Of the rows under each key the one that is largest in `order`; unknown is smallest."""
    window = ibis.window(
        group_by=list(key), order_by=[ibis.desc(name, nulls_first=False) for name in order]
    )
    ranked = rows.mutate(row_rank=ibis.row_number().over(window))
    return ranked.filter(ranked.row_rank == 0).drop("row_rank")


def count(rows: ir.Table, table: Table, related: Mapping[str, ir.Table]) -> Counted:
    """Count what `usable` and `one_per_key` leave out of a typed table, in one pass over it."""
    marked = _marked(_emptied(rows, table), table, related)
    counts = marked.group_by("reason").agg(
        rows=marked.count(),
        unlike=identity(marked, [c.name for c in table.columns]).nunique(),
        keys=identity(marked, table.key).nunique(),
    )
    found = {row["reason"]: row for row in counts.to_pyarrow().to_pylist()}
    kept = found.pop("", {"rows": 0, "unlike": 0, "keys": 0})
    dropped = {f"{table.name}: {reason}": row["rows"] for reason, row in found.items()}
    dropped[f"{table.name}: repeated rows"] = kept["rows"] - kept["unlike"]
    dropped[f"{table.name}: conflicting {', '.join(table.key)}"] = kept["unlike"] - kept["keys"]
    return Counted(kept["keys"], {reason: n for reason, n in dropped.items() if n})


def identity(rows: ir.Table, columns: Sequence[str]) -> ir.IntegerValue:
    """A number that is the same where all these columns are, for counting alone.

    Engines have different ones, and two of 100 million rows share one by accident with a
    probability of 3 in 10,000: good to count by, never to decide which row is used.
    """
    return ibis.struct({name: rows[name] for name in columns}).hash()


def _emptied(rows: ir.Table, table: Table) -> ir.Table:
    """Values that break a rule and may be unknown become unknown."""
    for rule in rules(table):
        if rule.effect is Effect.EMPTY:
            column = rows[rule.column]
            unknown = ibis.null(column.type())
            broken = rule.broken(rows).fill_null(False)
            rows = rows.mutate(**{rule.column: broken.ifelse(unknown, column)})
    return rows


def _reasons(rows: ir.Table, table: Table) -> list[tuple[ir.BooleanValue, str]]:
    """Conditions under which a row cannot be used, but for what it names in other tables."""
    reasons = [
        (rule.broken(rows).fill_null(False), f"{rule.column} {rule.problem.replace('_', ' ')}")
        for rule in rules(table)
        if rule.effect in (Effect.DROP, Effect.STOP)
    ]
    if table.name == "followers":
        reasons.append((_rate_varies(rows), "sample_rate varies"))
    return reasons


def _marked(rows: ir.Table, table: Table, related: Mapping[str, ir.Table]) -> ir.Table:
    """Add the first reason to leave a row out, "" for rows that stay."""
    reasons = _reasons(rows, table)
    reasons += [
        (rows[column.name].notin(related[column.references][column.name]), f"{column.name} unknown")
        for column in table.columns
        if column.references in related
    ]
    first = ibis.cases(*reasons, else_="") if reasons else ibis.literal("")
    return rows.mutate(reason=first)


def _rate_varies(rows: ir.Table) -> ir.BooleanValue:
    """People sampled at several rates cannot be compared: no sample is better then."""
    return rows.sample_rate.nunique().as_scalar() > 1


def _mended(rows: ir.Table, table: Table, more_key: Sequence[str]) -> ir.Table:
    if table.name != "audience":
        return rows
    group = ibis.window(group_by=[*more_key, "creator_id", "observed_on", "dimension"])
    total = rows.share.sum().over(group)
    return rows.mutate(share=(total > 1 + SHARE_TOLERANCE).ifelse(rows.share / total, rows.share))
