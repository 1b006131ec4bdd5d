"""Engines by name, and DuckDB's memory: a limit is always set, and what exceeds it is spilled."""

from __future__ import annotations

import gc
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd
import pytest

from features.errors import SettingsError, SourceError
from features.sources import engines
from features.sources.engines import DuckEngine, open_engine, usual_memory_limit
from features.sources.source import open_source
from tests.features.tiny_world import tiny_world, write

MEBIBYTE = 2**20


def setting(engine: DuckEngine, name: str) -> str:
    return str(engine.connection.raw_sql(f"SELECT current_setting('{name}')").fetchone()[0])


def medians(engine: DuckEngine, rows: int) -> pd.DataFrame:
    """Exact medians by group of rows that are kept first: nothing of it can be streamed."""
    numbers = ibis.range(rows).unnest().name("number").as_table()
    kept: ir.Table = engine.keep(
        numbers.mutate(group=numbers.number % 97, text=numbers.number.cast("string").lpad(40, "x"))
    )
    counted = kept.group_by("group").agg(
        median=kept.number.cast("float64").median(), longest=kept.text.max()
    )
    found: pd.DataFrame = counted.order_by("group").execute()
    return found


def test_the_usual_limit_is_a_share_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    limit = usual_memory_limit()
    assert setting(DuckEngine(), "memory_limit").split()[0] != ""
    container = tmp_path / "memory.max"
    container.write_text(f"{2**31}\n")
    monkeypatch.setattr(engines, "_CONTROL_GROUP", container)
    assert usual_memory_limit() == 2**30 <= limit
    container.write_text(f"{2**20}\n")
    assert usual_memory_limit() == 512 * MEBIBYTE
    container.write_text("max\n")
    assert usual_memory_limit() >= 512 * MEBIBYTE


def test_what_exceeds_the_limit_is_spilled_with_the_same_result(tmp_path: Path) -> None:
    rows = 600_000  # some 40 MiB
    narrow = DuckEngine(memory_limit="24MiB", threads=1, spill=tmp_path)
    found = medians(narrow, rows)
    spilled = narrow.connection.raw_sql("SELECT sum(size) FROM duckdb_temporary_files()")
    assert spilled.fetchone()[0] > MEBIBYTE
    assert list(narrow.spill_folder.iterdir())
    pd.testing.assert_frame_equal(found, medians(DuckEngine(threads=1), rows))


def test_the_spill_folder_goes_with_the_engine(tmp_path: Path) -> None:
    engine = DuckEngine(spill=tmp_path)
    assert engine.spill_folder.parent == tmp_path
    engine.connection.disconnect()
    del engine
    gc.collect()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["dusk", "spark", "spark://", "duckdb"])
def test_an_unknown_engine_is_named_with_those_there_are(name: str) -> None:
    with pytest.raises(SettingsError, match="expected local, spark://HOST:PORT") as caught:
        open_engine(name)
    assert caught.value.setting == "engine" and repr(name) in str(caught.value)


def test_a_limit_that_is_no_size(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="such as 4GB"):
        DuckEngine(memory_limit="a lot", spill=tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_cluster_reads_folders_alone(tmp_path: Path) -> None:
    (tmp_path / "source.duckdb").touch()
    with pytest.raises(SettingsError, match="reads folders"):
        open_source(tmp_path / "source.duckdb", engine="spark://local[1]")


def test_other_rows_take_the_place_of_a_table(tmp_path: Path) -> None:
    tables = tiny_world(1)
    source = open_source(write(tables, tmp_path))
    assert len(source.frame("posts")) == len(tables["posts"])
    few = source.rows("posts").filter(lambda rows: rows.views > 100)
    other = source.with_table("posts", source.keep(few))
    assert len(other.frame("posts")) == (tables["posts"]["views"] > 100).sum()
    assert other.counted("posts").left == len(other.frame("posts"))
    assert len(source.frame("posts")) == len(tables["posts"])


def test_reading_on_from_a_broken_file_names_the_table(tmp_path: Path) -> None:
    write(tiny_world(1), tmp_path)
    file = tmp_path / "posts.parquet"
    whole = bytearray(file.read_bytes())
    whole[4:4000] = b"\xff" * 3996
    file.write_bytes(bytes(whole))
    source = open_source(tmp_path)
    with pytest.raises(SourceError, match="posts"):
        source.keep(source.rows("posts"), reads="posts")
