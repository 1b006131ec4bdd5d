"""Spark as an engine: the same expressions, on a cluster or on threads of this machine.

The only file that imports pyspark. The files of a source must lie where every worker sees them
under the same path. Comes with the extra `cluster`, and needs Java 17.
"""

from __future__ import annotations

import itertools
import logging
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from features.errors import EngineUnavailableError

_SETTINGS: Final = {
    "spark.app.name": "rosterlift",
    # Dates of moments are days in UTC, wherever the cluster stands.
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    # Text that does not read as a number is unknown, not the end of the run.
    "spark.sql.ansi.enabled": "false",
}
#: Threads of one machine share its memory: 200 pieces, Spark's habit, would be work without use.
_PIECES_A_THREAD: Final = 2
_LOCAL: Final = re.compile(r"local\[(\d+)\]")


class SparkEngine:
    """A Spark session at `master`, such as "spark://host:7077" or "local[2]"."""

    def __init__(self, master: str) -> None:
        self._session = _session(master)
        self.connection: Any = ibis.pyspark.connect(self._session)
        self._numbers = itertools.count(1)

    def read_parquet(self, files: Sequence[Path], name: str) -> ir.Table:
        reader = self._session.read.option("mergeSchema", "true")
        return self._view(reader.parquet(*(str(file) for file in files)), name)

    def read_text(self, file: Path, name: str) -> ir.Table:
        reader = self._session.read.option("escape", '"').option("multiLine", "true")
        return self._view(reader.csv(str(file), header=True, inferSchema=False), name)

    def keep(self, expression: ir.Table) -> ir.Table:
        """Rows stay in the workers' memory, or on their disks; a lost worker's are counted anew."""
        name = f"kept_{next(self._numbers)}"
        self.connection.create_view(f"asked_{name}", expression)
        return self._view(self._session.table(f"asked_{name}").cache(), name)

    def stop(self) -> None:
        """End the session; nothing of this engine can be used any more."""
        self._session.stop()

    def _view(self, rows: Any, name: str) -> ir.Table:
        rows.createOrReplaceTempView(name)
        table: ir.Table = self.connection.table(name)
        return table


def _session(master: str) -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineUnavailableError(
            master, "pyspark is not installed", "Install rosterlift[cluster]."
        ) from error
    # Asked before: without Java pyspark writes a shell's complaint and says nothing of use.
    if _java() is None:
        raise EngineUnavailableError(
            master, "no Java was found", "Install Java 17, or set JAVA_HOME to where it is."
        )
    logging.getLogger("py4j").setLevel(logging.ERROR)
    builder = SparkSession.builder.master(master)
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    if threads := _LOCAL.match(master):
        builder = builder.config("spark.sql.shuffle.partitions", _PIECES_A_THREAD * int(threads[1]))
    try:
        session = builder.getOrCreate()
    except Exception as error:  # py4j wraps what the JVM says in classes of its own
        raise EngineUnavailableError(
            master, _said(error), "Is the master running and reachable?"
        ) from error
    session.sparkContext.setLogLevel("ERROR")
    return session


def _said(error: Exception) -> str:
    """The first line of what the JVM said, which py4j puts behind one of its own."""
    lines = str(error).splitlines()
    return next((line[2:] for line in lines if line.startswith(": ")), lines[0])


def _java() -> str | None:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
