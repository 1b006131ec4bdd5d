"""What DuckDB itself logs of its reading: bytes of each folder's files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

_STARTED: Final = (
    # Files that DuckDB remembers would be read twice and counted once.
    "SET enable_external_file_cache = false",
    "CALL enable_logging('FileSystem', storage = 'memory')",
)
_READ: Final = """
    SELECT path, sum(bytes) FROM duckdb_logs_parsed('FileSystem')
    WHERE op = 'READ' GROUP BY path
"""


@contextmanager
def bytes_read(connection: Any) -> Iterator[Counter[Path]]:
    """Count the bytes read meanwhile through an Ibis connection to DuckDB, by file and folder.

    Paths are absolute, without links: DuckDB writes them as it was asked for them.
    """
    for line in _STARTED:
        connection.raw_sql(line)
    found: Counter[Path] = Counter()
    yield found
    for path, read in connection.raw_sql(_READ).fetchall():
        file = Path(path).resolve()
        found[file] += int(read)
        found[file.parent] += int(read)
    connection.raw_sql("CALL disable_logging()")
