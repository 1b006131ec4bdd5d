"""The tables a source holds, and the one the service writes: columns, types, meanings."""

from __future__ import annotations

from typing import Final

from features.tables.columns import Column, Kind, Table
from features.tables.schema import TABLES
from rosterlift.reference_pages.markdown import code, page, table
from serving.request_log.table import COLUMNS, FOLDER, FORMAT, SUFFIX, TABLE

_SOURCE: Final = (
    "A source is a folder with `<table>.parquet`, `<table>.csv` or a folder `<table>/` of "
    "Parquet parts for each table, or a database with tables of these names. Dates are ISO, "
    "timestamps UTC, money is in one currency, shares are in 0..1, ids are text. Columns not "
    "listed are ignored. `rosterlift check SOURCE` names what is wrong."
)
_REQUEST_LOG: Final = (
    f"Written by the service, one row for each roster it forecasts: `{FOLDER}/<day>.<number>"
    f"{SUFFIX}` in the home are SQLite databases (`PRAGMA user_version` {FORMAT}) with a table "
    f"`{TABLE}`. Rows are only ever added; `id` counts them in a file. Days are UTC. Any SQLite "
    "reads the files while the service writes; `serving.request_log.table.read_requests(home)` "
    "returns all of them as one pandas frame."
)
_KINDS: Final = {
    Kind.TEXT: "text",
    Kind.INT: "whole number",
    Kind.FLOAT: "number",
    Kind.BOOL: "true or false",
    Kind.DATE: "date",
    Kind.TIMESTAMP: "timestamp",
}


def tables_page() -> str:
    """The page `tables.md`."""
    sections = [_section(described) for described in TABLES.values()]
    return page("Input tables", _SOURCE, *sections, _request_log())


def _request_log() -> str:
    rows = [(code(name), kind, meaning) for name, (kind, meaning) in COLUMNS.items()]
    listed = table(("column", "type", "meaning"), rows)
    return f"## Request log\n\n{_REQUEST_LOG}\n\n{listed}"


def _section(described: Table) -> str:
    absent = " The whole table may be absent." if described.optional else ""
    key = f" Key: {', '.join(code(name) for name in described.key)}." if described.key else ""
    rows = [_row(column) for column in described.columns]
    listed = table(("column", "type", "required", "meaning"), rows)
    return f"## {described.name}\n\n{described.meaning}.{key}{absent}\n\n{listed}"


def _row(column: Column) -> tuple[str, str, str, str]:
    words = [column.meaning] if column.meaning else []
    if column.allowed:
        words.append(", ".join(column.allowed))
    if column.references:
        words.append(f"→ {column.references}")
    if column.least is not None and column.most is None:
        words.append(f"at least {column.least:g}")
    return (
        code(column.name),
        _KINDS[column.kind],
        "yes" if column.required else "",
        "; ".join(words),
    )
