"""Bagging over campaigns: many fits of roster boosting, and what each left out predicts.

A campaign, not a cell, is the unit that is drawn: cells of one campaign share its fate.
Every bag draws campaigns with replacement; a campaign that a bag left out is held out
for it, so that out-of-bag predictions are honest without further fits (Breiman 1996).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np

from training.arrays import Floats, Integers
from training.rosters.boosting import RosterBoosting, bin_rows, boost, new_booster
from training.rosters.linear_start import fit_linear
from training.rosters.loss import RosterLoss
from training.rosters.sample import RosterSample
from training.rosters.side_by_side import side_by_side
from training.rosters.tuning import Tuned


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
    threads: int,
    on_bag: Callable[[], None] = lambda: None,
) -> Bags:
    """Fit one member a bootstrap sample of campaigns; the same seed gives the same members."""
    loss = RosterLoss.of(sample).levelling_at(tuned.ceiling)
    draws = np.random.default_rng(seed).multinomial(
        sample.campaigns, np.full(sample.campaigns, 1 / sample.campaigns), size=bags
    )
    dataset = bin_rows(sample.trees, tuned.trees) if tuned.rounds else None
    boosters: list[lgb.Booster | None] = [
        new_booster(dataset, tuned.trees, seed + bag) if dataset else None for bag in range(bags)
    ]

    def run(bag: int) -> tuple[RosterBoosting, Floats]:
        weighted = loss.with_weight(sample.weight * draws[bag][sample.cell_campaign])
        # Poolings that held-out campaigns cannot tell apart take turns.
        pooled = tuned.starts[bag % len(tuned.starts)]
        start = fit_linear(weighted, sample.linear, pooled.penalty, pooled.score)
        booster = boosters[bag]
        if booster is not None:
            boost(booster, weighted, start(sample.linear), tuned.rounds)
            booster.free_dataset()
        member = RosterBoosting(start, booster)
        on_bag()
        return member, member.score(sample.linear, sample.trees)

    fitted = side_by_side(run, range(bags), threads)
    return Bags(
        members=tuple(member for member, _ in fitted),
        scores=np.stack([scores for _, scores in fitted]),
        counts=draws.astype(np.int64),
    )
