"""The study of features on large data: its table, its invented tables, and what it compares with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.studies import parts
from experiments.studies.feature_scale.invented import Size, booked_moments, invented_source
from experiments.studies.feature_scale.pandas_twin import post_features, post_features_by_campaign
from experiments.studies.feature_scale.plain_scan import scan_and_group
from experiments.studies.feature_scale.reads import bytes_read
from experiments.studies.parts import Line
from experiments.studies.result_table import MARK, put_result
from features.checks.tables import check
from features.history.moments import features_at
from features.sources.source import Source, open_source

SIZE = Size(posts=12_000, creators=120, campaigns=5, bookings=8)
PARTS = ("posts", "reach")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return invented_source(SIZE, 3, tmp_path_factory.mktemp("invented") / "source")


@pytest.fixture(scope="module")
def source(folder: Path) -> Source:
    return open_source(folder)


def test_rows_of_parts_not_measured_are_kept(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"words\n\n{MARK}\n", encoding="utf-8")
    for part, measured in (("reach", "old"), ("posts", "1 s"), ("reach", "2 ms")):
        rows = parts.rows_of({part: [Line("what", measured, "≤ 9")]})
        put_result(readme, parts.table([*parts.kept_rows(readme, [part]), *rows], PARTS))
    assert readme.read_text(encoding="utf-8").splitlines()[-4:] == [
        "| part | what | measured | at least |",
        "| --- | --- | --- | --- |",
        "| posts | what | 1 s | ≤ 9 |",
        "| reach | what | 2 ms | ≤ 9 |",
    ]


def test_invented_tables_are_sound(source: Source) -> None:
    assert {f.problem for f in check(source)} <= {"missing_table", "empty_table"}
    assert source.counted("posts").left == SIZE.posts and not source.counted("posts").dropped


def test_an_invented_source_is_written_once_for_a_size_and_seed(folder: Path) -> None:
    before = (folder / "posts" / "part-00.parquet").stat().st_mtime_ns
    invented_source(SIZE, 3, folder)
    assert (folder / "posts" / "part-00.parquet").stat().st_mtime_ns == before


@pytest.mark.parametrize("count", [post_features, post_features_by_campaign])
def test_pandas_counts_what_we_count(
    count: Callable[[Path, pd.DataFrame], pd.DataFrame], folder: Path, source: Source
) -> None:
    moments = booked_moments(SIZE, 3)
    ours, twin = features_at(source, moments), count(folder, moments)
    assert len(twin) > 30 and len(twin.columns) == 14
    difference = (ours[twin.columns] - twin.reindex(ours.index)).abs().to_numpy()
    assert np.nanmax(difference) < 1e-9
    assert (ours[twin.columns].notna() == twin.reindex(ours.index).notna()).all(axis=None)


def test_the_plain_scan_sees_every_creator(folder: Path) -> None:
    assert scan_and_group(folder, threads=1, memory_limit="500MB") == SIZE.creators


def test_check_reads_a_table_once(folder: Path) -> None:
    """Twice would be 2; what is above 1 are footers, which say where columns lie."""
    opened = open_source(folder)
    with bytes_read(opened.connection) as read:
        check(opened)
    posts = (folder / "posts").resolve()
    assert 0.9 < read[posts] / sum(file.stat().st_size for file in posts.iterdir()) < 1.9
    stats = (folder / "account_stats.parquet").resolve()
    assert 0.9 < read[stats] / stats.stat().st_size < 1.9
