"""The input tables checked against their contract: every fault at once.

Faults that stop training are those that would make its evidence wrong: in campaigns,
bookings, assignments, sales, brands and markets nothing that is required may be missing,
impossible or contradictory. In the tables of observations (creators, accounts, posts,
counts, audiences, rates) unusable rows are dropped and counted, and only stop training
where they are more than 1 in 20. What cleaning does about the rest: `features.tables.cleaning`.

Each table is read once. Tables that others refer to, and those whose rows are looked at
together, are read into the engine, which spills what exceeds its memory; the others, posts
above all, are aggregated where they lie. A table whose keys conflict is read again for an
example.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

import ibis
import ibis.expr.types as ir

from features.checks import one_pass, relations, sales_checks
from features.checks.faults import Fault, fault
from features.checks.one_pass import Answers, Question
from features.errors import FaultyTablesError
from features.sources.engines import ENGINE_ERRORS, first_line
from features.sources.source import Source
from features.tables.cleaning import SHARE_TOLERANCE
from features.tables.columns import Column, Effect, Kind, Table
from features.tables.rules import Rule, rules
from features.tables.schema import TABLES

__all__ = ["TABLES", "Fault", "check", "require_trainable"]

#: More unusable rows than this share of a table of observations stop training.
MOST_UNUSABLE: Final = 0.05
#: Columns that say when something happened, which cannot lie in the future.
_OBSERVED: Final = ("published_at", "observed_at", "observed_on", "date")
#: Looked at row by row alone, and large.
_NEVER_KEPT: Final = ("posts", "followers", "rates")

Typed = dict[str, ir.Table]


def check(source: Source, *, today: date | None = None) -> list[Fault]:
    """Every fault of the source, those that stop training first, then by table.

    Args:
        source: an open source; missing and unreadable tables are faults, not errors.
        today: the day after which observations lie in the future; by default the clock's.
    """
    found: list[Fault] = []
    typed: Typed = {}
    for table in _referenced_first():
        try:
            found.extend(_check_table(source, table, typed, today or date.today()))  # noqa: DTZ011
        except ENGINE_ERRORS as error:
            typed.pop(table.name, None)
            found.append(_unreadable(table, first_line(error)))
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


def _referenced_first() -> list[Table]:
    """Every table behind those it refers to."""
    named = {c.references for table in TABLES.values() for c in table.columns}
    return sorted(TABLES.values(), key=lambda table: table.name not in named)


def _unreadable(table: Table, reason: str) -> Fault:
    words = f"cannot be read: {reason}"
    return fault(table.name, "", "unreadable_table", stops=True, detail=words)


def _check_table(source: Source, table: Table, typed: Typed, today: date) -> Iterator[Fault]:
    if table.name in source.unreadable:
        yield _unreadable(table, source.unreadable[table.name])
    elif source.has(table.name):
        stored = source.stored[table.name]
        rows = one_pass.laid_out(stored, table)
        if table.name not in _NEVER_KEPT:
            rows = typed[table.name] = source.engine.keep(rows)
        yield from _missing_columns(stored, table)
        yield from _rows(
            rows,
            table,
            [c for c in table.columns if c.name in stored.columns],
            list(relations.references(table, typed)),
            today,
        )
        if table.name == "audience":
            yield from _share_sums(rows)
    elif not table.optional:
        yield fault(table.name, "", "missing_table", stops=True)


def _missing_columns(stored: ir.Table, table: Table) -> Iterator[Fault]:
    for column in table.columns:
        if column.required and column.name not in stored.columns:
            held = f"required and absent; the table has {', '.join(stored.columns)}"
            yield fault(table.name, column.name, "missing_column", stops=True, detail=held)


def _rows(
    rows: ir.Table,
    table: Table,
    held: Sequence[Column],
    named: Sequence[relations.Reference],
    today: date,
) -> Iterator[Fault]:
    """All faults that show in the rows of a table, from one pass over it."""
    names = {column.name for column in held}
    broken = [rule for rule in rules(table) if rule.column in names]
    broken += [_future(column, today) for column in held if column.name in _OBSERVED]
    doubtful = [(c, question) for c in held if (question := one_pass.misread(rows, c.name))]
    found = one_pass.answer(
        rows,
        table,
        [
            *(question for _, question in doubtful),
            *(Question(rule.broken(rows), rows[rule.column]) for rule in broken),
            *(Question(one.unknown(rows), rows[one.column]) for one in named),
        ],
        _sampling(rows, table),
    )
    counts = iter(found.found)
    if not found.total and not table.optional:
        yield fault(table.name, "", "empty_table", stops=table.evidence)
    lost: dict[str, int] = {}
    for column, _ in doubtful:
        count, example = next(counts)
        if count:
            lost[column.name] = count
            yield _wrong_type(table, column, count, example, found.total)
    for rule in broken:
        count, example = next(counts)
        if rule.problem == "null_required":
            count -= lost.get(rule.column, 0)  # told above already
        if count:
            yield _broken(table, rule, count, example, found.total)
    for one in named:
        count, example = next(counts)
        if count:
            yield one.fault(table.name, count, example)
    yield from _repeated(rows, table, found)
    yield from _sample_rates(found)


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


def _repeated(rows: ir.Table, table: Table, found: Answers) -> Iterator[Fault]:
    repeated, conflicts = found.keyed - found.unlike, found.unlike - found.keys
    if repeated:
        yield fault(table.name, "", "repeated_row", repeated, stops=False)
    if conflicts:
        names, example = ", ".join(table.key), one_pass.conflicting_key(rows, table)
        yield fault(
            table.name, names, "conflicting_key", conflicts, example, stops=table.evidence
        )  # fmt: skip


def _share_sums(audience: ir.Table) -> Iterator[Fault]:
    distinct = audience.select([c.name for c in TABLES["audience"].columns]).distinct()
    sums = distinct.group_by("creator_id", "observed_on", "dimension").agg(
        total=distinct.share.sum()
    )
    above = sums.filter(sums.total > 1 + SHARE_TOLERANCE)
    asked = above.agg(count=above.count(), example=above.creator_id.min())
    found = asked.to_pyarrow().to_pylist()[0]
    if found["count"]:
        yield fault(
            "audience", "share", "shares_above_one", found["count"], found["example"], stops=False
        )


def _sampling(rows: ir.Table, table: Table) -> dict[str, ir.Value]:
    if table.name != "followers":
        return {}
    return {"sample_rates": rows.sample_rate.nunique(), "least_rate": rows.sample_rate.min()}


def _sample_rates(found: Answers) -> Iterator[Fault]:
    rates = found.also.get("sample_rates", 0)
    if rates > 1:
        least = found.also["least_rate"]
        yield fault("followers", "sample_rate", "sample_rate_varies", rates, least, stops=False)
