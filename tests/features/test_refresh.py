"""A catalog brought up to date day by day equals one that is rebuilt from all history."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pandas.testing as pdt
import pytest

from features.catalogs import catalog, window
from features.catalogs import refresh as updating
from features.catalogs.refresh import Refreshed, refresh
from features.catalogs.window import Note
from features.snapshots.assembly import snapshot
from features.sources.parts import is_log, parts_of
from features.sources.source import open_source
from tests.features.tiny_world import tiny_world, write

FIRST = pd.Timestamp("2023-11-20")


class GrowingSource:
    """A source whose posts come in as parts, day after day; `today` is the last day so far."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.folder, self.tables = folder, tiny_world(seed)
        self.today = FIRST
        posts = self.tables.pop("posts")
        self.posts = posts[posts["published_at"] < FIRST + pd.Timedelta(days=60)]
        write(self.tables, folder)
        (folder / "posts").mkdir()
        known = self.posts["observed_at"].fillna(self.posts["published_at"]) < FIRST
        late = known & (self.rng.random(len(known)) < 0.1)
        self.add(self.posts[known & ~late])
        self.waiting = self.posts[~known | late]

    def add(self, posts: pd.DataFrame) -> None:
        number = len(list((self.folder / "posts").iterdir()))
        posts.to_parquet(self.folder / "posts" / f"part-{number:03d}.parquet", index=False)

    def next_day(self, days: int) -> None:
        """New posts, late ones, unread ones, posts read again, and posts of strangers."""
        self.today += pd.Timedelta(days=days)
        due = self.rng.random(len(self.waiting)) < 0.4
        again = self.posts.sample(8, random_state=self.rng).copy()
        read = pd.Timestamp(self.today) - pd.to_timedelta(self.rng.integers(0, 9, 8), "D")
        again["observed_at"] = np.maximum(read, again["published_at"])
        again["views"] = self.rng.integers(0, 10_000, 8)
        again.loc[again.index[:2], "caption"] = None
        strange = self.waiting[due].head(2).assign(
            account_id="tiktok-later", post_id=[f"later-{self.today:%m%d}-{i}" for i in range(2)][: due.sum()]
        )  # fmt: skip
        self.add(pd.concat([self.waiting[due], again, strange]))
        self.waiting = self.waiting[~due]

    def rewrite(self, name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
        self.tables[name] = change(self.tables[name])
        write({name: self.tables[name]}, self.folder)

    def refreshed(self, home: Path) -> Refreshed:
        return refresh(self.folder, home, self.today.date())


def assert_same_files(one: Path, other: Path) -> None:
    """Every file of two snapshots holds the same, to the last bit."""
    names = sorted(file.name for file in one.iterdir() if file.is_file())
    assert names == sorted(file.name for file in other.iterdir() if file.is_file())
    for name in names:
        if name.endswith(".parquet"):
            pdt.assert_frame_equal(
                pd.read_parquet(one / name), pd.read_parquet(other / name), check_exact=True
            )
        elif name.endswith(".npz"):
            with np.load(one / name) as left, np.load(other / name) as right:
                assert left.files == right.files
                for array in left.files:
                    assert left[array].dtype == right[array].dtype
                    np.testing.assert_array_equal(left[array], right[array], err_msg=array)
        elif name == "snapshot.json":
            assert (one / name).read_text() == (other / name).read_text()


def a_creator_comes_later(source: GrowingSource) -> None:
    """With an account whose posts have been there for long."""
    new = source.tables["creators"].iloc[[0]].assign(creator_id="000-later")
    account = {"account_id": "tiktok-later", "creator_id": "000-later", "platform": "tiktok"}
    source.rewrite("creators", lambda rows: pd.concat([rows, new]))
    source.rewrite("accounts", lambda rows: pd.concat([rows, pd.DataFrame([account])]))


def a_creator_vanishes(source: GrowingSource) -> None:
    """One who was never booked: what was measured must stay explained."""
    booked = set(source.tables["bookings"]["creator_id"])
    gone = next(i for i in source.tables["accounts"]["creator_id"] if i not in booked)
    for name in ("creators", "accounts"):
        source.rewrite(name, lambda rows: rows[rows["creator_id"] != gone])


def rebuilt(source: GrowingSource, home: Path) -> Path:
    known = snapshot(open_source(source.folder), source.today.date())
    return catalog.save(known, home)


def test_days_of_updates_equal_a_rebuild(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "_MOST_CHUNKS", 2)
    source, home = GrowingSource(tmp_path / "source", 1), tmp_path / "home"
    assert source.refreshed(home).rebuilt_because == "there is no catalog yet"
    # Two days, and then a step into the next half-year.
    for span, event in [(1, a_creator_comes_later), (1, a_creator_vanishes), (50, None)]:
        source.next_day(span)
        if event:
            event(source)
        before = window.chunks_of(home / "catalog" / str(catalog.current(home)))
        updated = source.refreshed(home)
        assert updated.rebuilt_because is None
        assert 0 < updated.posts_added < updated.posts_read
        assert len(window.chunks_of(updated.folder)) == (len(before) + 1 if len(before) < 2 else 1)
        assert_same_files(updated.folder, rebuilt(source, tmp_path / "anew"))


def why_rebuilt(source: GrowingSource, home: Path) -> object:
    """Why the catalog would be rebuilt, without doing it."""
    place = str(source.folder)
    held = updating._Inventory(
        open_source(place), parts_of(place, "posts"), parts_of(place, "followers")
    )
    return updating._added(held, home, catalog.current(home))


def test_whatever_is_unexpected_leads_to_a_rebuild_that_says_why(tmp_path: Path) -> None:
    source, home = GrowingSource(tmp_path / "source", 3), tmp_path / "home"
    source.refreshed(home)
    assert isinstance(why_rebuilt(source, home), updating._Added)
    first = source.folder / "posts" / "part-000.parquet"
    rows, about = pd.read_parquet(first), first.stat()
    source.add(rows.head(5).assign(views="many"))
    assert why_rebuilt(source, home) == "posts have other columns or types than before"
    rows.to_parquet(first, index=False)  # the same rows, written again
    os.utime(first, ns=(about.st_atime_ns, about.st_mtime_ns + 1))
    changed = "parts of posts that were read have changed or are gone"
    assert why_rebuilt(source, home) == changed
    first.unlink()
    assert why_rebuilt(source, home) == changed
    rows.to_parquet(source.folder / "posts.parquet", index=False)
    assert why_rebuilt(source, home) == "posts are not a folder of Parquet parts"
    source.today -= pd.Timedelta(days=1)
    earlier = source.refreshed(home)
    assert earlier.rebuilt_because == "posts are not a folder of Parquet parts"
    assert earlier.posts_read == len(rows) and window.read(earlier.folder) is None


def test_a_window_of_another_release_is_not_used(tmp_path: Path) -> None:
    note = Note(date(2024, 1, 2), date(2024, 1, 1), "post_id string", (), (), None)
    assert window.read(tmp_path) is None
    (tmp_path / "window").mkdir()
    written = tmp_path / "window" / "note.json"
    written.write_text(json.dumps(window.written(note), default=str))
    assert window.read(tmp_path) == note
    others = window.written(note) | {"features": "others"}
    written.write_text(json.dumps(others, default=str))
    assert window.read(tmp_path) is None


def test_parts_show_whether_a_file_was_written_again(tmp_path: Path) -> None:
    (tmp_path / "posts" / "2024").mkdir(parents=True)
    part = tmp_path / "posts" / "2024" / "a.parquet"
    part.write_bytes(b"one")
    before = parts_of(str(tmp_path), "posts")
    assert [one.name for one in before] == ["posts/2024/a.parquet"]
    assert parts_of(str(tmp_path), "posts") == before
    about = part.stat()
    part.write_bytes(b"two")
    os.utime(part, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert parts_of(str(tmp_path), "posts") != before
    assert is_log(str(tmp_path), "posts")
    (tmp_path / "posts.csv").write_text("post_id")
    assert not is_log(str(tmp_path), "posts")
    assert parts_of("postgresql://there", "posts") == ()
