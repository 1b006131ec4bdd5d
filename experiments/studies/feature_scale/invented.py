"""Invented tables of any size, written by DuckDB itself: ranges and hashes instead of loops."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import pandas as pd

#: Posts appear over this span; follower counts are taken every `DAYS_BETWEEN_COUNTS`.
FIRST_DAY, DAYS = date(2022, 1, 1), 730
DAYS_BETWEEN_COUNTS: Final = 30
#: Three accounts for two creators.
ACCOUNTS: Final = 1.5
PARTS: Final = 20
_WRITING_MEMORY: Final = "2GB"

_CREATORS: Final = """
    SELECT printf('c%07d', i) creator_id, printf('@%d', i) handle,
        ['skincare', 'fitness', 'food'][1 + i % 3] category, 'DE' country, 'de' "language",
        i % 50 = 0 is_virtual, NULL::VARCHAR communities
    FROM range({creators}) r(i)
"""
_ACCOUNTS: Final = """
    SELECT printf('a%08d', i) account_id, printf('c%07d', i % {creators}) creator_id,
        ['instagram', 'tiktok', 'youtube'][1 + i % 3] platform,
        DATE '{first}' - (hash(i + {seed}) % 900)::INT opened_on
    FROM range({accounts}) r(i)
"""
_STATS: Final = """
    SELECT printf('a%08d', i) account_id, DATE '{first}' + ({step} * m)::INT observed_on,
        (1000 + hash(i + {seed}) % 500000 + hash(i * 31 + m) % 20000)::BIGINT followers,
        NULL::BIGINT paying_subscribers
    FROM range({accounts}) r(i), range({counts}) s(m)
"""
_POSTS: Final = """
    SELECT printf('p%010d', i) post_id, printf('a%08d', h % {accounts}) account_id,
        moment published_at, moment + to_seconds((g % 1200000)::BIGINT) observed_at,
        ['short_video', 'long_video', 'image', 'live', 'text'][(1 + (h >> 9) % 5)::BIGINT] format,
        (g % 100003)::BIGINT "views", (g % 9001)::BIGINT likes, (h % 503)::BIGINT "comments",
        (g % 307)::BIGINT shares, (h % 211)::BIGINT saves, (h % 97)::BIGINT creator_replies,
        h % 5 = 0 is_sponsored, CASE WHEN h % 5 = 0 THEN h % 3 > 0 END is_disclosed,
        CASE WHEN h % 5 = 0 THEN 'b1' END brand_id,
        printf('day %d of our %d favourite things, all of them new', h % 1000, g % 1000) caption
    FROM (
        SELECT i, hash(i + {seed}) h, hash(i * 7 + {seed} + 1) g,
            TIMESTAMP '{first}' + to_seconds((i * {days} * 86400.0 / {posts})::BIGINT) moment
        FROM range({start}, {stop}) r(i)
    )
"""
_EMPTY: Final = {
    "audience": "creator_id TEXT, observed_on DATE, dimension TEXT, value TEXT, share DOUBLE",
    "markets": "market_id TEXT, name TEXT, country TEXT, language TEXT, population BIGINT",
}


@dataclass(frozen=True)
class Size:
    """Posts of two years by so many creators, and campaigns of so many bookings."""

    posts: int
    creators: int
    campaigns: int
    bookings: int

    @property
    def told(self) -> str:
        return f"{self.posts:,} posts, {self.creators:,} creators"


def invented_source(size: Size, seed: int, folder: Path) -> Path:
    """The folder of such a source; written once, and again only for another size or seed."""
    wanted = json.dumps({**asdict(size), "seed": seed})
    note = folder / "size.json"
    if note.exists() and note.read_text() == wanted:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "posts").mkdir(parents=True)
    words = {
        **asdict(size),
        "seed": seed * 1_000_003,
        "first": FIRST_DAY,
        "days": DAYS,
        "accounts": int(size.creators * ACCOUNTS),
        "counts": DAYS // DAYS_BETWEEN_COUNTS,
        "step": DAYS_BETWEEN_COUNTS,
    }
    with duckdb.connect(config={"memory_limit": _WRITING_MEMORY, "threads": 2}) as database:
        database.execute("SET preserve_insertion_order = false; SET enable_progress_bar = false")
        _write(database, _CREATORS.format(**words), folder / "creators.parquet")
        _write(database, _ACCOUNTS.format(**words), folder / "accounts.parquet")
        _write(database, _STATS.format(**words), folder / "account_stats.parquet")
        for name, columns in _EMPTY.items():
            database.execute(f"CREATE TABLE {name} ({columns})")
            _write(database, f"FROM {name}", folder / f"{name}.parquet")
        edges = np.linspace(0, size.posts, PARTS + 1).astype(int).tolist()
        for part, (start, stop) in enumerate(pairwise(edges)):
            asked = _POSTS.format(**words, start=start, stop=stop)
            _write(database, asked, folder / "posts" / f"part-{part:02d}.parquet")
    note.write_text(wanted)
    return folder


def booked_moments(size: Size, seed: int) -> pd.DataFrame:
    """The moments of campaigns booked over the second year: as_of, creator_id."""
    rng = np.random.default_rng(seed)
    days = [FIRST_DAY + timedelta(days=int(day)) for day in rng.integers(365, DAYS, size.campaigns)]
    booked = [
        (pd.Timestamp(day), f"c{creator:07d}")
        for day in days
        for creator in rng.choice(size.creators, size.bookings, replace=False)
    ]
    return pd.DataFrame(booked, columns=["as_of", "creator_id"])


def _write(database: duckdb.DuckDBPyConnection, asked: str, file: Path) -> None:
    database.execute(f"COPY ({asked}) TO '{file}' (FORMAT parquet)")
