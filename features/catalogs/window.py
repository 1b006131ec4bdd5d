"""What is kept beside a snapshot so that the next one need not read all history again.

A folder `window` with the usable posts that can still count on a later day, in Parquet
chunks, and its `note.json`: the day, the files that were read, and what rarity was learned
from. Accounts are not joined yet: one that is not known today may be tomorrow.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import ibis.expr.types as ir
import pandas as pd

from features.history import asof
from features.rosters.feature_set import FEATURES
from features.snapshots.assembly import half_year_start, rarity_creators
from features.sources.parts import Part
from features.sources.source import Source
from features.tables import casts, cleaning
from features.tables.schema import TABLES

_FOLDER: Final = "window"
_NOTE: Final = "note.json"
_FORMAT: Final = 1
#: Each update adds a chunk; so many are written into one again, without what has aged out.
_MOST_CHUNKS: Final = 60


@dataclass(frozen=True)
class RarityNote:
    """What the rarity of words was learned from: who, as of when, and the last day read by then."""

    start: date
    read_until: date
    accounts: str  # sha256 of the drawn creators' accounts


@dataclass(frozen=True)
class Note:
    """What a window holds: posts that matter on `as_of` or later, read from `posts`."""

    as_of: date
    read_until: date
    columns: str  # of the posts as they are stored
    posts: tuple[Part, ...]
    followers: tuple[Part, ...]
    rarity: RarityNote | None


def last_reading(source: Source, day: date) -> date | None:
    """The newest day on or before `day` on which any post of the source was read."""
    read = source.rows("posts")
    days = source.once("reading_days", lambda: asof.reading_days(read), reads="posts")
    newest = days.filter(days.read_on <= day).read_on.max().execute()
    return None if pd.isna(newest) else pd.Timestamp(newest).date()


def rarity_note(source: Source, day: date) -> RarityNote | None:
    """What rarity on that day is learned from; None where nothing was read by then."""
    start = half_year_start(day)
    read_until = last_reading(source, start)
    if read_until is None:
        return None
    accounts = source.table("accounts")
    drawn = accounts.filter(accounts.creator_id.isin(rarity_creators(source)))
    pairs = drawn.select("account_id", "creator_id").execute().to_numpy().tolist()
    written = json.dumps(sorted(pairs)).encode()
    return RarityNote(start, read_until, hashlib.sha256(written).hexdigest())


def usable_posts(source: Source, posts: ir.Table) -> ir.Table:
    """Usable rows of typed posts, of accounts that are known today."""
    return cleaning.usable(posts, TABLES["posts"], {"accounts": source.table("accounts")})


def chunks_of(folder: Path) -> list[Path]:
    """The chunks of posts beside a snapshot."""
    return sorted((folder / _FOLDER).glob("*.parquet"))


def posts_of(source: Source, chunks: list[Path], name: str) -> ir.Table:
    """Posts of chunks or parts, typed."""
    return casts.typed(source.engine.read_parquet(chunks, name), TABLES["posts"])


def write(folder: Path, source: Source, note: Note, posts: ir.Table, chunks: list[Path]) -> None:
    """Write a window into a snapshot's folder.

    Args:
        folder: of the snapshot.
        source: its engine writes.
        note: what the window will hold.
        posts: typed posts that `chunks` do not hold; all of them where there are too many
            chunks, see `is_full`.
        chunks: of the window before, which are linked, not copied.
    """
    (folder / _FOLDER).mkdir()
    for number, chunk in enumerate(chunks):
        os.link(chunk, folder / _FOLDER / f"posts-{number:05d}.parquet")
    start = half_year_start(note.as_of)
    half_year = (note.rarity.read_until, start) if note.rarity else (start, start)
    kept = asof.still_of_use(
        cleaning.usable(posts, TABLES["posts"], {}), note.read_until, half_year
    )
    source.connection.to_parquet(
        kept, folder / _FOLDER / f"posts-{len(chunks):05d}.parquet", compression="zstd"
    )
    (folder / _FOLDER / _NOTE).write_text(json.dumps(written(note), default=str))


def is_full(chunks: list[Path]) -> bool:
    """Whether there are so many chunks that they are written into one again."""
    return len(chunks) >= _MOST_CHUNKS


def read(folder: Path) -> Note | None:
    """The note of the window beside a snapshot; None where there is none that can be used."""
    try:
        held: dict[str, Any] = json.loads((folder / _FOLDER / _NOTE).read_text())
    except (OSError, ValueError):
        return None
    if (held["format"], held["features"]) != (_FORMAT, FEATURES.hash):
        return None
    rarity = held["rarity"]
    return Note(
        as_of=date.fromisoformat(held["as_of"]),
        read_until=date.fromisoformat(held["read_until"]),
        columns=held["columns"],
        posts=tuple(Part(**part) for part in held["posts"]),
        followers=tuple(Part(**part) for part in held["followers"]),
        rarity=rarity
        and RarityNote(
            date.fromisoformat(rarity["start"]),
            date.fromisoformat(rarity["read_until"]),
            rarity["accounts"],
        ),
    )


def written(note: Note) -> dict[str, Any]:
    """The note as JSON, with what this release makes of it."""
    return {"format": _FORMAT, "features": FEATURES.hash, **asdict(note)}
