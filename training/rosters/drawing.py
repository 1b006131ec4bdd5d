"""Campaigns drawn anew for every boosting round.

A tree is grown on the gradients of some campaigns' bookings alone (stochastic gradient boosting,
Friedman 2002, with campaigns in place of rows, because a campaign's bookings share their loss).
What a round needs in memory is then the exposure of those campaigns, however many there are.
Gradients are weighted up to all campaigns, so that penalties and learning rate keep their
meaning; rows outside the draw have gradient and Hessian 0 and move no split.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from training.arrays import Floats, Integers
from training.rosters.loss import RosterLoss
from training.settings import BoostingSettings


@dataclass(frozen=True, eq=False)
class Drawing:
    """So many of some campaigns a round; the same seed and round draw the same ones."""

    campaigns: Integers
    per_round: int
    seed: int

    @property
    def share(self) -> float:
        """Part of the campaigns that a round sees."""
        return self.per_round / len(self.campaigns)

    def gradient_and_hessian(
        self, loss: RosterLoss, scores: Floats, number: int
    ) -> tuple[Floats, Floats]:
        """Those of the campaigns of round `number`, weighted up, 0 elsewhere; both [booking]."""
        rng = np.random.default_rng([self.seed, number])
        part, own = loss.drawn(rng.choice(self.campaigns, self.per_round, replace=False))
        gradient, hessian = np.zeros(len(scores)), np.zeros(len(scores))
        gradient[own], hessian[own] = part.gradient_and_hessian(scores[own])
        return gradient / self.share, hessian / self.share


def drawing_of(
    settings: BoostingSettings, cell_campaign: Integers, weight: Floats, seed: int
) -> Drawing | None:
    """The draws among campaigns whose cells weigh something; None where all are taken."""
    campaigns = np.unique(cell_campaign[weight > 0])
    if not 0 < settings.campaigns_per_round < len(campaigns):
        return None
    return Drawing(campaigns, settings.campaigns_per_round, seed)


def drawn_leaves(settings: BoostingSettings, campaigns: int) -> BoostingSettings:
    """Settings under which a leaf has its fewest rows among those that a round draws.

    LightGBM estimates the rows of a leaf from its part of the Hessian as if every row had some.
    """
    if not 0 < settings.campaigns_per_round < campaigns:
        return settings
    rows = math.ceil(settings.min_data_in_leaf * campaigns / settings.campaigns_per_round)
    return settings.model_copy(update={"min_data_in_leaf": rows})
