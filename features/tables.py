"""The input tables checked against their contract: every fault at once.

Faults that stop training are those that would make its evidence wrong: in campaigns,
bookings, assignments, sales, brands and markets nothing that is required may be missing,
impossible or contradictory. In the tables of observations (creators, accounts, posts,
counts, audiences, rates) unusable rows are dropped and counted, and only stop training
where they are more than 1 in 20. What cleaning does about the rest: `features.cleaning`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import ibis
import ibis.expr.types as ir

from features import casts, relations, sales_checks
from features.cleaning import SHARE_TOLERANCE
from features.columns import Column, Effect, Kind, Table
from features.errors import FaultyTablesError
from features.faults import Fault, fault
from features.rules import Rule, rules
from features.schema import TABLES
from features.source import ENGINE_ERRORS, Source

__all__ = ["TABLES", "Fault", "check", "require_trainable"]

#: More unusable rows than this share of a table of observations stop training.
MOST_UNUSABLE: Final = 0.05
#: Columns that say when something happened, which cannot lie in the future.
_OBSERVED: Final = ("published_at", "observed_at", "observed_on", "date")

Typed = dict[str, ir.Table]


def check(source: Source, *, today: date | None = None) -> list[Fault]:
    """Every fault of the source, those that stop training first, then by table.

    Args:
        source: an open source; missing and unreadable tables are faults, not errors.
        today: the day after which observations lie in the future; by default the clock's.
    """
    found: list[Fault] = []
    typed: Typed = {}
    for table in TABLES.values():
        try:
            found.extend(_check_table(source, table, typed, today or date.today()))  # noqa: DTZ011
        except ENGINE_ERRORS as error:
            typed.pop(table.name, None)
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            found.append(_unreadable(table, reason))
    found.extend(relations.check(typed))
    if "sales" in typed:
        found.extend(sales_checks.check(typed["sales"]))
    return sorted(found, key=lambda f: (not f.stops_training, f.table, f.column, f.problem))


def require_trainable(source: Source) -> list[Fault]:
    """The faults that do not stop training.

    Raises:
        FaultyTablesError: with the faults that do.
    """
    found = check(source)
    stopping = [one for one in found if one.stops_training]
    if stopping:
        raise FaultyTablesError(stopping)
    return found


def _unreadable(table: Table, reason: str) -> Fault:
    words = f"cannot be read: {reason}"
    return fault(table.name, "", "unreadable_table", stops=True, detail=words)


def _check_table(source: Source, table: Table, typed: Typed, today: date) -> Iterator[Fault]:
    if table.name in source.unreadable:
        yield _unreadable(table, source.unreadable[table.name])
    elif source.has(table.name):
        stored = source.stored[table.name]
        typed[table.name] = source.keep(casts.typed(stored, table))
        yield from _missing_columns(stored, table)
        yield from _rows(stored, typed[table.name], table, today)
        yield from _repeated(typed[table.name], table)
        if table.name == "audience":
            yield from _share_sums(typed["audience"])
        if table.name == "followers":
            yield from _sample_rates(typed["followers"])
    elif not table.optional:
        yield fault(table.name, "", "missing_table", stops=True)


def _missing_columns(stored: ir.Table, table: Table) -> Iterator[Fault]:
    for column in table.columns:
        if column.required and column.name not in stored.columns:
            held = f"required and absent; the table has {', '.join(stored.columns)}"
            yield fault(table.name, column.name, "missing_column", stops=True, detail=held)


def _rows(stored: ir.Table, rows: ir.Table, table: Table, today: date) -> Iterator[Fault]:
    """All faults that show in single rows, from two queries: as stored, and as typed."""
    held = [column for column in table.columns if column.name in stored.columns]
    names = {column.name for column in held}
    broken = [rule for rule in rules(table) if rule.column in names]
    broken += [_future(column, today) for column in held if column.name in _OBSERVED]
    total, counts = _counted(rows, [(rule.broken(rows), rows[rule.column]) for rule in broken])
    _, miscast = _counted(
        stored,
        [(casts.miscast(stored, c.name, c.kind), stored[c.name]) for c in held],
    )
    if not total and not table.optional:
        yield fault(table.name, "", "empty_table", stops=table.evidence)
    lost = {c.name: count for c, (count, _) in zip(held, miscast, strict=True) if count}
    for column, (count, example) in zip(held, miscast, strict=True):
        if count:
            yield _wrong_type(table, column, count, example, total)
    for rule, (count, example) in zip(broken, counts, strict=True):
        if rule.problem == "null_required":
            count -= lost.get(rule.column, 0)  # told above already
        if count:
            yield _broken(table, rule, count, example, total)


def _counted(
    rows: ir.Table, asked: list[tuple[ir.BooleanValue, ir.Value]]
) -> tuple[int, list[tuple[int, str | None]]]:
    """Number of rows, and for each condition how many rows meet it and one value of these."""
    columns = {"total": rows.count()}
    for place, (condition, value) in enumerate(asked):
        met = condition.fill_null(False)
        columns[f"count_{place}"] = met.cast("int64").sum().fill_null(0)
        columns[f"example_{place}"] = value.cast("string").min(where=met)
    answer = rows.agg(**columns).to_pyarrow().to_pylist()[0]
    return answer["total"], [
        (int(answer[f"count_{place}"]), answer[f"example_{place}"]) for place in range(len(asked))
    ]


def _future(column: Column, today: date) -> Rule:
    tomorrow = ibis.literal(today) + ibis.interval(days=1)
    return Rule(
        "future_date",
        column.name,
        Effect.KEEP,
        lambda rows: rows[column.name].cast(Kind.TIMESTAMP.value) >= tomorrow,
        f"lies after today, {today}",
    )


def _wrong_type(table: Table, column: Column, count: int, example: str | None, total: int) -> Fault:
    kind = column.kind.value.split("(")[0]
    usable = not column.required or column.null_effect is Effect.KEEP
    return fault(
        table.name,
        column.name,
        "wrong_type",
        count,
        example,
        stops=not usable and (table.evidence or count > MOST_UNUSABLE * total),
        detail=f"does not read as {kind}",
    )


def _broken(table: Table, rule: Rule, count: int, example: str | None, total: int) -> Fault:
    dropped = rule.effect is Effect.DROP and count > MOST_UNUSABLE * total
    stops = rule.effect is Effect.STOP or dropped
    detail = rule.message
    return fault(table.name, rule.column, rule.problem, count, example, stops=stops, detail=detail)


def _repeated(rows: ir.Table, table: Table) -> Iterator[Fault]:
    keyed = rows.filter(*(rows[name].notnull() for name in table.key))
    distinct = keyed.distinct()
    key = ibis.literal(" ").join([distinct[name].cast("string") for name in table.key])
    groups = distinct.group_by(key=key).agg(unlike=distinct.count())
    answer = groups.agg(
        keys=groups.count(),
        unlike=groups.unlike.sum().fill_null(0),
        example=groups.key.min(where=groups.unlike > 1),
    )
    found = answer.to_pyarrow().to_pylist()[0]
    repeated = keyed.count().to_pyarrow().as_py() - found["unlike"]
    conflicts = found["unlike"] - found["keys"]
    names = ", ".join(table.key)
    if repeated:
        yield fault(table.name, "", "repeated_row", int(repeated), stops=False)
    if conflicts:
        yield fault(
            table.name, names, "conflicting_key", int(conflicts), found["example"],
            stops=table.evidence,
        )  # fmt: skip


def _share_sums(audience: ir.Table) -> Iterator[Fault]:
    distinct = audience.distinct()
    sums = distinct.group_by("creator_id", "observed_on", "dimension").agg(
        total=distinct.share.sum()
    )
    _, [(count, example)] = _counted(sums, [(sums.total > 1 + SHARE_TOLERANCE, sums.creator_id)])
    if count:
        yield fault("audience", "share", "shares_above_one", count, example, stops=False)


def _sample_rates(followers: ir.Table) -> Iterator[Fault]:
    rates = followers.sample_rate.nunique().to_pyarrow().as_py()
    if rates > 1:
        least = followers.sample_rate.min().to_pyarrow().as_py()
        yield fault("followers", "sample_rate", "sample_rate_varies", rates, least, stops=False)
