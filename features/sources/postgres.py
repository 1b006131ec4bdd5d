"""A PostgreSQL database as a source: each table is copied once, then counted by DuckDB.

COPY streams a table's columns as text, in blocks, into a file of the engine's own folder; the
server sorts and joins nothing, and memory stays bounded on both sides. Text is typed as a CSV
file's is. The only file that imports psycopg, which comes with the extra `postgres`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

import ibis.expr.types as ir

from features.errors import DatabaseUnreachableError, UnreadableTableError
from features.sources.engines import DuckEngine, first_line
from features.tables.schema import TABLES

if TYPE_CHECKING:
    from psycopg import Connection

SCHEMES: Final = ("postgresql://", "postgres://")
_PATIENCE: Final = 10  # seconds to wait for a server
_HELD: Final = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = ANY (current_schemas(false)) AND table_name = ANY (%s)
    ORDER BY table_name, ordinal_position
"""


class PostgresTables(Mapping[str, ir.Table]):
    """The tables of the contract that a database holds, each copied when first asked for.

    Raises:
        DatabaseUnreachableError: nothing answers at the address, or it refuses us.
    """

    def __init__(self, address: str, engine: DuckEngine) -> None:
        self._address, self._engine = address, engine
        self._copied: dict[str, ir.Table] = {}
        self._columns: dict[str, list[str]] = {}
        with _connected(address) as connection:
            for table, column in connection.execute(_HELD, [list(TABLES)]):
                self._columns.setdefault(table, []).append(column)

    def __getitem__(self, name: str) -> ir.Table:
        if name not in self._copied:
            self._copied[name] = self._copy(name, self._columns[name])
        return self._copied[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def _copy(self, name: str, held: list[str]) -> ir.Table:
        import psycopg
        from psycopg import sql

        wanted = [column.name for column in TABLES[name].columns if column.name in held]
        asked = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT (FORMAT csv, HEADER)").format(
            sql.SQL(", ").join(map(sql.Identifier, wanted or held)), sql.Identifier(name)
        )
        text, packed = (self._engine.spill_folder / f"{name}.{kind}" for kind in ("csv", "parquet"))
        try:
            with (
                _connected(self._address) as connection,
                connection.cursor().copy(asked) as rows,
                text.open("wb") as file,
            ):
                file.writelines(rows)
        except psycopg.Error as error:
            raise UnreadableTableError(name, first_line(error)) from error
        return self._pack(name, text, packed)

    def _pack(self, name: str, text: Path, packed: Path) -> ir.Table:
        """As Parquet it takes a fraction of the disk, and single columns can be read."""
        self._engine.read_text(text, f"copied_{name}").to_parquet(packed)
        text.unlink()
        return self._engine.read_parquet([packed], f"stored_{name}")


def without_password(address: str) -> str:
    """The address as it may be shown and logged."""
    parts = urlsplit(address)
    if parts.password is None:
        return address
    place = f"{parts.username}:***@{parts.netloc.rpartition('@')[2]}"
    return urlunsplit(parts._replace(netloc=place))


def _connected(address: str) -> Connection[tuple[str, str]]:
    try:
        import psycopg
    except ImportError as error:
        reason = "psycopg is not installed; install rosterlift[postgres]"
        raise DatabaseUnreachableError(without_password(address), reason) from error
    try:
        connection = psycopg.connect(address, connect_timeout=_PATIENCE)
    except psycopg.OperationalError as error:
        reason = first_line(error)
        raise DatabaseUnreachableError(without_password(address), reason) from error
    connection.read_only = True
    # Times are written as the tables' contract has them, whatever the server's habits.
    connection.execute("SET TIME ZONE 'UTC'")
    connection.execute("SET datestyle TO 'ISO'")
    return connection
