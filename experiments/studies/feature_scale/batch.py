"""Answering a Parquet file of a million bookings: seconds, and memory that does not grow with it.

`rosterlift predict` runs as a user runs it, in a process of its own, on a home that `rosterlift
train` made of a simulated world; experiments know the command line from outside only.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.studies.parts import Line
from experiments.worlds.simulate import WorldSettings, simulate

_SIZES: Final = (100_000, 1_000_000)
_QUICK_SIZES: Final = (200, 1_000)
_ROSTER: Final = 20
_ROSTERS_A_GROUP: Final = 500
_WEEKS_AHEAD: Final = timedelta(weeks=6)
_QUICK_SETTINGS: Final = "[boosting]\nmax_rounds = 11\npooling = [4.0]\n[intervals]\nbags = 5\n"


@dataclass(frozen=True)
class Spent:
    """What a process took: seconds, CPU seconds and peak memory in GiB."""

    seconds: float
    cpu: float
    peak: float


def measure(*, quick: bool, seed: int, work: Path) -> list[Line]:
    """One line for each size, and one that compares their memory."""
    world, home = work / f"world-{seed}", work / f"home-{seed}"
    _train(world, home, quick=quick, seed=seed)
    lines, peaks = [], []
    for size in _QUICK_SIZES if quick else _SIZES:
        file = work / f"bookings-{seed}-{size}.parquet"
        write_bookings(world, file, size, seed)
        spent = _spent("predict", file, "--out", work / "answers.parquet", "--home", home)
        peaks.append(spent.peak)
        lines.append(_line(size, spent))
    growth = peaks[-1] / peaks[0]
    told = f"{growth:.2f} times the memory of the smaller file"
    return [*lines, Line("peak memory", told, "about 1", {"memory_growth": growth})]


def write_bookings(world: Path, file: Path, rows: int, seed: int) -> None:
    """Rosters of 20 creators drawn anew, ten of them to a campaign, group of rows by group."""
    with pq.ParquetWriter(file, _table([]).schema) as target:
        for group in _groups(world, rows, seed):
            target.write_table(group)


def _groups(world: Path, rows: int, seed: int) -> Iterator[pa.Table]:
    rng = np.random.default_rng(seed)
    creators = pd.read_parquet(world / "creators.parquet")["creator_id"].unique()
    brands = pd.read_parquet(world / "brands.parquet")
    starts = pd.to_datetime(pd.read_parquet(world / "sales.parquet")["date"]).max().date()
    starts += _WEEKS_AHEAD
    rosters = rows // _ROSTER
    for first in range(0, rosters, _ROSTERS_A_GROUP):
        numbers = range(first, min(first + _ROSTERS_A_GROUP, rosters))
        found = [_roster(rng, n, creators, brands, starts) for n in numbers]
        yield _table([booking for roster in found for booking in roster])


def _roster(
    rng: np.random.Generator, number: int, creators: Any, brands: pd.DataFrame, starts: date
) -> list[dict[str, Any]]:
    brand = brands.iloc[number // 10 % len(brands)]
    campaign = {
        "scenario": f"roster {number}",
        "brand_id": brand["brand_id"],
        "category": brand["category"],
        "starts_on": starts,
        "ends_on": starts + timedelta(days=13),
        "brief": "Show your evening routine with the new serum.",
    }
    booked = rng.choice(creators, _ROSTER, replace=False)
    fees = rng.uniform(100, 3000, _ROSTER).round(2)
    terms = {"platform": "instagram", "format": "short_video", "posts": 2}
    return [
        {**campaign, "creator_id": creator, **terms, "fee": float(fee)}
        for creator, fee in zip(booked, fees, strict=True)
    ]


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    texts = ("scenario", "brand_id", "category", "brief", "creator_id", "platform", "format")
    types = {name: pa.string() for name in texts}
    types |= {"starts_on": pa.date32(), "ends_on": pa.date32(), "posts": pa.int64()}
    return pa.Table.from_pylist(rows, pa.schema([*types.items(), ("fee", pa.float64())]))


def _train(world: Path, home: Path, *, quick: bool, seed: int) -> None:
    sizes = WorldSettings(campaigns=30, creators=100, markets=10, weeks=80, seed=seed)
    simulate(sizes if quick else WorldSettings(seed=seed), world)
    settings = world / "settings.toml"
    settings.write_text(_QUICK_SETTINGS if quick else "")
    options = ("--settings", settings, "--promote", "force", "--reason", "to be measured")
    _spent("train", world, *options, "--home", home)


def _spent(*arguments: object) -> Spent:
    """Run the command line; its last line of JSON is not looked at, its exit status is."""
    command = [sys.executable, "-m", "rosterlift.main", *map(str, arguments), "--json"]
    started = os.times().elapsed
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, json.dumps(command))
    seconds = os.times().elapsed - started
    return Spent(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 2**20)


def _line(size: int, spent: Spent) -> Line:
    told = f"{spent.seconds:.0f} s ({size / spent.seconds:,.0f} bookings a second), "
    told += f"{spent.cpu:.0f} s of CPU, peak {spent.peak:.2f} GiB"
    name = f"{size}"
    return Line(
        f"`rosterlift predict` on {size:,} bookings in rosters of {_ROSTER}",
        told,
        "bounded memory",
        {f"seconds.{name}": spent.seconds, f"cpu.{name}": spent.cpu, f"peak.{name}": spent.peak},
    )
