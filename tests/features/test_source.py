"""The same tables from every kind of place, and places that hold none."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pandas.testing as pdt
import pytest

from features.errors import (
    MissingColumnsError,
    MissingTableError,
    SourceNotFoundError,
    UnreadableTableError,
)
from features.sources.source import Source, open_source
from features.tables.schema import TABLES
from tests.features.tiny_world import Tables, tiny_world, write


@pytest.fixture(scope="module")
def tables() -> Tables:
    return tiny_world(1)


@pytest.fixture(scope="module")
def parquet(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Source:
    return open_source(write(tables, tmp_path_factory.mktemp("parquet")))


def as_csv(tables: Tables, folder: Path) -> Path:
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    return folder


def as_parts(tables: Tables, folder: Path) -> Path:
    for name, table in tables.items():
        (folder / name).mkdir()
        half = len(table) // 2
        table.iloc[:half].to_parquet(folder / name / "part-0.parquet", index=False)
        table.iloc[half:].to_parquet(folder / name / "part-1.parquet", index=False)
    return folder


def as_database(tables: Tables, folder: Path) -> Path:
    with duckdb.connect(folder / "source.duckdb") as database:
        for name, table in tables.items():
            database.register("given", table)
            database.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
    return folder / "source.duckdb"


@pytest.mark.parametrize("written_as", [as_csv, as_parts, as_database])
def test_every_place_gives_the_same_tables(
    written_as: object, tables: Tables, parquet: Source, tmp_path: Path
) -> None:
    assert callable(written_as)
    source = open_source(written_as(tables, tmp_path))
    for name in TABLES:
        pdt.assert_frame_equal(source.frame(name), parquet.frame(name))


def test_a_database_address_is_a_place_too(tables: Tables, parquet: Source, tmp_path: Path) -> None:
    source = open_source(f"duckdb://{as_database(tables, tmp_path)}")
    pdt.assert_frame_equal(source.frame("sales"), parquet.frame("sales"))


def test_types_are_those_of_the_contract(parquet: Source) -> None:
    for name, table in TABLES.items():
        schema = parquet.table(name).schema()
        assert {n: str(t) for n, t in schema.items()} == {
            column.name: column.kind.value for column in table.columns
        }


def test_ids_keep_the_zeros_in_front_of_them(tables: Tables, tmp_path: Path) -> None:
    source = open_source(as_csv(tables, tmp_path))
    assert source.frame("creators")["creator_id"].tolist() == [f"00{i}" for i in range(6)]


def test_follower_keys_keep_all_their_digits(tables: Tables, tmp_path: Path) -> None:
    source = open_source(as_csv(tables, tmp_path))
    expected = sorted(tables["followers"]["follower_key"])
    assert sorted(source.frame("followers")["follower_key"]) == expected
    assert max(expected) > 2**53


def test_text_and_zones_become_typed(tables: Tables, tmp_path: Path) -> None:
    posts = tables["posts"].iloc[:4].drop(columns=["saves"], errors="ignore")
    posts = posts.assign(
        published_at=["2023-05-01T10:00:00+02:00", "2023-05-01 10:00", "2023-05-01", "never"],
        views=["12", "12.0", "12.5", "many"],
        is_sponsored=["Yes", "f", "1", "perhaps"],
    )
    write({**tables, "posts": posts}, tmp_path)
    typed = open_source(tmp_path).typed("posts").order_by("post_id").execute()
    assert typed["published_at"].astype(str).tolist()[:3] == [
        "2023-05-01 08:00:00",
        "2023-05-01 10:00:00",
        "2023-05-01 00:00:00",
    ]
    assert typed["published_at"].isna().tolist() == [False] * 3 + [True]
    assert typed["views"].tolist()[:2] == [12, 12]
    assert typed["views"].isna().tolist() == [False, False, True, True]
    assert typed["is_sponsored"].tolist()[:3] == [True, False, True]
    assert pd.isna(typed["is_sponsored"].iloc[3])
    assert typed["saves"].isna().all()


def test_numbers_as_ids_become_text_without_a_point(tables: Tables, tmp_path: Path) -> None:
    brands = tables["brands"].assign(brand_id=[7.0, 12.0])
    source = open_source(write({"brands": brands}, tmp_path))
    assert source.frame("brands")["brand_id"].tolist() == ["12", "7"]


def test_an_absent_optional_table_is_empty(tables: Tables, tmp_path: Path) -> None:
    kept = {name: table for name, table in tables.items() if not TABLES[name].optional}
    source = open_source(write(kept, tmp_path))
    assert source.frame("followers").empty
    assert source.frame("rates").columns.tolist() == [c.name for c in TABLES["rates"].columns]


def test_nothing_there() -> None:
    with pytest.raises(SourceNotFoundError, match="no-such-place"):
        open_source("no-such-place")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no tables in here, only words " * 1000)
    with pytest.raises(SourceNotFoundError):
        open_source(tmp_path / "notes.txt")


def test_a_missing_table_is_named_with_what_is_there(tables: Tables, tmp_path: Path) -> None:
    source = open_source(write({"brands": tables["brands"]}, tmp_path))
    with pytest.raises(MissingTableError) as caught:
        source.table("posts")
    assert (caught.value.table, caught.value.found) == ("posts", ("brands",))


def test_missing_columns_are_named(tables: Tables, tmp_path: Path) -> None:
    source = open_source(write({"sales": tables["sales"].drop(columns=["revenue"])}, tmp_path))
    with pytest.raises(MissingColumnsError) as caught:
        source.typed("sales")
    assert caught.value.missing == ("revenue",)


def test_a_truncated_file_is_unreadable(tables: Tables, tmp_path: Path) -> None:
    write(tables, tmp_path)
    file = tmp_path / "posts.parquet"
    file.write_bytes(file.read_bytes()[:-200])
    source = open_source(tmp_path)
    with pytest.raises(UnreadableTableError, match="posts"):
        source.table("posts")
    assert len(source.frame("brands")) == 2


def test_a_file_broken_inside_is_unreadable_when_read(tables: Tables, tmp_path: Path) -> None:
    write(tables, tmp_path)
    file = tmp_path / "posts.parquet"
    whole = bytearray(file.read_bytes())
    whole[4:4000] = b"\xff" * 3996
    file.write_bytes(bytes(whole))
    with pytest.raises(UnreadableTableError, match="posts"):
        open_source(tmp_path).table("posts")
