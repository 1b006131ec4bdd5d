"""The demo's home, made by the command that users run, and one like it with many more creators."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from experiments.studies.service_load.enlarged import enlarged
from experiments.studies.service_load.homes import served_home
from experiments.studies.service_load.running import COMMAND
from features.catalogs import catalog

_ROOT: Final = Path(__file__).parents[3]
#: What decides what the demo comes to.
_DECIDING: Final = ("features", "training", "experiments/worlds")


def demo_home(home: Path) -> Path:
    """Make the home anew where it is missing or older than the code that makes it.

    Whatever else lies there is removed: name a folder of the demo's own.
    """
    made = home / "made"
    if not made.exists() or made.stat().st_mtime < _newest_code():
        shutil.rmtree(home, ignore_errors=True)
        quiet = {**os.environ, "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "2")}
        subprocess.run(
            [str(COMMAND), "demo", "--home", str(home)],
            check=True,
            env=quiet,
            stdout=subprocess.DEVNULL,
        )
        made.touch()
    return home


def measured_home(work: Path, *, quick: bool, seed: int) -> Path:
    """The home that a part measures: the demo's, or a tiny one that shows that the part runs."""
    if quick:
        return served_home(work, quick=True, seed=seed)
    return demo_home(work.parent / "demo")


def with_creators(home: Path, creators: int, seed: int, copy: Path) -> Path:
    """Copy a home and give it a catalog of so many creators."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(home, copy, ignore=shutil.ignore_patterns("world", "bentoml", "requests"))
    catalog.save(enlarged(catalog.load(home), creators, seed), copy)
    return copy


def _newest_code() -> float:
    files = (file for name in _DECIDING for file in (_ROOT / name).rglob("*.py"))
    return max(file.stat().st_mtime for file in files)
