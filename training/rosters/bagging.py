"""Bagging over campaigns: many fits of roster boosting, and what each left out predicts.

A campaign, not a cell, is the unit that is drawn: cells of one campaign share its fate.
Every bag draws campaigns with replacement; a campaign that a bag left out is held out
for it, so that out-of-bag predictions are honest without further fits (Breiman 1996).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import lightgbm as lgb
import numpy as np

from training.arrays import Floats, Integers
from training.fan_out import Sent, Workers
from training.rosters.boosting import RosterBoosting, bin_rows, boost, new_booster, own_booster
from training.rosters.drawing import drawing_of, drawn_leaves
from training.rosters.linear_start import fit_linear
from training.rosters.loss import RosterLoss
from training.rosters.sample import RosterSample
from training.rosters.tuning import Tuned
from training.settings import BoostingSettings


@dataclass(frozen=True)
class Bags:
    """Fitted members and their out-of-bag scores.

    `scores` is [bag, booking]; `counts` [bag, campaign] says how often a bag drew a campaign.
    """

    members: tuple[RosterBoosting, ...]
    scores: Floats
    counts: Integers


def fit_bags(
    sample: RosterSample,
    tuned: Tuned,
    *,
    bags: int,
    seed: int,
    workers: Workers = Workers(),
    on_bag: Callable[[], None] = lambda: None,
) -> Bags:
    """Fit one member a bootstrap sample of campaigns; the same seed gives the same members."""
    draws = np.random.default_rng(seed).multinomial(
        sample.campaigns, np.full(sample.campaigns, 1 / sample.campaigns), size=bags
    )
    bagging = _Bagging(sample, tuned, draws.astype(np.int64), seed)
    boosters = bagging.boosters() if workers.share_memory else [None] * bags
    fitted = workers.map(bagging.fit, list(enumerate(boosters)), on_bag)
    return Bags(
        members=tuple(member for member, _ in fitted),
        scores=np.stack([scores for _, scores in fitted]),
        counts=bagging.draws,
    )


@dataclass(frozen=True, eq=False)
class _Bagging(Sent):
    """What all bags share; `draws` is [bag, campaign]."""

    sample: RosterSample
    tuned: Tuned
    draws: Integers
    seed: int

    @cached_property
    def loss(self) -> RosterLoss:
        spilled = self.tuned.trees.campaigns_per_round > 0
        return RosterLoss.of(self.sample, spilled=spilled)

    @cached_property
    def trees(self) -> BoostingSettings:
        return drawn_leaves(self.tuned.trees, self.sample.campaigns)

    def boosters(self) -> list[lgb.Booster | None]:
        """An empty booster for each bag, all on one Dataset; none where no trees are grown."""
        if not self.tuned.rounds:
            return [None] * len(self.draws)
        dataset = bin_rows(self.sample.trees, self.trees)
        numbers = range(len(self.draws))
        return [new_booster(dataset, self.trees, self.seed + bag) for bag in numbers]

    def fit(self, job: tuple[int, lgb.Booster | None]) -> tuple[RosterBoosting, Floats]:
        """One member and its scores [booking]; away from home it grows a booster of its own."""
        bag, booster = job
        sample, tuned = self.sample, self.tuned
        weighted = self.loss.with_weight(sample.weight * self.draws[bag][sample.cell_campaign])
        pooled, ceiling = tuned.turn(bag)
        weighted = weighted.levelling_at(ceiling)
        start = fit_linear(weighted, sample.linear, pooled.penalty, pooled.score)
        if tuned.rounds:
            seed = self.seed + bag
            booster = booster or own_booster(sample.trees, self.trees, seed)
            drawing = drawing_of(self.trees, sample.cell_campaign, weighted.weight, seed)
            boost(booster, weighted, start(sample.linear), tuned.rounds, drawing=drawing)
            booster.free_dataset()
        member = RosterBoosting(start, booster, ceiling)
        return member, member.score(sample.linear, sample.trees)
