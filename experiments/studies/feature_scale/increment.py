"""A day's new posts: the catalog updated, against the same catalog rebuilt from all history."""

from __future__ import annotations

import os
import resource
import shutil
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import pandas as pd

from experiments.studies.feature_scale.evidence_tables import write_evidence
from experiments.studies.feature_scale.invented import DAYS, FIRST_DAY, Size, invented_source
from experiments.studies.parts import Line
from experiments.studies.worlds_in_parallel import measure_all
from features.catalogs.refresh import refresh

SIZE, QUICK_SIZE = Size(20_000_000, 100_000, 0, 0), Size(20_000, 200, 0, 0)
NEW_SHARE: Final = 0.01
MEMORY_LIMIT: Final = "3GB"
_GIBIBYTE: Final = 2**30


@dataclass(frozen=True)
class IncrementTask:
    """One step ("first", "update" of what it left, "rebuild") on a source grown by one part."""

    step: str
    size: Size
    seed: int
    work: str

    @property
    def name(self) -> str:
        return f"{self.step} of {self.size.posts} posts"


def bring_up_to_date(task: IncrementTask) -> dict[str, Any]:
    """Refresh a catalog in this process, whose peak memory is then that of refreshing."""
    work = Path(task.work)
    home = work / f"home-{task.step}"
    shutil.rmtree(home, ignore_errors=True)
    if task.step == "update":
        shutil.copytree(work / "home-first", home)
    last = FIRST_DAY + timedelta(days=DAYS - 1)
    before = FIRST_DAY + timedelta(days=round(DAYS * (1 - NEW_SHARE)) - 1)
    first = task.step == "first"
    started, busy = time.perf_counter(), time.process_time()
    done = refresh(
        work / ("before" if first else "after"),
        home,
        before if first else last,
        full=task.step == "rebuild",
        memory_limit=MEMORY_LIMIT,
    )
    return {
        "seconds": time.perf_counter() - started,
        "cpu": time.process_time() - busy,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / _GIBIBYTE,
        "folder": str(done.folder),
        "posts_read": done.posts_read,
        "rebuilt": done.rebuilt_because is not None,
    }


def measure(*, quick: bool, seed: int, work: Path) -> list[Line]:
    """Writes the source once, with its newest posts as a part of their own, and refreshes."""
    size = QUICK_SIZE if quick else SIZE
    _grown_source(size, seed, work)
    # One after the other: each starts from what the first one left.
    steps = ("first", "update", "rebuild")
    tasks = [IncrementTask(step, size, seed, str(work)) for step in steps]
    found = dict(zip(steps, measure_all(bring_up_to_date, tasks, work, processes=1), strict=True))
    update, rebuild = found["update"], found["rebuild"]
    assert not update["rebuilt"]
    unlike = differing(Path(update["folder"]), Path(rebuild["folder"]))
    share = update["cpu"] / rebuild["cpu"]
    return [
        Line(
            f"{size.told}: catalog updated with {NEW_SHARE:.0%} new posts, against a rebuild",
            f"{_spent(update)} against {_spent(rebuild)}: {share:.0%} of its CPU, "
            f"{update['posts_read']:,} of {rebuild['posts_read']:,} rows of posts read",
            "≤ 5 %",
            {"cpu_share": share, "seconds_share": update["seconds"] / rebuild["seconds"]},
        ),
        Line(
            f"{size.told}: files in which the updated and the rebuilt snapshot differ",
            ", ".join(unlike) or "none",
            "none",
            {"files_unlike": len(unlike)},
        ),
    ]


def differing(one: Path, other: Path) -> list[str]:
    """Files of two snapshots that do not hold the same to the last bit."""
    files = sorted(file.name for file in one.iterdir() if file.suffix in (".parquet", ".npz"))
    return [name for name in files if not _same(one / name, other / name)]


def _same(one: Path, other: Path) -> bool:
    if one.suffix == ".parquet":
        return pd.read_parquet(one).equals(pd.read_parquet(other))
    with np.load(one) as left, np.load(other) as right:
        return left.files == right.files and all(
            left[name].tobytes() == right[name].tobytes() for name in left.files
        )


def _grown_source(size: Size, seed: int, work: Path) -> None:
    """Folders "before" and "after" of the same files; the newest posts are only in "after"."""
    whole = invented_source(size, seed, work / "whole")
    done = work / "grown"
    if done.exists() and done.read_text() == (whole / "size.json").read_text():
        return
    for folder in (work / "before", work / "after"):
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "posts").mkdir(parents=True)
        for file in whole.rglob("*.parquet"):
            os.link(file, folder / file.relative_to(whole))
        write_evidence(folder, seed)
    newest = sorted((whole / "posts").iterdir())[-1]
    until = FIRST_DAY + timedelta(days=round(DAYS * (1 - NEW_SHARE)))
    early, late = (work / "after" / "posts" / f"part-99-{name}.parquet" for name in ("a", "b"))
    for file, condition in ((early, "<"), (late, ">=")):
        duckdb.sql(
            f"COPY (FROM '{newest}' WHERE published_at {condition} TIMESTAMP '{until}') "
            f"TO '{file}' (FORMAT parquet)"
        )
    os.link(early, work / "before" / "posts" / early.name)
    for folder in (work / "before", work / "after"):
        (folder / "posts" / newest.name).unlink()
    done.write_text((whole / "size.json").read_text())


def _spent(found: dict[str, Any]) -> str:
    return f"{found['seconds']:.1f} s ({found['cpu']:.1f} s of CPU, {found['peak']:.1f} GiB)"
