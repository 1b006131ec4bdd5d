"""The home that is served: a world of 1,000 creators and 200 markets, trained on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from experiments.studies.optimize.measure import trained_home
from experiments.studies.trained_world import DEFAULTS, MANY_MARKETS, QUICK, QUICK_WORLD
from features.catalogs import catalog


def served_home(work: Path, *, quick: bool, seed: int) -> Path:
    """The home of a world, with model and catalog; trained once for all parts of the study."""
    world = replace(QUICK_WORLD if quick else MANY_MARKETS, seed=seed)
    home, known = trained_home(world, QUICK if quick else DEFAULTS, work.parent)
    catalog.save(known, home)
    return home
