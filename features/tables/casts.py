"""Stored columns of any sensible type, brought to the types the tables are written in."""

from __future__ import annotations

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from features.tables.columns import Kind, Table

_TRUE = ("true", "t", "yes", "y", "1")
_FALSE = ("false", "f", "no", "n", "0")
#: All spaces that are trimmed sort before it.
_FIRST_SIGN = "!"
_UTC = dt.Timestamp(timezone="UTC")


def cast(column: ir.Value, kind: Kind) -> ir.Value:
    """Return the column as `kind`; null where a value does not read as one.

    Empty text, NaN and infinities are null. Numbers stored as ids become text without a
    decimal point; whole floats become integers, others null; time zones become UTC.
    """
    column = _blank_to_null(column)
    match kind:
        case Kind.TEXT:
            return _whole(column).cast("string") if column.type().is_numeric() else _text(column)
        case Kind.INT:
            return _integer(column)
        case Kind.FLOAT:
            return _finite(column.try_cast("float64"))
        case Kind.BOOL:
            return _boolean(column)
        case Kind.DATE:
            return _timestamp(column).date()
        case Kind.TIMESTAMP:
            return _timestamp(column)


def typed(stored: ir.Table, table: Table) -> ir.Table:
    """Return exactly the table's columns in its types; absent columns are typed nulls."""
    return stored.select(
        **{column.name: typed_column(stored, column.name, column.kind) for column in table.columns}
    )


def typed_column(stored: ir.Table, name: str, kind: Kind) -> ir.Value:
    """Return one column of a table as `kind`; a null of that type where the table lacks it."""
    return cast(stored[name], kind) if name in stored.columns else ibis.null(kind.value)


def may_misread(stored: dt.DataType, kind: Kind) -> bool:
    """Whether a value of the stored type can fail to read as `kind`."""
    return kind is not Kind.TEXT and (stored.is_floating() or stored != dt.dtype(kind.value))


def is_given(column: ir.Value) -> ir.BooleanValue:
    """Where a stored value is there at all."""
    return _blank_to_null(column).notnull()


def _blank_to_null(column: ir.Value) -> ir.Value:
    if column.type().is_string():
        # Most text has no space at its ends, and looking there is ten times faster than trimming.
        bare = (column >= _FIRST_SIGN) & (column.right(1) >= _FIRST_SIGN)
        return bare.ifelse(column, column.strip().nullif(""))
    if column.type().is_floating():
        return column.isnan().ifelse(ibis.null(column.type()), column)
    return column


def _text(column: ir.Value) -> ir.Value:
    return column if column.type().is_string() else column.cast("string")


def _whole(column: ir.Value) -> ir.Value:
    """Ids that were stored as numbers; a float column is the trace of missing ids."""
    if column.type().is_integer():
        return column
    whole = column.cast("float64") == column.cast("float64").floor()
    return whole.ifelse(column.try_cast("int64").cast("string"), column.cast("string"))


def _integer(column: ir.Value) -> ir.Value:
    if column.type().is_integer() or column.type().is_boolean():
        return column.try_cast("int64")
    number = column.try_cast("float64")
    whole = (number == number.floor()).ifelse(number.try_cast("int64"), ibis.null("int64"))
    if not column.type().is_string():
        return whole
    # Long keys do not survive a detour over floats.
    return column.re_search(r"^[+-]?[0-9]+$").ifelse(column.try_cast("int64"), whole)


def _finite(number: ir.Value) -> ir.Value:
    return (number.isinf() | number.isnan()).ifelse(ibis.null("float64"), number)


def _boolean(column: ir.Value) -> ir.Value:
    if column.type().is_boolean():
        return column
    word = (_whole(column) if column.type().is_numeric() else column).cast("string").lower()
    return ibis.cases((word.isin(_TRUE), True), (word.isin(_FALSE), False), else_=ibis.null(bool))


def _timestamp(column: ir.Value) -> ir.Value:
    kind = column.type()
    if isinstance(kind, dt.Timestamp) and kind.timezone is None:
        return column.cast(Kind.TIMESTAMP.value)
    if kind.is_date():
        return column.cast(Kind.TIMESTAMP.value)
    if kind.is_numeric() or kind.is_boolean():  # seconds, days, milliseconds? not guessed
        return ibis.null(Kind.TIMESTAMP.value)
    return column.try_cast(_UTC).cast(Kind.TIMESTAMP.value)
