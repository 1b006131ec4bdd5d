"""The study of daily updates: the source it grows, and what it takes for the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from experiments.studies.feature_scale import increment
from experiments.studies.feature_scale.invented import Size
from features.checks.tables import require_trainable
from features.sources.source import open_source


def test_the_newest_posts_are_a_part_of_their_own(tmp_path: Path) -> None:
    size = Size(posts=4_000, creators=40, campaigns=0, bookings=0)
    increment._grown_source(size, 1, tmp_path)
    before, after = tmp_path / "before", tmp_path / "after"
    require_trainable(open_source(after))
    kept, all_of_them = (
        {file.name: file.stat().st_mtime_ns for file in (folder / "posts").iterdir()}
        for folder in (before, after)
    )
    new = set(all_of_them) - set(kept)
    assert kept.items() <= all_of_them.items() and len(new) == 1
    added = pd.read_parquet(after / "posts" / new.pop())
    assert 30 <= len(added) <= 45  # a week is not quite one hundredth of two years
    old = pd.read_parquet(before / "posts")
    assert old["published_at"].max() < added["published_at"].min()
    assert len(old) + len(added) == size.posts


def test_files_are_the_same_to_the_last_bit_or_named(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, last in ((one, 0.3), (other, np.nextafter(0.3, 1))):
        folder.mkdir()
        pd.DataFrame({"x": [1.0, np.nan]}).to_parquet(folder / "creators.parquet")
        np.savez(folder / "arrays.npz", x=np.array([np.nan, last]))
    assert increment.differing(one, one) == []
    assert increment.differing(one, other) == ["arrays.npz"]
