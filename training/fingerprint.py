"""A fingerprint of a source's tables: the same rows in any order give the same word."""

from __future__ import annotations

import hashlib

import pandas as pd

from features.schema import TABLES
from features.source import Source

#: Beyond this many rows a table is described by its counts and extremes, not row by row.
_MOST_ROWS = 2_000_000


def fingerprint(source: Source) -> str:
    """sha256 over every table's name, columns and order-independent row hashes."""
    digest = hashlib.sha256()
    for name in sorted(TABLES):
        if not source.has(name):
            continue
        table = source.table(name)
        rows = int(table.count().execute())
        digest.update(f"{name}:{','.join(sorted(table.columns))}:{rows}".encode())
        if rows <= _MOST_ROWS:
            frame = source.frame(name)
            hashed = pd.util.hash_pandas_object(frame[sorted(frame.columns)], index=False)
            digest.update(int(hashed.sum() % 2**63).to_bytes(8, "big"))
    return digest.hexdigest()
