"""Engines that count: DuckDB on one machine, Spark on a cluster; the expressions are the same.

An engine reads stored files, and keeps what is needed more than once. DuckDB always has a
memory limit: what does not fit is spilled to a folder of its own, which goes with it.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import duckdb
import ibis
import ibis.expr.types as ir
from ibis.common.exceptions import IbisError

from features.errors import SettingsError

#: What DuckDB, Arrow and the file system raise over data they cannot read.
ENGINE_ERRORS: Final = (duckdb.Error, IbisError, OSError, ValueError)
LOCAL: Final = "local"
_SPARK: Final = "spark://"
#: More threads than this do not pay on tables of a size that fits one machine.
_MOST_THREADS: Final = 4
#: DuckDB may use this share of the machine's memory, and never less than `_LEAST_MEMORY`:
#: models, arrays and the operating system need the rest.
_MEMORY_SHARE: Final = 0.5
_LEAST_MEMORY: Final = 512 * 2**20
_CONTROL_GROUP: Final = Path("/sys/fs/cgroup/memory.max")


class Engine(Protocol):
    """What a source asks of an engine; `connection` is an Ibis backend."""

    connection: Any

    def read_parquet(self, files: Sequence[Path], name: str) -> ir.Table:
        """Parquet files as one table; columns that some of them lack are null there."""

    def read_text(self, file: Path, name: str) -> ir.Table:
        """A CSV file with a header as one table, every column as text."""

    def keep(self, expression: ir.Table) -> ir.Table:
        """Compute the rows once and give the stored result."""


class DuckEngine:
    """DuckDB inside this process, on tables of any size the disk holds."""

    def __init__(
        self,
        *,
        threads: int | None = None,
        memory_limit: str | None = None,
        spill: str | os.PathLike[str] | None = None,
    ) -> None:
        self.spill_folder = Path(tempfile.mkdtemp(prefix="rosterlift-spill-", dir=spill))
        try:
            self.connection: Any = ibis.duckdb.connect(
                threads=threads or min(_MOST_THREADS, len(os.sched_getaffinity(0))),
                memory_limit=memory_limit or f"{usual_memory_limit() >> 20}MiB",
                temp_directory=str(self.spill_folder),
                preserve_insertion_order=False,
            )
        except duckdb.Error as error:
            shutil.rmtree(self.spill_folder)
            reason = str(error).splitlines()[0]
            raise SettingsError("memory_limit", f"expected a size such as 4GB: {reason}") from error
        # Expressions hold the connection and may outlive the source they came from.
        weakref.finalize(self.connection, shutil.rmtree, self.spill_folder, ignore_errors=True)
        # DuckDB's own bar would be written over ours, and into logs.
        self.connection.raw_sql("SET enable_progress_bar = false")
        self._numbers = itertools.count(1)

    def read_parquet(self, files: Sequence[Path], name: str) -> ir.Table:
        table: ir.Table = self.connection.read_parquet(
            list(files), table_name=name, union_by_name=True
        )
        return table

    def read_text(self, file: Path, name: str) -> ir.Table:
        # Everything as text first: a sniffed type would eat the zeros in front of an id.
        table: ir.Table = self.connection.read_csv(
            file, table_name=name, all_varchar=True, header=True
        )
        return table

    def keep(self, expression: ir.Table) -> ir.Table:
        """A plain temporary table that is never dropped by hand: with sqlglot from 30.18 on,
        every DROP that Ibis 12 writes, its cache's too, has lost the table's name.
        """
        name = f"kept_{next(self._numbers)}"
        table: ir.Table = self.connection.create_table(name, expression, temp=True)
        return table


class Warehouse:
    """A database that Ibis connects to and that counts by itself; tables are never files there."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self._numbers = itertools.count(1)

    def read_parquet(self, files: Sequence[Path], name: str) -> ir.Table:
        return self.connection.read_parquet(list(files), table_name=name)

    def read_text(self, file: Path, name: str) -> ir.Table:
        return self.connection.read_csv(file, table_name=name)

    def keep(self, expression: ir.Table) -> ir.Table:
        name = f"kept_{next(self._numbers)}"
        return self.connection.create_table(name, expression, temp=True)


def open_engine(
    name: str = LOCAL,
    *,
    threads: int | None = None,
    memory_limit: str | None = None,
    spill: str | os.PathLike[str] | None = None,
) -> Engine:
    """The engine of that name: "local" for DuckDB, else the address of a Spark master.

    Args:
        name: "local", "spark://HOST:PORT", or "spark://local[N]" for Spark in this machine
            with N threads.
        threads: DuckDB's threads; by default the machine's, at most 4.
        memory_limit: DuckDB's memory limit, such as "4GB"; by default half the machine's.
        spill: the folder in which DuckDB makes a folder for what exceeds the limit; by
            default the system's for temporary files.

    Raises:
        SettingsError: there is no such engine, or the memory limit is no size.
        EngineUnavailableError: Spark is not installed, finds no Java, or does not answer.
    """
    if name == LOCAL:
        return DuckEngine(threads=threads, memory_limit=memory_limit, spill=spill)
    if name.startswith(_SPARK) and name != _SPARK:
        from features.sources.spark import SparkEngine

        address = name.removeprefix(_SPARK)
        return SparkEngine(address if address.startswith("local") else name)
    expected = "local, spark://HOST:PORT or spark://local[N]"
    raise SettingsError("engine", f"expected {expected}, found {name!r}")


def usual_memory_limit() -> int:
    """Bytes DuckDB may use where nobody says: half of the machine's, or of the container's."""
    held = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if _CONTROL_GROUP.is_file():
        written = _CONTROL_GROUP.read_text().strip()
        held = min(held, int(written)) if written.isdigit() else held
    return max(int(held * _MEMORY_SHARE), _LEAST_MEMORY)


def first_line(error: Exception) -> str:
    """What an engine says of an error, without the query it prints behind."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
