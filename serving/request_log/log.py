"""Writes every answered forecast down before the answer leaves.

SQLite in WAL mode: a commit is a write to the operating system, without waiting for the
disk, and whole or not there whenever a process is killed (https://sqlite.org/wal.html).
Several worker processes write the same file. A day has its own file, and another one where
it grows too large. Nothing that goes wrong here fails a request.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from serving.request_log.rows import Forecast, row_of
from serving.request_log.table import CREATE, INSERT, SUFFIX, log_files, number_of

logger = logging.getLogger("rosterlift.serving")

#: Seconds to wait while another process commits, which takes well below a millisecond.
BUSY_SECONDS = 0.25


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class RequestLog:
    """The log of one process; `lost` is told how many forecasts could not be written.

    Args:
        folder: made on first use.
        largest_file: bytes after which the day gets another file.
        most_files: older ones are removed; 0 keeps all.
    """

    folder: Path
    largest_file: int = 256_000_000
    most_files: int = 0
    lost: Callable[[int], None] = lambda _forecasts: None
    clock: Callable[[], datetime] = _now
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _connection: sqlite3.Connection | None = None
    _day: str = ""
    _complaint: str = ""

    def append(self, forecasts: Sequence[Forecast], *, request_id: str, route: str) -> None:
        """Commit these forecasts, all or none; what goes wrong is counted and logged once."""
        moment = self.clock()
        rows = [
            row_of(forecast, request_id=request_id, route=route, moment=moment)
            for forecast in forecasts
        ]
        with self._lock:
            try:
                self._commit(rows, moment.date().isoformat())
            except (sqlite3.Error, OSError) as error:
                self._close()
                self._complain(error)
                self.lost(len(rows))
            else:
                self._complaint = ""

    def close(self) -> None:
        """Close the file; the next forecast opens it again."""
        with self._lock:
            self._close()

    def _commit(self, rows: Sequence[Sequence[object]], day: str) -> None:
        if self._connection is None or day != self._day or self._is_full(self._connection):
            self._close()
            self._connection, self._day = self._open(day), day
        with self._connection:  # one transaction
            self._connection.executemany(INSERT, rows)

    def _open(self, day: str) -> sqlite3.Connection:
        """Open the day's newest file, or make the next one where it is full or there is none."""
        newest = max(
            (number_of(file) for file in log_files(self.folder) if file.name.startswith(day)),
            default=0,
        )
        if newest:
            opened = _connect(self._file(day, newest))
            if not self._is_full(opened):
                return opened
            opened.close()
        self._make(day, newest + 1)
        self._remove_old()
        return _connect(self._file(day, newest + 1))

    def _file(self, day: str, number: int) -> Path:
        return self.folder / f"{day}.{number}{SUFFIX}"

    def _make(self, day: str, number: int) -> None:
        """Make a file that is whole from its first moment, whoever else makes it too."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder, prefix=".new-") as scratch:
            new = Path(scratch) / "new"
            with closing(sqlite3.connect(new)) as opened:
                opened.executescript(CREATE)
            with suppress(FileExistsError):  # another process was faster
                os.link(new, self._file(day, number))

    def _remove_old(self) -> None:
        if not self.most_files:
            return
        for file in log_files(self.folder)[: -self.most_files]:
            for part in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
                part.unlink(missing_ok=True)

    def _is_full(self, opened: sqlite3.Connection) -> bool:
        (pages,), (size,) = (
            opened.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size")
        )
        return bool(pages * size >= self.largest_file)

    def _close(self) -> None:
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def _complain(self, error: Exception) -> None:
        complaint = f"{type(error).__name__}: {error}"
        if complaint != self._complaint:
            logger.error("forecasts are not written to %s: %s", self.folder, complaint)
        self._complaint = complaint


def _connect(file: Path) -> sqlite3.Connection:
    """Open a file that exists; `mode=rw` never makes an empty one."""
    opened = sqlite3.connect(
        f"{file.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=BUSY_SECONDS,
        check_same_thread=False,
    )
    opened.execute("PRAGMA synchronous = NORMAL")
    return opened
