"""The same expression on DuckDB and on Spark, and how often `check` reads each table."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from experiments.studies.feature_scale.invented import Size, booked_moments, invented_source
from experiments.studies.feature_scale.reads import bytes_read
from experiments.studies.parts import Line
from experiments.studies.worlds_in_parallel import measure_all
from features.checks.tables import check
from features.history.moments import features_at
from features.sources.engines import LOCAL
from features.sources.source import open_source

SIZE, LARGE = Size(2_000_000, 10_000, 100, 30), Size(100_000_000, 100_000, 500, 30)
QUICK_SIZE = Size(20_000, 200, 8, 5)
SPARK: Final = "spark://local[2]"
THREADS: Final = 2
MEMORY_LIMIT: Final = "3GB"


@dataclass(frozen=True)
class EngineTask:
    """Features of a source on one engine, or, with the engine "check", all its faults."""

    engine: str
    size: Size
    seed: int
    folder: str

    @property
    def name(self) -> str:
        return f"{self.engine} on {self.size.posts} posts"


def count(task: EngineTask) -> dict[str, Any]:
    """Features go beside the source's folder as Parquet; what comes back is what it took."""
    folder = Path(task.folder)
    started = time.perf_counter()
    if task.engine == "check":
        source = open_source(folder, threads=THREADS, memory_limit=MEMORY_LIMIT)
        with bytes_read(source.connection) as read:
            faults = check(source)
        posts = (folder / "posts").resolve()
        if not read[posts]:
            raise RuntimeError(f"DuckDB logged no reading of {posts}")
        times = read[posts] / sum(f.stat().st_size for f in folder.glob("posts/*"))
        return {
            "seconds": time.perf_counter() - started, "times": times, "faults": len(faults)
        }  # fmt: skip
    source = open_source(folder, engine=task.engine, threads=THREADS, memory_limit=MEMORY_LIMIT)
    found = features_at(source, booked_moments(task.size, task.seed))
    seconds = time.perf_counter() - started
    found.to_parquet(_written(task.engine, folder))
    return {"seconds": seconds, "rows": len(found)}


def measure(*, quick: bool, seed: int, work: Path) -> list[Line]:
    """Spark beside DuckDB on a smaller source, and `check` on the large one of part `posts`."""
    small, large = (QUICK_SIZE, QUICK_SIZE) if quick else (SIZE, LARGE)
    folder = invented_source(small, seed, work / f"posts-{small.posts}")
    tasks = [EngineTask(engine, small, seed, str(folder)) for engine in (LOCAL, SPARK)]
    shared = invented_source(large, seed, work.parent / "posts" / f"posts-{large.posts}")
    tasks.append(EngineTask("check", large, seed, str(shared)))
    duck, spark, checked = measure_all(count, tasks, work, processes=1)
    ours, theirs = (pd.read_parquet(_written(engine, folder)) for engine in (LOCAL, SPARK))
    difference = _difference(ours, theirs)
    return [
        Line(
            f"{small.told}, {len(ours):,} moments: Spark on 2 threads against DuckDB, "
            "all creator and audience features",
            f"largest difference {difference:.0e}; {spark['seconds']:.0f} s against "
            f"{duck['seconds']:.0f} s",
            "≤ 1e-9",
            {"difference": difference, "spark_seconds": spark["seconds"]},
        ),
        Line(
            f"{large.told}: bytes of posts that `check` reads, over the size of their files",
            f"{checked['times']:.2f} times, {checked['seconds']:.0f} s",
            "once",
            {"times_read": checked["times"], "check_seconds": checked["seconds"]},
        ),
    ]


def _difference(ours: pd.DataFrame, theirs: pd.DataFrame) -> float:
    """Largest difference of any feature, relative where it is above 1."""
    pd.testing.assert_index_equal(ours.index, theirs.index)
    numbers = list(ours.select_dtypes("number").columns)
    here, there = ours[numbers], theirs[numbers]
    assert (here.isna() == there.isna()).all(axis=None)
    gap = (here - there).abs() / here.abs().clip(lower=1)
    return float(np.nanmax(gap.to_numpy()))


def _written(engine: str, folder: Path) -> Path:
    name = engine.partition(":")[0]
    return folder.with_name(f"{folder.name}-{name}.parquet")
