"""The home that all browser tests share: a small world, simulated, trained on and cataloged."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pandas as pd

from experiments import demo
from experiments.studies.trained_world import QUICK
from experiments.worlds.simulate import simulate
from features.catalogs import catalog
from features.snapshots.assembly import snapshot
from features.sources.source import open_source
from training.fit import train

#: The demo's world with fewer of everything; more than two years, for the year before the last.
WORLD: Final = replace(
    demo.WORLD, campaigns=16, creators=110, markets=5, brands=2, weeks=112, future_campaigns=2
)
#: A creator whose names are hard to write, of whom no account is known and nothing else.
GHOST: Final = {
    "creator_id": "ünï/g1",
    "handle": "@née/Çelik",
    "category": "food",
    "language": "tr",
    "is_virtual": True,
}
#: A brand that has not sold anything yet.
NEWCOMER: Final = {"brand_id": "b99", "name": "Newcomer", "category": "food"}


def train_home(home: Path) -> None:
    """Simulate the world into the home, with its ghost and its newcomer, and train on it."""
    world = home / "world"
    simulate(WORLD, world)
    _append(world / "creators.parquet", GHOST)
    _append(world / "brands.parquet", NEWCOMER)
    train(str(world), home, QUICK, promote="force", reason="tests")
    catalog.save(snapshot(open_source(world)), home)


def made_once(home: Path, make: Callable[[Path], None]) -> Path:
    """Make the home, or wait until another process has made it."""
    home.parent.mkdir(parents=True, exist_ok=True)
    done = home.with_suffix(".done")
    with home.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            make(home)
            done.touch()
    return home


def _append(file: Path, row: dict[str, Any]) -> None:
    table = pd.read_parquet(file)
    added = pd.DataFrame([row]).reindex(columns=table.columns).astype(table.dtypes)
    pd.concat([table, added], ignore_index=True).to_parquet(file)
