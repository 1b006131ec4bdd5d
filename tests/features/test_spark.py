"""The same features from Spark as from DuckDB, counted by the same expressions."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pandas.testing as pdt
import pytest

from features.errors import EngineUnavailableError
from features.history.moments import KnownAtMoments, known_at
from features.sources import spark
from features.sources.source import Source, open_source
from tests.features.messy_world import messy_world
from tests.features.tiny_world import FIRST, write

pytest.importorskip("pyspark", reason="needs pyspark: install rosterlift[cluster]")
has_java = pytest.mark.skipif(
    not (shutil.which("java") or os.environ.get("JAVA_HOME")), reason="Spark needs Java 17"
)
ENGINE = "spark://local[1]"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tables = messy_world(3)
    folder = write(tables, tmp_path_factory.mktemp("source"))
    (folder / "account_stats.parquet").unlink()
    tables["account_stats"].to_csv(folder / "account_stats.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def on_spark(folder: Path) -> Iterator[Source]:
    # So short a life is not worth the compilers that make long ones fast.
    quickly = (
        "--conf spark.sql.adaptive.enabled=false --conf spark.sql.codegen.wholeStage=false "
        "--conf spark.sql.codegen.factoryMode=NO_CODEGEN "
        '--driver-java-options "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC" pyspark-shell'
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_SUBMIT_ARGS", quickly)
        source = open_source(folder, engine=ENGINE)
    yield source
    assert isinstance(source.engine, spark.SparkEngine)
    source.engine.stop()


def known(source: Source) -> KnownAtMoments:
    creators = [f"00{number}" for number in range(6)]
    days = [FIRST + pd.Timedelta(days=days) for days in (97, 188, 365)]
    asked = pd.MultiIndex.from_product([days, creators], names=["as_of", "creator_id"])
    return known_at(source, asked.to_frame(index=False))


@has_java
@pytest.mark.filterwarnings("ignore")  # pyspark 4.0 on pandas 3
def test_spark_counts_what_duckdb_counts(folder: Path, on_spark: Source) -> None:
    here, there = known(open_source(folder)), known(on_spark)
    pdt.assert_frame_equal(there.features, here.features, rtol=1e-9, atol=1e-9)
    pdt.assert_frame_equal(there.accounts, here.accounts, rtol=1e-9, atol=1e-9)
    pdt.assert_series_equal(there.captions, here.captions)
    pdt.assert_frame_equal(there.shares, here.shares, check_dtype=False, rtol=1e-9, atol=1e-9)
    pdt.assert_frame_equal(there.rates, here.rates, check_dtype=False, rtol=1e-9, atol=1e-9)


def test_without_java_spark_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "_java", lambda: None)
    with pytest.raises(EngineUnavailableError, match="Java 17") as caught:
        spark.SparkEngine("local[1]")
    assert caught.value.engine == "local[1]"
