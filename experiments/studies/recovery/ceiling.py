"""The R² that no model of what is known before a campaign can beat.

A world's lifts rest on traits that tables show, if noisily, and on each creator's charisma,
which no table shows. An oracle that knows the world's formula, all shown traits and the
lifts' scale, and replaces charisma by what can be expected of it, predicts
`E[lift | everything but charisma]`. Its R² is a ceiling for models of features; only learning
single creators' charisma from their past campaigns could go beyond.
"""

from __future__ import annotations

import numpy as np

from experiments.studies.replayed_world import ReplayedWorld
from training.arrays import Floats
from training.metrics.truth import r2_score

#: Charisma is drawn anew so often, each time together with its mirror image.
DRAWS = 8


def feature_ceiling(replayed: ReplayedWorld) -> float:
    """R² of the oracle on the world's rosters to come."""
    return r2_score(replayed.lifts(), expected_lifts(replayed))


def expected_lifts(replayed: ReplayedWorld, draws: int = DRAWS) -> Floats:
    """True lifts averaged over draws of charisma [roster]."""
    rng = np.random.default_rng(replayed.world.settings.seed)
    total = np.zeros(len(replayed.to_come))
    for _ in range(draws // 2):
        charisma = rng.standard_normal(replayed.world.creators.count)
        for drawn in (charisma, -charisma):
            total += replayed.with_charisma(drawn).lifts()
    mean: Floats = total / (2 * (draws // 2))
    return mean
