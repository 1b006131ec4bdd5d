"""What must hold of every row of the input tables, and what follows where it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import ibis
import ibis.expr.types as ir

from features.tables.columns import Column, Effect, Kind, Table
from features.tables.schema import AGES, GENDERS

#: Dates outside this span are slips of the keyboard.
FIRST_DAY: Final = date(1990, 1, 1)
LAST_DAY: Final = date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Rule:
    """`broken` says of each row of the typed table whether `column` breaks the rule."""

    problem: str
    column: str
    effect: Effect
    broken: Callable[[ir.Table], ir.BooleanValue]
    message: str


def rules(table: Table) -> tuple[Rule, ...]:
    """The rules of a table, those of single columns first."""
    of_columns = (rule for column in table.columns for rule in _of_column(table, column))
    return (*of_columns, *_BETWEEN_COLUMNS.get(table.name, ()))


def _of_column(table: Table, column: Column) -> Iterator[Rule]:
    if column.required:
        yield _not_null(table, column)
    if column.least is not None:
        yield _in_range(table, column)
    if column.allowed:
        yield _allowed(table, column)
    if column.kind in (Kind.DATE, Kind.TIMESTAMP):
        yield _plausible(table, column)


def _value_effect(table: Table, column: Column) -> Effect:
    return column.effect or (table.row_effect if column.required else Effect.EMPTY)


def _not_null(table: Table, column: Column) -> Rule:
    return Rule(
        "null_required",
        column.name,
        column.null_effect or table.row_effect,
        lambda rows: rows[column.name].isnull(),
        "has no value, and one is required",
    )


def _in_range(table: Table, column: Column) -> Rule:
    least, most = column.least, column.most
    if most is not None:
        problem, message = "share_out_of_range", "is a share outside 0..1"
    elif least == 0:
        problem, message = "negative", "is negative"
    else:
        problem, message = "too_small", f"is below {least}"

    def broken(rows: ir.Table) -> ir.BooleanValue:
        value = rows[column.name]
        above = value > most if most is not None else ibis.literal(False)
        return (value < least) | above

    return Rule(problem, column.name, _value_effect(table, column), broken, message)


def _allowed(table: Table, column: Column) -> Rule:
    return Rule(
        "unknown_value",
        column.name,
        _value_effect(table, column),
        lambda rows: rows[column.name].notin(column.allowed),
        f"is none of {', '.join(column.allowed)}",
    )


def _plausible(table: Table, column: Column) -> Rule:
    return Rule(
        "implausible_date",
        column.name,
        _value_effect(table, column),
        lambda rows: (rows[column.name] < FIRST_DAY) | (rows[column.name] >= LAST_DAY),
        f"lies outside {FIRST_DAY}..{LAST_DAY}",
    )


def _unknown_audience_value(rows: ir.Table) -> ir.BooleanValue:
    return ibis.or_(
        (rows.dimension == "age") & rows.value.notin(AGES),
        (rows.dimension == "gender") & rows.value.notin(GENDERS),
        (rows.dimension == "authenticity") & (rows.value != "authentic"),
    )


_BETWEEN_COLUMNS: Final[Mapping[str, tuple[Rule, ...]]] = {
    "posts": (
        Rule(
            "wrong_order",
            "observed_at",
            Effect.EMPTY,
            lambda rows: rows.observed_at < rows.published_at,
            "is before published_at; taken as 7 days after it",
        ),
        Rule(
            "disclosed_without_sponsor",
            "is_disclosed",
            Effect.EMPTY,
            lambda rows: rows.is_disclosed.notnull() & ~rows.is_sponsored,
            "is given for a post that is not sponsored; ignored",
        ),
    ),
    "audience": (
        Rule(
            "unknown_value",
            "value",
            Effect.DROP,
            _unknown_audience_value,
            "is not a value of its dimension",
        ),
    ),
    "campaigns": (
        Rule(
            "wrong_order",
            "ends_on",
            Effect.STOP,
            lambda rows: rows.ends_on < rows.starts_on,
            "is before starts_on",
        ),
        Rule(
            "wrong_order",
            "booked_on",
            Effect.STOP,
            lambda rows: rows.booked_on > rows.starts_on,
            "is after starts_on: features would know the campaign's own posts",
        ),
    ),
}
