"""Opens a folder, a database file or a database address as the input tables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pandas as pd
from ibis.common.exceptions import IbisError, TableNotFound

from features import casts, cleaning
from features.errors import (
    MissingColumnsError,
    MissingTableError,
    SourceNotFoundError,
    UnreadableTableError,
)
from features.schema import TABLES

#: What DuckDB, Arrow and the file system raise over data they cannot read.
ENGINE_ERRORS = (duckdb.Error, IbisError, OSError, ValueError)
_ATTACHED = "attached_source"
#: More threads than this do not pay on tables of a size that fits one machine.
_MOST_THREADS = 4


@dataclass
class Source:
    """The input tables of one place, read through one Ibis connection.

    `stored` holds the tables as they lie there, `unreadable` the reason for each table
    that is there and cannot be read. `table` and `frame` give the cleaned tables that
    everything else is computed from, `dropped` counts what cleaning left out.
    """

    location: str
    connection: Any
    stored: Mapping[str, ir.Table]
    unreadable: Mapping[str, str] = field(default_factory=dict)
    _clean: dict[str, ir.Table] = field(default_factory=dict, repr=False)
    _dropped: dict[str, int] = field(default_factory=dict, repr=False)
    _kept: int = 0

    def has(self, name: str) -> bool:
        """Whether the table is there and can be read."""
        return name in self.stored

    def typed(self, name: str) -> ir.Table:
        """The table in the types of the contract, otherwise as stored.

        Optional columns that are absent are typed nulls.

        Raises:
            MissingTableError: a required table is absent; an absent optional one is empty.
            MissingColumnsError: required columns are absent.
            UnreadableTableError: the table is there and cannot be read.
        """
        table = TABLES[name]
        if name in self.unreadable:
            raise UnreadableTableError(name, self.unreadable[name])
        if name not in self.stored:
            if not table.optional:
                raise MissingTableError(name, sorted(self.stored))
            return _empty(name)
        stored = self.stored[name]
        missing = [c.name for c in table.columns if c.required and c.name not in stored.columns]
        if missing:
            raise MissingColumnsError(name, missing, stored.columns)
        return casts.typed(stored, table)

    def table(self, name: str) -> ir.Table:
        """The cleaned table: typed, without repeated, unusable or unrelated rows.

        Raises what `typed` raises.
        """
        if name not in self._clean:
            rows = self.typed(name)
            related = {
                column.references: self.table(column.references)
                for column in TABLES[name].columns
                if column.references and column.required
            }
            try:
                cleaned = cleaning.clean(rows, TABLES[name], related, self.keep)
            except ENGINE_ERRORS as error:
                raise UnreadableTableError(name, _first_line(error)) from error
            self._clean[name] = cleaned.table
            self._dropped |= cleaned.dropped
        return self._clean[name]

    def keep(self, expression: ir.Table) -> ir.Table:
        """Compute the rows once, into a temporary table of the engine.

        A plain temporary table that is never dropped by hand: with sqlglot from 30.18 on,
        every DROP that Ibis 12 writes, its cache's too, has lost the table's name.
        """
        self._kept += 1
        table: ir.Table = self.connection.create_table(f"kept_{self._kept}", expression, temp=True)
        return table

    def frame(self, name: str) -> pd.DataFrame:
        """The cleaned table in memory, sorted by its key; columns as in the contract."""
        frame: pd.DataFrame = self.table(name).execute()
        return frame.sort_values(list(TABLES[name].key), ignore_index=True)

    @property
    def dropped(self) -> dict[str, int]:
        """How many rows cleaning left out of every table of the source, by table and reason."""
        for name in TABLES:
            if self.has(name):
                self.table(name)
        return dict(sorted(self._dropped.items()))


def open_source(
    location: str | os.PathLike[str],
    *,
    threads: int | None = None,
    memory_limit: str | None = None,
) -> Source:
    """Open a source.

    Args:
        location: a folder (`<table>.parquet`, `<table>.csv` or a folder `<table>` of
            Parquet parts for each table), a DuckDB file, or an address Ibis connects to.
        threads: DuckDB's threads; by default the machine's, at most 4.
        memory_limit: DuckDB's memory limit, such as "4GB"; by default DuckDB's own.

    Raises:
        SourceNotFoundError: there is no folder or database at that location.
    """
    place = os.fspath(location)
    if "://" in place and not place.startswith("duckdb://"):
        return _open_address(place)
    path = Path(place.removeprefix("duckdb://"))
    if not path.exists():
        raise SourceNotFoundError(place)
    connection = ibis.duckdb.connect(
        threads=threads or min(_MOST_THREADS, len(os.sched_getaffinity(0))),
        preserve_insertion_order=False,
        **({"memory_limit": memory_limit} if memory_limit else {}),
    )
    # DuckDB's own bar would be written over ours, and into logs.
    connection.raw_sql("SET enable_progress_bar = false")
    return _open_folder(path, connection) if path.is_dir() else _open_file(path, connection)


def _open_folder(folder: Path, connection: Any) -> Source:
    stored: dict[str, ir.Table] = {}
    unreadable: dict[str, str] = {}
    for name in TABLES:
        try:
            table = _read(folder, name, connection)
        except ENGINE_ERRORS as error:
            unreadable[name] = _first_line(error)
        else:
            if table is not None:
                stored[name] = table
    return Source(str(folder), connection, stored, unreadable)


def _read(folder: Path, name: str, connection: Any) -> ir.Table | None:
    file, text, parts = (
        folder / f"{name}.parquet",
        folder / f"{name}.csv",
        folder / name,
    )
    if file.is_file():
        return connection.read_parquet(file, table_name=f"stored_{name}")
    if text.is_file():
        # Everything as text first: a sniffed type would eat the zeros in front of an id.
        return connection.read_csv(text, table_name=f"stored_{name}", all_varchar=True, header=True)
    found = sorted(parts.rglob("*.parquet")) if parts.is_dir() else []
    if not found:
        return None
    return connection.read_parquet(found, table_name=f"stored_{name}", union_by_name=True)


def _open_file(path: Path, connection: Any) -> Source:
    try:
        connection.attach(path, name=_ATTACHED, read_only=True)
    except ENGINE_ERRORS as error:
        raise SourceNotFoundError(str(path)) from error
    return Source(str(path), connection, _held(connection, (_ATTACHED, "main")))


def _open_address(address: str) -> Source:
    try:
        connection = ibis.connect(address)
    except ENGINE_ERRORS as error:
        raise SourceNotFoundError(address) from error
    return Source(address, connection, _held(connection, None))


def _held(connection: Any, database: tuple[str, str] | None) -> dict[str, ir.Table]:
    """Asked for one by one: a database may hold thousands of other tables."""
    held = {}
    for name in TABLES:
        with suppress(TableNotFound):
            held[name] = connection.table(name, database=database)
    return held


def _empty(name: str) -> ir.Table:
    schema = {column.name: column.kind.value for column in TABLES[name].columns}
    return ibis.memtable([], schema=ibis.schema(schema))


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
