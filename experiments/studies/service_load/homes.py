"""The home that is served: a world of 1,000 creators and 200 markets, trained on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from experiments.studies.optimize.measure import trained_home
from experiments.studies.trained_world import DEFAULTS, QUICK, QUICK_WORLD
from experiments.worlds.simulate import WorldSettings
from features.catalogs import catalog

_WORLD = WorldSettings(campaigns=120, creators=1_000, markets=200, future_campaigns=4)


def served_home(work: Path, *, quick: bool, seed: int) -> Path:
    """The home of a world, with model and catalog; trained once for all parts of the study."""
    world = replace(QUICK_WORLD if quick else _WORLD, seed=seed)
    home, known = trained_home(world, QUICK if quick else DEFAULTS, work.parent)
    catalog.save(known, home)
    return home
