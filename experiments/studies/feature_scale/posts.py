"""Creator features of 500 campaigns' bookings over millions of posts: seconds and memory."""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from experiments.studies.feature_scale.invented import Size, booked_moments, invented_source
from experiments.studies.feature_scale.pandas_twin import post_features, post_features_by_campaign
from experiments.studies.feature_scale.plain_scan import scan_and_group
from experiments.studies.parts import Line
from experiments.studies.worlds_in_parallel import measure_all
from features.history.moments import captions_at, features_at
from features.sources.source import open_source

SIZE, LARGE = Size(20_000_000, 100_000, 500, 30), Size(100_000_000, 100_000, 500, 30)
QUICK_SIZE, QUICK_LARGE = Size(20_000, 200, 8, 5), Size(60_000, 200, 8, 5)
THREADS: Final = 2
MEMORY_LIMIT: Final = "3GB"
GIBIBYTE: Final = 2**30
WAYS: Final = ("plain scan", "features", "captions")
PANDAS_WAYS: Final = ("pandas by campaign", "pandas at once")


@dataclass(frozen=True)
class PostsTask:
    """One way of counting, of `WAYS` or `PANDAS_WAYS`, over a source."""

    way: str
    size: Size
    seed: int
    folder: str

    @property
    def name(self) -> str:
        return f"{self.way} of {self.size.posts} posts"


def count(task: PostsTask) -> dict[str, Any]:
    """Count in this process, whose peak memory is then that of counting."""
    folder, moments = Path(task.folder), booked_moments(task.size, task.seed)
    started, busy = time.perf_counter(), time.process_time()
    found = _count(task.way, folder, moments)
    spent = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - busy}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIBIBYTE
    if task.way in ("features", *PANDAS_WAYS):
        found.to_parquet(_written(folder, task.way))
    return {**spent, "peak": peak, "rows": len(found)}


def _count(way: str, folder: Path, moments: pd.DataFrame) -> Any:
    if way == "plain scan":
        return range(scan_and_group(folder, threads=THREADS, memory_limit=MEMORY_LIMIT))
    if way in PANDAS_WAYS:
        count_all = post_features if way == "pandas at once" else post_features_by_campaign
        return count_all(folder, moments)
    source = open_source(folder, threads=THREADS, memory_limit=MEMORY_LIMIT)
    return features_at(source, moments) if way == "features" else captions_at(source, moments)


def measure(*, quick: bool, seed: int, work: Path) -> list[Line]:
    """The lines of both sizes; the sources are written into `work` first."""
    size, large = (QUICK_SIZE, QUICK_LARGE) if quick else (SIZE, LARGE)
    one = _measured(size, seed, work, [*WAYS, *PANDAS_WAYS])
    many = _measured(large, seed, work, WAYS)
    return [*_first_lines(size, one, _difference(size, work)), *_large_lines(large, one, many)]


def _measured(size: Size, seed: int, work: Path, ways: Sequence[str]) -> dict[str, dict[str, Any]]:
    folder = invented_source(size, seed, work / f"posts-{size.posts}")
    tasks = [PostsTask(way, size, seed, str(folder)) for way in ways]
    # One after the other: what runs beside a count would be measured too.
    return dict(zip(ways, measure_all(count, tasks, work, processes=1), strict=True))


def _difference(size: Size, work: Path) -> float:
    """Largest difference between ours and pandas' columns, relative where they are above 1."""
    folder = work / f"posts-{size.posts}"
    ours = pd.read_parquet(_written(folder, "features"))
    return max(_gap(ours, pd.read_parquet(_written(folder, way))) for way in PANDAS_WAYS)


def _gap(ours: pd.DataFrame, twin: pd.DataFrame) -> float:
    theirs = twin.reindex(ours.index)
    assert (ours[twin.columns].isna() == theirs.isna()).all(axis=None)
    gap = (ours[twin.columns] - theirs).abs() / theirs.abs().clip(lower=1)
    return float(np.nanmax(gap.to_numpy()))


def _written(folder: Path, way: str) -> Path:
    return folder.with_name(f"{folder.name}-{way.replace(' ', '-')}.parquet")


def _first_lines(size: Size, found: dict[str, dict[str, Any]], difference: float) -> list[Line]:
    ours, scan = found["features"], found["plain scan"]
    told = f"{size.told}, {size.campaigns} × {size.bookings} moments"
    twins = {way: found[way]["seconds"] / ours["seconds"] for way in PANDAS_WAYS}
    compared = "; ".join(
        f"{way} {_spent(found[way])}, {found[way]['peak']:.1f} GiB: {times:.1f} times as long"
        for way, times in twins.items()
    )
    return [
        Line(
            f"{told}: all creator and audience features, against a plain scan of the same columns",
            f"{_spent(ours)} against {_spent(scan)}: {ours['seconds'] / scan['seconds']:.2f} times",
            "≤ 3 times",
            {"times_scan": ours["seconds"] / scan["seconds"], "seconds": ours["seconds"]},
        ),
        Line(
            f"{told}: the same against the features of posts alone in pandas",
            f"{compared}; largest difference {difference:.0e}",
            "≥ 10 times",
            {"difference": difference, **{f"times {way}": t for way, t in twins.items()}},
        ),
        Line(
            f"{told}: peak memory with a limit of {MEMORY_LIMIT} for DuckDB",
            f"{ours['peak']:.1f} GiB; captions, cut apart, {_spent(found['captions'])} and "
            f"{found['captions']['peak']:.1f} GiB",
            "≤ 4 GB",
            {"peak": ours["peak"], "captions_peak": found["captions"]["peak"]},
        ),
    ]


def _large_lines(
    size: Size, one: dict[str, dict[str, Any]], many: dict[str, dict[str, Any]]
) -> list[Line]:
    ours, scan = many["features"], many["plain scan"]
    grown, scan_grown = (
        many[way]["seconds"] / one[way]["seconds"] for way in ("features", "plain scan")
    )
    return [
        Line(
            f"{size.told}: the same",
            f"{_spent(ours)}, {grown:.1f} times as long (plain scan {_spent(scan)}, "
            f"{scan_grown:.1f} times)",
            "≤ 5 times",
            {"grown": grown, "seconds_large": ours["seconds"]},
        ),
        Line(
            f"{size.told}: peak memory",
            f"{ours['peak']:.1f} GiB; captions {_spent(many['captions'])} and "
            f"{many['captions']['peak']:.1f} GiB",
            "≤ 6 GB",
            {"peak_large": ours["peak"], "captions_peak_large": many["captions"]["peak"]},
        ),
    ]


def _spent(found: dict[str, Any]) -> str:
    return f"{found['seconds']:.1f} s ({found['cpu']:.1f} s of CPU)"
