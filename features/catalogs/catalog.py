"""Where what was known about creators, audiences, markets and sales on a date is kept on disk.

A home holds `catalog/<as_of>-<stamp>/` for each snapshot and the file `catalog/current`
with the name of the one in use. A new snapshot is written whole before `current` is
replaced, so a reader, or a writer that dies halfway, never leaves half a catalog in use.
Writers of one home take turns (a lock on `catalog/lock` that goes with its holder), the last
wins, and each removes what dead ones left behind. The snapshot before stays, older ones are
deleted. Parquet, plain arrays and JSON only.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.errors import NoCatalogError, UnreadableTableError
from features.history.captions import CaptionIndex
from features.history.followers import FollowerSample
from features.history.markets import SalesHistory
from features.snapshots.snapshot import AudienceShares, Snapshot

_FORMAT: Final = 2
_FRAMES: Final = ("creators", "accounts", "interests", "markets", "brands", "rates")
_PANELS: Final = ("weeks", "revenue", "price", "discount", "media")
_SAMPLE: Final = ("indptr", "keys", "markets")


def save(snapshot: Snapshot, home: Path) -> Path:
    """Write a snapshot into a home and make it the current one; returns its folder."""
    with writing(home):
        return put(snapshot, home)


@contextmanager
def writing(home: Path) -> Iterator[None]:
    """Wait until nobody else writes this home's catalog, and keep others from it meanwhile."""
    catalog = home / "catalog"
    catalog.mkdir(parents=True, exist_ok=True)
    with (catalog / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def put(snapshot: Snapshot, home: Path, beside: Callable[[Path], None] | None = None) -> Path:
    """What `save` does, for those who are `writing` the home.

    `beside` writes further files into the snapshot's folder before it comes into use.
    """
    catalog = home / "catalog"
    folder = catalog / f"{snapshot.as_of}-{time.time_ns():020d}"
    folder.mkdir()
    try:
        _write(snapshot, folder)
        if beside is not None:
            beside(folder)
        for written in (*folder.rglob("*"), folder):
            _flush(written)
    except BaseException:
        shutil.rmtree(folder)
        raise
    before = _pointed_at(catalog)
    _point_at(catalog, folder.name)
    _forget(catalog, keep={folder.name, before})
    return folder


def _write(snapshot: Snapshot, folder: Path) -> None:
    for name in _FRAMES:
        getattr(snapshot, name).to_parquet(folder / f"{name}.parquet")
    with (folder / "arrays.npz").open("wb") as file:
        np.savez(file, allow_pickle=False, **_arrays(snapshot))
    (folder / "snapshot.json").write_text(json.dumps(_words(snapshot)))


def current(home: Path) -> str | None:
    """Name of the current snapshot of a home, None without one; it changes with each save."""
    return _pointed_at(home / "catalog")


def load(home: Path) -> Snapshot:
    """Read the current snapshot of a home.

    Raises:
        NoCatalogError: nothing was ever saved there.
        UnreadableTableError: files of the snapshot are missing or do not read.
    """
    while True:
        name = current(home)
        if name is None:
            raise NoCatalogError(str(home))
        try:
            return _read(home / "catalog" / name)
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
            # While this one was read, writers may have put two others in its place.
            if current(home) == name:
                raise UnreadableTableError(f"catalog/{name}", str(error)) from error


def _read(folder: Path) -> Snapshot:
    words: dict[str, Any] = json.loads((folder / "snapshot.json").read_text())
    if words["format"] != _FORMAT:
        raise ValueError(f"written in format {words['format']}, this release reads {_FORMAT}")
    frames = {name: pd.read_parquet(folder / f"{name}.parquet") for name in _FRAMES}
    # np.load leaves a file open that it opened and cannot read.
    with (folder / "arrays.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    market_ids = tuple(frames["markets"].index)
    return Snapshot(
        as_of=date.fromisoformat(words["as_of"]),
        audience=AudienceShares(market_ids, arrays["audience_shares"], arrays["audience_known"]),
        captions=CaptionIndex.from_arrays(words["caption_creators"], arrays),
        followers=_sample(words["sample_rate"], frames["creators"].index, market_ids, arrays),
        sales=SalesHistory(
            tuple(words["sales_brands"]),
            tuple(words["sales_markets"]),
            **{name: arrays[f"sales_{name}"] for name in _PANELS},
        ),
        **frames,
    )


def _sample(
    rate: float | None,
    creator_ids: pd.Index,
    market_ids: tuple[str, ...],
    arrays: dict[str, npt.NDArray[Any]],
) -> FollowerSample | None:
    if rate is None:
        return None
    parts = {name: arrays[f"sample_{name}"] for name in _SAMPLE}
    return FollowerSample(tuple(creator_ids), market_ids=market_ids, sample_rate=rate, **parts)


def _words(snapshot: Snapshot) -> dict[str, Any]:
    sample = snapshot.followers
    return {
        "format": _FORMAT,
        "as_of": snapshot.as_of.isoformat(),
        "caption_creators": list(snapshot.captions.creator_ids),
        "sales_brands": list(snapshot.sales.brand_ids),
        "sales_markets": list(snapshot.sales.market_ids),
        "sample_rate": None if sample is None else sample.sample_rate,
    }


def _arrays(snapshot: Snapshot) -> dict[str, npt.NDArray[Any]]:
    arrays = {
        "audience_shares": snapshot.audience.shares,
        "audience_known": snapshot.audience.known,
        **snapshot.captions.arrays(),
        **{f"sales_{name}": getattr(snapshot.sales, name) for name in _PANELS},
    }
    if snapshot.followers is not None:
        arrays |= {f"sample_{name}": getattr(snapshot.followers, name) for name in _SAMPLE}
    return arrays


def _pointed_at(catalog: Path) -> str | None:
    try:
        return (catalog / "current").read_text().strip() or None
    except FileNotFoundError:
        return None


def _point_at(catalog: Path, name: str) -> None:
    fresh = catalog / "current.new"
    fresh.write_text(name + "\n")
    _flush(fresh)
    os.replace(fresh, catalog / "current")
    _flush(catalog)


def _flush(path: Path) -> None:
    """Have a file or folder on the disk itself before anything points at it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _forget(catalog: Path, keep: set[str | None]) -> None:
    """Remove older snapshots and whatever dead writers left."""
    for folder in catalog.iterdir():
        if folder.is_dir() and folder.name not in keep:
            shutil.rmtree(folder)
