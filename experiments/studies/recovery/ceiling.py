"""The R² that no model of what is known before a campaign can beat.

A world's lifts rest on traits that tables show, if noisily, and on each creator's charisma,
which no table shows. An oracle that knows the world's formula, all shown traits and the
lifts' scale, and replaces charisma by what can be expected of it, predicts
`E[lift | everything but charisma]`. Its R² is a ceiling for models of features; only learning
single creators' charisma from their past campaigns could go beyond.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from experiments.studies.rosters_to_come import read_future, true_lifts
from experiments.worlds.baseline import Baseline, build_baseline
from experiments.worlds.brands import STYLES
from experiments.worlds.campaigns import Plan, plan_future
from experiments.worlds.rosters import Roster, draw_roster, partnership_starts
from experiments.worlds.settings import WorldSettings
from experiments.worlds.truth import incremental, lift_overall
from experiments.worlds.world import World, build_world
from training.arrays import Floats
from training.metrics.truth import r2_score

#: Charisma is drawn anew so often, each time together with its mirror image.
DRAWS = 8


def feature_ceiling(settings: WorldSettings, future: Path) -> float:
    """R² of the oracle on the rosters to come of a world written with these settings.

    Args:
        future: the world's `future.json`, whose lifts tell the world's response scale.
    """
    world = build_world(settings)
    baseline = build_baseline(world)
    rosters = list(rosters_to_come(world))
    truth = true_lifts(read_future(future))
    shown = _lifts(world, baseline, rosters)
    expected = expected_lifts(world, baseline, rosters) * (truth.sum() / shown.sum())
    return r2_score(truth, expected)


def rosters_to_come(world: World) -> Iterator[tuple[Plan, Roster]]:
    """The campaigns and rosters of the world's `future.json`, in its order."""
    rng, partners = world.settings.stream("future rosters"), partnership_starts(world)
    for plan in plan_future(world):
        for number in range(world.settings.alternatives):
            style = (plan.style + number) % len(STYLES)
            yield plan, draw_roster(rng, world, plan, partners, style)


def expected_lifts(
    world: World, baseline: Baseline, rosters: list[tuple[Plan, Roster]], draws: int = DRAWS
) -> Floats:
    """Unscaled lifts averaged over draws of charisma [roster]."""
    rng = np.random.default_rng(world.settings.seed)
    total = np.zeros(len(rosters))
    for _ in range(draws // 2):
        charisma = rng.standard_normal(world.creators.count)
        for drawn in (charisma, -charisma):
            creators = replace(world.creators, charisma=drawn)
            total += _lifts(replace(world, creators=creators), baseline, rosters)
    mean: Floats = total / (2 * (draws // 2))
    return mean


def _lifts(world: World, baseline: Baseline, rosters: list[tuple[Plan, Roster]]) -> Floats:
    """Lifts before the world's response scale [roster]."""
    added = [(plan, incremental(world, baseline, plan, roster, 1.0)) for plan, roster in rosters]
    return np.array([lift_overall(baseline, plan, more) for plan, more in added])
