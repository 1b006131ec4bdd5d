"""A writer of the catalog killed at random moments: what does a reader find?"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from experiments.studies.parts import Line
from features.catalogs import catalog
from features.history.captions import CaptionIndex
from features.history.markets import SalesHistory
from features.snapshots.snapshot import AudienceShares, Snapshot

KILLS, QUICK_KILLS = 50, 5
CREATORS, QUICK_CREATORS = 20_000, 300
_MARKETS: Final = 50
_FIRST: Final = date(2024, 1, 1)


def stamped_snapshot(number: int, creators: int) -> Snapshot:
    """A snapshot in which every file holds the same number, and nothing else."""
    ids = pd.Index([f"c{i:06d}" for i in range(creators)], name="creator_id")
    places = pd.Index([f"m{i:03d}" for i in range(_MARKETS)], name="market_id")
    stamp = pd.DataFrame({"number": float(number)}, index=ids)
    grid = np.full((1, _MARKETS, 52), float(number))
    weeks = np.datetime64("2023-01-02") + 7 * np.arange(52).astype("timedelta64[D]")
    return Snapshot(
        as_of=_FIRST + timedelta(days=number),
        creators=stamp,
        accounts=stamp,
        audience=AudienceShares(
            tuple(places),
            np.full((creators, _MARKETS), number, np.float32),
            np.ones(creators, bool),
        ),
        interests=stamp,
        captions=CaptionIndex.build({}),
        followers=None,
        markets=pd.DataFrame({"number": float(number)}, index=places),
        brands=pd.DataFrame({"number": [float(number)]}, index=["b1"]),
        rates=stamp.reset_index(drop=True),
        sales=SalesHistory(("b1",), tuple(places), weeks, grid, grid, grid, grid),
    )


def numbers_of(snapshot: Snapshot) -> set[float]:
    """Every number that is in any file of a stamped snapshot: one, if it is whole."""
    frames = (snapshot.creators, snapshot.accounts, snapshot.interests, snapshot.rates)
    others = (snapshot.markets, snapshot.brands)
    found = {float((snapshot.as_of - _FIRST).days)}
    for values in (
        *(frame["number"].to_numpy() for frame in (*frames, *others)),
        snapshot.audience.shares,
        *(getattr(snapshot.sales, name) for name in ("revenue", "price", "discount", "media")),
    ):
        found |= set(np.unique(values).tolist())
    return found


def write_forever(home: str, first: int, creators: int) -> None:
    """Save snapshots of ascending numbers until killed."""
    number = first
    while True:
        catalog.save(stamped_snapshot(number, creators), Path(home))
        number += 1


def kill_writers(
    home: Path, kills: int, creators: int, seed: int, writer: Callable[..., None] = write_forever
) -> list[set[float]]:
    """Kill a writer at `kills` moments spread over a whole save; what was loaded after each."""
    rng = random.Random(seed)  # noqa: S311
    # Writers fork from a process without threads that has imported everything once.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    started = time.monotonic()
    catalog.save(stamped_snapshot(0, creators), home)
    a_save = time.monotonic() - started
    found: list[set[float]] = []
    for turn in range(kills):
        newest = int(max(found[-1])) if found else 0
        before = catalog.current(home)
        process = context.Process(
            target=writer, args=(str(home), newest + 1, creators), daemon=True
        )
        process.start()
        while catalog.current(home) == before:  # it is at work: the moment counts from here
            time.sleep(0.001)
        time.sleep(a_save * (turn + rng.random()) / kills)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        found.append(numbers_of(catalog.load(home)))
    return found


def measure(*, quick: bool, seed: int, work: Path) -> list[Line]:
    """Kills writers, loads after each, and saves once more."""
    kills, creators = (QUICK_KILLS, QUICK_CREATORS) if quick else (KILLS, CREATORS)
    home = work / f"home-{seed}"
    found = kill_writers(home, kills, creators, seed)
    broken = sum(len(numbers) != 1 for numbers in found)
    unfinished = len(left_behind(home))
    catalog.save(stamped_snapshot(999, creators), home)
    left = left_behind(home)
    return [
        Line(
            f"a writer of {creators:,} creators killed {kills} times, spread over a whole save",
            f"{broken} broken or mixed catalogs; {unfinished} unfinished folder lay there at the "
            f"end, {len(left)} after the next save",
            "never a broken or half-new catalog",
            {"broken": broken, "kills": kills, "left_behind": len(left)},
        )
    ]


def left_behind(home: Path) -> list[str]:
    """What lies in a home's catalog beside the current snapshot, the one before and the lock."""
    folders = sorted(path.name for path in (home / "catalog").iterdir() if path.is_dir())
    others = {path.name for path in (home / "catalog").iterdir() if path.is_file()}
    return folders[: max(0, len(folders) - 2)] + sorted(others - {"current", "lock"})
