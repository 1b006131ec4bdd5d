"""Where runs and the registry are kept, told without importing MLflow, which takes seconds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeAlias

CONFIGURED: Final = "MLFLOW_TRACKING_URI"
_SQLITE: Final = "sqlite:///"
#: SQLite's own file, and the log of writes that are not in it yet.
_SQLITE_FILES: Final = ("", "-wal")
Stamp: TypeAlias = tuple[tuple[int, int, int], ...]
#: How long MLflow and PostgreSQL's own client wait for one answer, in seconds.
_WAITING: Final = ("MLFLOW_HTTP_REQUEST_TIMEOUT", "PGCONNECT_TIMEOUT")
#: MLflow asks again for minutes; who looks every few seconds need not.
_ASKING_AGAIN: Final = "MLFLOW_HTTP_REQUEST_MAX_RETRIES"


def tracking_uri(home: Path) -> str:
    """MLFLOW_TRACKING_URI where it is set, else a SQLite file in the home."""
    configured = os.environ.get(CONFIGURED)
    if configured:
        return configured
    home.mkdir(parents=True, exist_ok=True)
    return f"{_SQLITE}{(home / 'mlflow.db').resolve()}"


def is_empty(uri: str) -> bool:
    """Whether the address is of a SQLite file that nobody created yet."""
    return uri.startswith(_SQLITE) and not Path(uri.removeprefix(_SQLITE)).exists()


def stamp(uri: str) -> Stamp | None:
    """What changes whenever something is written to a SQLite file; None of what must be asked."""
    if not uri.startswith(_SQLITE):
        return None
    file = Path(uri.removeprefix(_SQLITE))
    return tuple(_stamp_of(file.with_name(file.name + suffix)) for suffix in _SQLITE_FILES)


def _stamp_of(file: Path) -> tuple[int, int, int]:
    try:
        seen = file.stat()
    except FileNotFoundError:
        return (0, 0, 0)
    return (seen.st_ino, seen.st_mtime_ns, seen.st_size)


@contextmanager
def patience(seconds: int) -> Iterator[None]:
    """Inside, a server that does not answer is given up after so many seconds, at once.

    MLflow alone waits two minutes and asks seven times more. What the environment says already
    is left as it is. The limits hold for the whole process while the context lasts.
    """
    limits = {**dict.fromkeys(_WAITING, str(seconds)), _ASKING_AGAIN: "0"}
    ours = {name: limit for name, limit in limits.items() if name not in os.environ}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name in ours:
            os.environ.pop(name, None)
