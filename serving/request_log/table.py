"""The table every answered forecast is written to, and how to read it.

Whoever sets predictions beside measured lifts knows this table, not the service: `COLUMNS`
is the contract, and `FORMAT` in a file's `user_version` changes with it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

import pandas as pd

#: Files of a home: `<home>/requests/<day>.<number>.sqlite`, both by UTC.
FOLDER: Final = "requests"
SUFFIX: Final = ".sqlite"
TABLE: Final = "requests"
FORMAT: Final = 1

#: Column -> its SQLite type and what it holds. Money is in the source's currency.
COLUMNS: Final[Mapping[str, tuple[str, str]]] = {
    "request_id": ("TEXT", "`X-Request-Id` of the answer; scenarios of one request share it"),
    "answered_at": ("TEXT", "when it was answered, UTC, ISO 8601 with microseconds"),
    "route": ("TEXT", "path that was asked"),
    "scenario": ("TEXT", "name of the scenario in a comparison, else NULL"),
    "model_name": ("TEXT", "name of the model in the registry"),
    "model_version": ("TEXT", "its version there"),
    "run_id": ("TEXT", "the training run it came from"),
    "as_of": ("TEXT", "the catalog's day, YYYY-MM-DD"),
    "campaign": ("TEXT", "the campaign as asked, JSON; a field that was left out is not there"),
    "roster": ("TEXT", "the bookings as asked, or as chosen under a budget, JSON"),
    "interval": ("REAL", "probability meant by low to high"),
    "lift_mean": ("REAL", "expected lift, a share of what would be sold anyway"),
    "lift_low": ("REAL", "lower bound of the lift"),
    "lift_high": ("REAL", "upper bound of the lift"),
    "incremental_revenue_mean": ("REAL", "expected incremental revenue, money"),
    "incremental_revenue_low": ("REAL", "its lower bound"),
    "incremental_revenue_high": ("REAL", "its upper bound"),
    "baseline_revenue": ("REAL", "what would be sold without the campaign, money"),
    "cost": ("REAL", "sum of the fees, money"),
    "evidence": ("TEXT", "inside, partly or outside past campaigns' experience"),
    "warnings": ("TEXT", "codes of the warnings, a JSON array"),
}
#: Columns that hold JSON.
JSON_COLUMNS: Final = ("campaign", "roster", "warnings")

INSERT: Final = (
    f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) "  # noqa: S608 - our own names
    f"VALUES ({', '.join('?' * len(COLUMNS))})"
)
#: The log is append-only for whoever opens it, too.
CREATE: Final = f"""
    PRAGMA journal_mode = WAL;
    PRAGMA user_version = {FORMAT};
    CREATE TABLE {TABLE} (
        id INTEGER PRIMARY KEY,
        {", ".join(f"{name} {kind}" for name, (kind, _meaning) in COLUMNS.items())}
    );
    CREATE TRIGGER never_changed BEFORE UPDATE ON {TABLE}
        BEGIN SELECT RAISE(ABORT, 'the request log is append-only'); END;
    CREATE TRIGGER never_removed BEFORE DELETE ON {TABLE}
        BEGIN SELECT RAISE(ABORT, 'the request log is append-only'); END;
"""


def log_files(folder: Path) -> list[Path]:
    """Return the files of a request log, oldest first; a log never begun has none."""
    return sorted(folder.glob(f"????-??-??.*{SUFFIX}"), key=_age)


def number_of(file: Path) -> int:
    """Return the number of a file among those of its day."""
    return int(file.name.split(".")[1])


def _age(file: Path) -> tuple[str, int]:
    return file.name.split(".")[0], number_of(file)


def read_requests(home: Path) -> pd.DataFrame:
    """Return every forecast the service of a home has answered, in the order of answering.

    One row a forecast, columns by `COLUMNS`: `answered_at` and `as_of` as timestamps,
    campaign, roster and warnings as the objects they say. May be read while the service
    writes.
    """
    parts = [part for file in log_files(home / FOLDER) if not (part := _read(file)).empty]
    if not parts:
        return pd.DataFrame(columns=[*COLUMNS])
    together = pd.concat(parts, ignore_index=True)
    for name in JSON_COLUMNS:
        together[name] = together[name].map(json.loads)
    together["answered_at"] = pd.to_datetime(together["answered_at"], format="ISO8601", utc=True)
    together["as_of"] = pd.to_datetime(together["as_of"], format="ISO8601")
    return together.sort_values("answered_at", kind="stable", ignore_index=True)


def _read(file: Path) -> pd.DataFrame:
    with closing(sqlite3.connect(file)) as opened:
        rows = opened.execute(
            f"SELECT {', '.join(COLUMNS)} FROM {TABLE} ORDER BY id"  # noqa: S608 - our own names
        ).fetchall()
    return pd.DataFrame(rows, columns=[*COLUMNS])
