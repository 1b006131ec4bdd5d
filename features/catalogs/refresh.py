"""Brings a home's catalog up to date: from a day's new posts where that is enough, else anew.

An update runs the same code as a rebuild, over the posts that can still count (kept beside
the snapshot, see `features.catalogs.window`) and the new parts instead of all history; captions,
followers and rarity are taken over where nothing they are made from has changed. What comes
out is the same, bit for bit. Anything unexpected leads to a rebuild, which says why.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from features.catalogs import catalog, window
from features.catalogs.window import Note, RarityNote
from features.checks.tables import require_trainable
from features.errors import FaultyTablesError, UnreadableTableError
from features.history.followers import FollowerSample
from features.snapshots.assembly import (
    Rarities,
    Rarity,
    TakenOver,
    half_year_start,
    newest_day,
    snapshot,
)
from features.snapshots.snapshot import Snapshot
from features.sources.parts import Part, is_log, parts_of
from features.sources.source import Source, open_source


@dataclass(frozen=True)
class Refreshed:
    """The new snapshot, its folder, and how it came about.

    `rebuilt_because` is None after an update; `posts_read` counts rows of posts that were read,
    of which `posts_added` lay in new parts.
    """

    snapshot: Snapshot
    folder: Path
    rebuilt_because: str | None
    posts_read: int
    posts_added: int


@dataclass(frozen=True)
class _Inventory:
    """A source and its files as they were before it was opened: what came since counts as new."""

    source: Source
    posts: tuple[Part, ...]
    followers: tuple[Part, ...]

    @property
    def columns(self) -> str:
        """The names and types of posts as they are stored."""
        return _columns(self.source)

    @property
    def is_log(self) -> bool:
        """Whether new posts come as new files."""
        return is_log(self.source.location, "posts")


@dataclass(frozen=True)
class _Added:
    """What an earlier catalog kept, and a source with the parts of posts added since."""

    folder: Path  # of the earlier snapshot
    note: Note
    source: Source


def refresh(
    location: str | os.PathLike[str],
    home: Path,
    as_of: date | None = None,
    *,
    full: bool = False,
    memory_limit: str | None = None,
) -> Refreshed:
    """Bring the catalog of a home up to date and make it the current one.

    Args:
        location: of the source, as `open_source` takes it.
        home: whose catalog it is; other writers wait meanwhile.
        as_of: the day; by default the newest day of the source.
        full: read all history in any case.
        memory_limit: DuckDB's, as `open_source` takes it.

    Raises:
        SourceError: a table is missing, cannot be read, or has faults that stop training.
    """
    place = os.fspath(location)
    posts, followers = parts_of(place, "posts"), parts_of(place, "followers")
    held = _Inventory(open_source(place, memory_limit=memory_limit), posts, followers)
    while True:
        current = catalog.current(home)
        added = "--full asks for it" if full else _added(held, home, current)
        added = _checked(added, held.source)
        with catalog.writing(home):
            if catalog.current(home) != current:  # another writer was faster: look again
                continue
            done = added if isinstance(added, str) else _update(added, held, home, as_of)
            if isinstance(done, Refreshed):
                return done
            if done is not added:
                require_trainable(held.source)
            return _rebuild(held, home, as_of, done)


def _added(held: _Inventory, home: Path, current: str | None) -> _Added | str:
    """What is new since the current catalog, or why it cannot be updated."""
    if current is None:
        return "there is no catalog yet"
    if not held.is_log:
        return "posts are not a folder of Parquet parts"
    folder = home / "catalog" / current
    note = window.read(folder)
    if note is None:
        return "the catalog keeps no posts, or another release wrote it"
    fresh = [part for part in held.posts if part not in set(note.posts)]
    if len(held.posts) - len(fresh) < len(note.posts):
        return "parts of posts that were read have changed or are gone"
    added = _with_parts(held.source, fresh)
    if not held.columns == _columns(added) == note.columns:
        return "posts have other columns or types than before"
    return _Added(folder, note, added)


def _checked(added: _Added | str, source: Source) -> _Added | str:
    """The same, unless the new posts alone would stop training; then all posts decide."""
    if isinstance(added, _Added):
        try:
            require_trainable(added.source)
        except FaultyTablesError as error:
            added = f"of the tables with the new posts alone, {error}"
        else:
            return added
    require_trainable(source)
    return added


def _with_parts(source: Source, parts: Sequence[Part]) -> Source:
    """The source with these parts alone for posts."""
    files = [Path(source.location) / part.name for part in parts]
    posts = (
        source.engine.read_parquet(files, "stored_posts_added")
        if files
        else source.stored["posts"].limit(0)
    )
    return replace(source, stored={**source.stored, "posts": posts}, _kept={}, _counted={})


def _update(added: _Added, held: _Inventory, home: Path, as_of: date | None) -> Refreshed | str:
    try:
        before = catalog.load(home)
    except UnreadableTableError as error:
        return str(error)
    source, chunks = held.source, window.chunks_of(added.folder)
    kept, new = window.posts_of(source, chunks, "kept_posts"), added.source.typed("posts")
    together = source.with_table("posts", window.usable_posts(source, kept.union(new)))
    day = as_of or newest_day(together)
    if day < added.note.as_of:
        return f"the catalog is of {added.note.as_of}, later than {day}"
    read_until = window.last_reading(together, day)
    if read_until is None or read_until < added.note.read_until:
        return "the posts that were read last are gone"
    rarity = window.rarity_note(together, day)
    if (
        rarity is None
        or rarity != added.note.rarity
        or window.last_reading(added.source, rarity.start)
    ):
        rarity, words = _learned(source, day)
        rarity = rarity if _holds(added.note, rarity) else None
    else:
        words = before.captions.rarity
    taken = TakenOver(
        before.captions, _followers(added, held, before), {half_year_start(day): words}
    )
    known = snapshot(together, day, taken)
    note = _note(held, day, read_until, rarity)
    rest = (kept.union(new), []) if window.is_full(chunks) else (new, chunks)
    folder = catalog.put(known, home, lambda folder: window.write(folder, source, note, *rest))
    counts = [int(rows.count().execute()) for rows in (kept, new)]
    return Refreshed(known, folder, None, sum(counts), counts[1])


def _holds(note: Note, rarity: RarityNote | None) -> bool:
    """Whether a window holds all posts read from the day on which `rarity` looks back from."""
    if rarity is None:
        return False
    same = note.rarity is not None and note.rarity.start == rarity.start
    held_from = note.rarity.read_until if same and note.rarity else note.read_until
    return rarity.read_until >= held_from


def _learned(source: Source, day: date) -> tuple[RarityNote | None, Rarity]:
    """The rarity of words on a day, learned from all history, and what it was learned from."""
    words = Rarities(source).of(day)
    return (None if words is None else window.rarity_note(source, day)), words


def _followers(added: _Added, held: _Inventory, before: Snapshot) -> FollowerSample | None:
    """The sample of the snapshot before, if nothing it was made from has changed."""
    sample, source = before.followers, held.source
    same = (
        sample is not None
        and held.followers == added.note.followers
        and tuple(source.frame("markets")["market_id"]) == sample.market_ids
        and source.frame("creators")["creator_id"].isin(list(sample.creator_ids)).all()
    )
    return sample if same else None


def _rebuild(held: _Inventory, home: Path, as_of: date | None, why: str) -> Refreshed:
    source = held.source
    day = as_of or newest_day(source)
    rarity, words = _learned(source, day)
    known = snapshot(source, day, TakenOver(rarity={half_year_start(day): words}))
    posts = source.typed("posts")
    read_until = window.last_reading(source, day) if held.is_log else None

    def beside(folder: Path) -> None:
        if read_until is not None:
            window.write(folder, source, _note(held, day, read_until, rarity), posts, [])

    folder = catalog.put(known, home, beside)
    return Refreshed(known, folder, why, int(posts.count().execute()), 0)


def _note(held: _Inventory, day: date, read_until: date, rarity: RarityNote | None) -> Note:
    return Note(day, read_until, held.columns, held.posts, held.followers, rarity)


def _columns(source: Source) -> str:
    columns = source.stored["posts"].schema().items()
    return ", ".join(f"{name} {kind}" for name, kind in columns)
