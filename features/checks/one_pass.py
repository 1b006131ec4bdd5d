"""Everything that is asked of a table's rows, answered by one aggregate over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from features.tables import casts
from features.tables.cleaning import identity
from features.tables.columns import Table

#: Columns as they are stored stand beside the typed ones under their name and this in front.
_STORED: Final = "stored_"


@dataclass(frozen=True)
class Question:
    """Which rows meet a condition: how many, and one value of these."""

    met: ir.BooleanValue
    value: ir.Value


@dataclass(frozen=True)
class Answers:
    """What one pass found.

    `found` has a count and an example for each question, in their order. `keyed` rows have a
    whole key; `unlike` of them differ in any column, and they have `keys` different keys.
    `also` has whatever else was asked for, by name.
    """

    total: int
    found: Sequence[tuple[int, str | None]]
    keyed: int
    unlike: int
    keys: int
    also: Mapping[str, Any]


def laid_out(stored: ir.Table, table: Table) -> ir.Table:
    """The typed columns, and beside them as stored those that may not read as their type."""
    asked = {
        f"{_STORED}{column.name}": stored[column.name]
        for column in table.columns
        if column.name in stored.columns
        and casts.may_misread(stored[column.name].type(), column.kind)
    }
    typed = {
        column.name: casts.typed_column(stored, column.name, column.kind)
        for column in table.columns
    }
    return stored.select(**typed, **asked)


def misread(rows: ir.Table, name: str) -> Question | None:
    """Where a stored value is there and does not read as its type; None where all do."""
    if f"{_STORED}{name}" not in rows.columns:
        return None
    stored = rows[f"{_STORED}{name}"]
    return Question(casts.is_given(stored) & rows[name].isnull(), stored)


def answer(
    rows: ir.Table, table: Table, asked: Sequence[Question], also: Mapping[str, ir.Value]
) -> Answers:
    """Count everything in one pass over rows that `laid_out` gave."""
    keyed = ibis.and_(*(rows[name].notnull() for name in table.key))
    columns: dict[str, ir.Value] = {
        "total": rows.count(),
        "keyed": rows.count(where=keyed),
        "keys": identity(rows, table.key).nunique(where=keyed),
        "unlike": identity(rows, [c.name for c in table.columns]).nunique(where=keyed),
        **also,
    }
    for place, question in enumerate(asked):
        met = question.met.fill_null(False)
        columns[f"count_{place}"] = rows.count(where=met)
        columns[f"example_{place}"] = question.value.cast("string").min(where=met)
    found: dict[str, Any] = rows.agg(**columns).to_pyarrow().to_pylist()[0]
    return Answers(
        found=[(found[f"count_{n}"], found[f"example_{n}"]) for n in range(len(asked))],
        also={name: found[name] for name in also},
        **{name: found[name] for name in ("total", "keyed", "unlike", "keys")},
    )


def conflicting_key(rows: ir.Table, table: Table) -> str | None:
    """A key under which rows contradict one another; a pass of its own, over such tables alone."""
    keyed = rows.filter([rows[name].notnull() for name in table.key])
    groups = keyed.group_by(list(table.key)).agg(
        unlike=identity(keyed, [c.name for c in table.columns]).nunique()
    )
    key = ibis.literal(" ").join([groups[name].cast("string") for name in table.key])
    example: str | None = key.min(where=groups.unlike > 1).to_pyarrow().as_py()
    return example
