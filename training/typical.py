"""The average past campaign, and how far past campaigns went: what counts as experience."""

from __future__ import annotations

import numpy as np

from training.encoding import BRAND_HEIGHT
from training.evidence.held_out import Evidence
from training.rosters.fitting import FittedLearner
from training.rosters.join import JoinedSample
from training.rosters.model import BoostedRosters

#: Where brands could not be told apart: the spread that a new one is given.
_UNSEEN_BRAND_SPREAD = 0.3


def typical(joined: JoinedSample, fitted: FittedLearner, evidence: Evidence) -> dict[str, float]:
    """Numbers of the average past campaign and of the extremes, by name, for a manifest."""
    sample = joined.sample
    by_cell = np.asarray(sample.shares.sum(axis=1)).ravel()
    count = np.bincount(sample.cell_campaign)
    exposed = np.bincount(sample.cell_campaign, weights=by_cell) / count
    sizes = np.bincount(sample.booking_campaign)
    lifts = evidence.calibration.slope * np.expm1(evidence.held_out.predicted)
    return {
        "lift": float(np.exp(np.mean(np.log(np.maximum(lifts, 1e-6))))),
        "largest_lift": float(lifts.max()),
        "exposure": float(np.exp(np.mean(np.log(np.maximum(exposed, 1e-9))))),
        "largest_exposure": float(exposed.max()),
        "smallest_roster": float(sizes.min()),
        "largest_roster": float(sizes.max()),
        "brand_spread": _brand_spread(joined, fitted),
        **{f"chosen_{name}": value for name, value in fitted.chosen.items()},
    }


def _brand_spread(joined: JoinedSample, fitted: FittedLearner) -> float:
    """How much brands differ beyond their features: log standard deviation of their columns."""
    members = fitted.model.members if isinstance(fitted.model, BoostedRosters) else ()
    brands = joined.encoding.brands
    if not members or len(brands) < 2:
        return _UNSEEN_BRAND_SPREAD
    slope = np.mean([member.start.slope[-len(brands) :] for member in members], axis=0)
    return float(np.std(slope * BRAND_HEIGHT))
