"""The input tables of one place: as stored, in the types of the contract, and cleaned."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import duckdb
import ibis
import ibis.expr.types as ir
import pandas as pd
from ibis.common.exceptions import TableNotFound

from features.errors import (
    MissingColumnsError,
    MissingTableError,
    SettingsError,
    SourceNotFoundError,
    UnreadableTableError,
)
from features.sources import postgres
from features.sources.engines import (
    ENGINE_ERRORS,
    LOCAL,
    DuckEngine,
    Engine,
    Warehouse,
    first_line,
    open_engine,
)
from features.tables import casts, cleaning
from features.tables.schema import TABLES

_ATTACHED: Final = "attached_source"


@dataclass
class Source:
    """The input tables of one place, counted by one engine.

    `stored` holds the tables as they lie there, `unreadable` the reason for each table
    that is there and cannot be read. `rows` gives the usable rows without computing
    anything, repeated ones among them: what has a day is cut at a moment first, and then the
    newest row under each key counts. `table` and `frame` give one row per key, of all that
    is known today. `dropped` counts what was left out of them.
    """

    location: str
    engine: Engine
    stored: Mapping[str, ir.Table]
    unreadable: Mapping[str, str] = field(default_factory=dict)
    _given: Mapping[str, ir.Table] = field(default_factory=dict, repr=False)
    _kept: dict[str, ir.Table] = field(default_factory=dict, repr=False)
    _counted: dict[str, cleaning.Counted] = field(default_factory=dict, repr=False)

    @property
    def connection(self) -> Any:
        """The Ibis backend of the engine."""
        return self.engine.connection

    def has(self, name: str) -> bool:
        """Whether the table is there and can be read."""
        return name in self.stored or name in self._given

    def with_table(self, name: str, rows: ir.Table) -> Source:
        """The same source with other rows in one table: usable ones, as `rows` gives them."""
        return replace(self, _given={**self._given, name: rows}, _kept={}, _counted={})

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

    def rows(self, name: str, *, related: bool = True) -> ir.Table:
        """The usable rows: typed, values that break a rule unknown, related to what they name.

        Rows repeated or contradicting one another under a key are all there. Nothing is
        computed yet. Raises what `typed` raises.

        Args:
            name: of the table.
            related: leave out rows that name unknown creators, accounts and so on; not
                needed where the rows are joined to known ones next.
        """
        if name in self._given:
            return self._given[name]
        typed = self.typed(name)  # first: what is missing is to be named itself
        return cleaning.usable(typed, TABLES[name], self._related(name) if related else {})

    def table(self, name: str) -> ir.Table:
        """The cleaned table: of the usable rows one per key, computed once.

        Raises what `typed` raises.
        """
        rows = self.rows(name)
        return self.once(name, lambda: cleaning.one_per_key(rows, TABLES[name]), reads=name)

    def once(self, name: str, ask: Callable[[], ir.Table], *, reads: str) -> ir.Table:
        """What was computed under this name before, else computed now from the table `reads`."""
        if name not in self._kept:
            self._kept[name] = self.keep(ask(), reads=reads)
        return self._kept[name]

    def keep(self, expression: ir.Table, *, reads: str = "") -> ir.Table:
        """Compute the rows once, into a table of the engine.

        Raises:
            UnreadableTableError: the table `reads` turns out to be unreadable.
        """
        if not reads:
            return self.engine.keep(expression)
        try:
            return self.engine.keep(expression)
        except duckdb.OutOfMemoryException:
            raise
        except ENGINE_ERRORS as error:
            raise UnreadableTableError(reads, first_line(error)) from error

    def frame(self, name: str) -> pd.DataFrame:
        """The cleaned table in memory, sorted by its key; columns as in the contract."""
        frame: pd.DataFrame = self.table(name).execute()
        return frame.sort_values(list(TABLES[name].key), ignore_index=True)

    def counted(self, name: str) -> cleaning.Counted:
        """How many rows `table` holds and how many it left out, from one pass over the table."""
        if name not in self._counted:
            rows = self._given[name] if name in self._given else self.typed(name)
            related = {} if name in self._given else self._related(name)
            try:
                self._counted[name] = cleaning.count(rows, TABLES[name], related)
            except ENGINE_ERRORS as error:
                raise UnreadableTableError(name, first_line(error)) from error
        return self._counted[name]

    @property
    def dropped(self) -> dict[str, int]:
        """How many rows cleaning left out of every table of the source, by table and reason."""
        found: dict[str, int] = {}
        for name in TABLES:
            if self.has(name):
                found |= self.counted(name).dropped
        return dict(sorted(found.items()))

    def _related(self, name: str) -> dict[str, ir.Table]:
        return {
            column.references: self.table(column.references)
            for column in TABLES[name].columns
            if column.references and column.required
        }


def open_source(
    location: str | os.PathLike[str],
    *,
    engine: str = LOCAL,
    threads: int | None = None,
    memory_limit: str | None = None,
    spill: str | os.PathLike[str] | None = None,
) -> Source:
    """Open a source.

    Args:
        location: a folder (`<table>.parquet`, `<table>.csv` or a folder `<table>` of
            Parquet parts for each table), a DuckDB file, or the address of a database:
            `postgresql://…`, or another that Ibis connects to.
        engine: what counts: "local" (DuckDB) or "spark://…", which reads folders.
        threads, memory_limit, spill: DuckDB's, see `open_engine`.

    Raises:
        SourceNotFoundError: there is no folder or database at that location.
        SettingsError: there is no such engine.
        EngineUnavailableError: the engine does not answer.
    """
    place = os.fspath(location)
    path = Path(place.removeprefix("duckdb://"))
    is_address = "://" in place and not place.startswith("duckdb://")
    if not is_address and not path.exists():
        raise SourceNotFoundError(place)
    if engine != LOCAL and not path.is_dir():
        raise SettingsError("engine", f"{engine!r} reads folders; {place!r} needs {LOCAL!r}")
    opened = open_engine(engine, threads=threads, memory_limit=memory_limit, spill=spill)
    if not isinstance(opened, DuckEngine) or path.is_dir():
        return _open_folder(path, opened)
    if place.startswith(postgres.SCHEMES):
        shown = postgres.without_password(place)
        return Source(shown, opened, postgres.PostgresTables(place, opened))
    return _open_address(place) if is_address else _open_file(path, opened)


def _open_folder(folder: Path, engine: Engine) -> Source:
    stored: dict[str, ir.Table] = {}
    unreadable: dict[str, str] = {}
    for name in TABLES:
        try:
            table = _read(folder, name, engine)
        except ENGINE_ERRORS as error:
            unreadable[name] = first_line(error)
        else:
            if table is not None:
                stored[name] = table
    return Source(str(folder), engine, stored, unreadable)


def _read(folder: Path, name: str, engine: Engine) -> ir.Table | None:
    file, text, parts = folder / f"{name}.parquet", folder / f"{name}.csv", folder / name
    if file.is_file():
        return engine.read_parquet([file], f"stored_{name}")
    if text.is_file():
        return engine.read_text(text, f"stored_{name}")
    found = sorted(parts.rglob("*.parquet")) if parts.is_dir() else []
    return engine.read_parquet(found, f"stored_{name}") if found else None


def _open_file(path: Path, engine: Engine) -> Source:
    try:
        engine.connection.attach(path, name=_ATTACHED, read_only=True)
    except ENGINE_ERRORS as error:
        raise SourceNotFoundError(str(path)) from error
    return Source(str(path), engine, _held(engine.connection, (_ATTACHED, "main")))


def _open_address(address: str) -> Source:
    try:
        connection = ibis.connect(address)
    except ENGINE_ERRORS as error:
        raise SourceNotFoundError(address) from error
    return Source(address, Warehouse(connection), _held(connection, None))


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
