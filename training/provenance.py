"""Where a run came from: data, code, libraries, and what tuning chose."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections.abc import Mapping
from importlib.metadata import version as installed_version
from pathlib import Path

import pandas as pd

from features.rosters.feature_set import FEATURES
from features.sources.source import Source
from features.tables.schema import TABLES
from training.settings import Settings

#: Beyond this many rows a table is described by its columns' extremes, not row by row.
_MOST_ROWS = 2_000_000


def provenance(source: Source, settings: Settings, chosen: Mapping[str, float]) -> dict[str, str]:
    """Where a run came from, as tags."""
    libraries = ("lightgbm", "scikit-learn", "numpy", "mlflow", "ibis-framework", "duckdb")
    return {
        "data.fingerprint": fingerprint(source),
        "data.location": source.location,
        "features.hash": FEATURES.hash,
        "code.commit": _commit(),
        "python": platform.python_version(),
        **{f"library.{name}": installed_version(name) for name in libraries},
        **{f"chosen.{name}": f"{value:g}" for name, value in chosen.items()},
        "learner": settings.learner,
    }


def fingerprint(source: Source) -> str:
    """sha256 over every table's name, columns and order-independent row hashes."""
    digest = hashlib.sha256()
    for name in sorted(TABLES):
        if not source.has(name):
            continue
        table, rows = source.rows(name), source.counted(name).left
        digest.update(f"{name}:{','.join(sorted(table.columns))}:{rows}".encode())
        if rows <= _MOST_ROWS:
            frame = source.frame(name)
            hashed = pd.util.hash_pandas_object(frame[sorted(frame.columns)], index=False)
            digest.update(int(hashed.sum() % 2**63).to_bytes(8, "big"))
        else:
            extremes = table.aggregate(
                [table[c].min().name(f"{c}_min") for c in table.columns]
                + [table[c].max().name(f"{c}_max") for c in table.columns]
                + [table[c].nunique().name(f"{c}_distinct") for c in table.columns]
            )
            digest.update(extremes.execute().to_json().encode())
    return digest.hexdigest()


def _commit() -> str:
    here = Path(__file__).resolve().parent
    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=here, capture_output=True, text=True, timeout=5
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return found.stdout.strip() or "unknown"
