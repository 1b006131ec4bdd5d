"""Bagging over campaigns: many fits of roster boosting, and what each left out predicts.

A campaign, not a cell, is the unit that is drawn: cells of one campaign share its fate.
Every bag draws campaigns with replacement; a campaign that a bag left out is held out
for it, so that out-of-bag predictions are honest without further fits (Breiman 1996).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import lightgbm as lgb
import numpy as np

from training.arrays import Floats, Integers
from training.rosters.boosting import (
    RosterBoosting,
    bin_rows,
    boost,
    fit_linear,
    fold_numbers,
    new_booster,
)
from training.rosters.loss import RosterLoss
from training.rosters.sample import RosterSample
from training.settings import BoostingSettings

_PATIENCE = 40
#: Held-out losses are looked at every so many rounds.
_EVERY = 10

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Tuned:
    """What held-out campaigns chose: the ridge penalty and the number of rounds.

    `losses` maps each candidate, "ridge 10" or "rounds 120", to its held-out loss; `scores` is
    the out-of-fold score F of every booking at the chosen values.
    """

    ridge: float
    rounds: int
    losses: dict[str, float]
    scores: Floats


@dataclass(frozen=True)
class Bags:
    """Fitted members and their out-of-bag scores.

    `scores` is [bag, booking]; `counts` [bag, campaign] says how often a bag drew a campaign.
    """

    members: tuple[RosterBoosting, ...]
    scores: Floats
    counts: Integers


def tune(
    sample: RosterSample, settings: BoostingSettings, *, folds: int, seed: int, threads: int
) -> Tuned:
    """Choose ridge and rounds by the loss on held-out campaigns."""
    loss = RosterLoss.of(sample)
    fold = fold_numbers(sample.campaigns, folds, seed)
    ridge, starts, losses = _tune_ridge(sample, loss, fold, folds, settings, threads)
    if settings.max_rounds == 0:
        return Tuned(ridge, 0, losses, _out_of_fold(sample, fold, starts))
    dataset = bin_rows(sample.trees, settings)
    boosters = [new_booster(dataset, settings, seed + held) for held in range(folds)]

    def run(held: int) -> list[tuple[float, Floats]]:
        learn, judge = _split_weights(sample, fold, held)
        judged = loss.with_weight(judge)
        path: list[tuple[float, Floats]] = []

        def watch(number: int, scores: Floats) -> bool:
            if number % _EVERY == 0:
                path.append((judged.value(scores), scores))
            best = int(np.argmin([value for value, _ in path]))
            return (len(path) - 1 - best) * _EVERY >= _PATIENCE

        boost(boosters[held], loss.with_weight(learn), starts[held], settings.max_rounds, watch)
        return path

    paths = _side_by_side(run, range(folds), threads)
    curve = [
        sum(path[min(step, len(path) - 1)][0] for path in paths)
        for step in range(max(len(path) for path in paths))
    ]
    best = int(np.argmin(curve))
    chosen = [path[min(best, len(path) - 1)][1] for path in paths]
    losses |= {f"rounds {step * _EVERY}": value for step, value in enumerate(curve)}
    return Tuned(ridge, best * _EVERY, losses, _out_of_fold(sample, fold, chosen))


def fit_bags(
    sample: RosterSample,
    settings: BoostingSettings,
    tuned: Tuned,
    *,
    bags: int,
    seed: int,
    threads: int,
    on_bag: Callable[[], None] = lambda: None,
) -> Bags:
    """Fit one member a bootstrap sample of campaigns; the same seed gives the same members."""
    loss = RosterLoss.of(sample)
    draws = np.random.default_rng(seed).multinomial(
        sample.campaigns, np.full(sample.campaigns, 1 / sample.campaigns), size=bags
    )
    penalty, prior = _ridge_of(sample, tuned.ridge)
    centre = fit_linear(loss, sample.linear, penalty, prior, None)
    dataset = bin_rows(sample.trees, settings) if tuned.rounds else None
    boosters: list[lgb.Booster | None] = [
        new_booster(dataset, settings, seed + bag) if dataset else None for bag in range(bags)
    ]

    def run(bag: int) -> tuple[RosterBoosting, Floats]:
        weighted = loss.with_weight(sample.weight * draws[bag][sample.cell_campaign])
        start = fit_linear(weighted, sample.linear, penalty, prior, centre)
        scores = start(sample.linear)
        booster = boosters[bag]
        if booster is not None:
            boost(booster, weighted, scores, tuned.rounds)
            booster.free_dataset()
        member = RosterBoosting(start, booster)
        on_bag()
        return member, member.score(sample.linear, sample.trees)

    fitted = _side_by_side(run, range(bags), threads)
    return Bags(
        members=tuple(member for member, _ in fitted),
        scores=np.stack([scores for _, scores in fitted]),
        counts=draws.astype(np.int64),
    )


def _tune_ridge(
    sample: RosterSample,
    loss: RosterLoss,
    fold: Integers,
    folds: int,
    settings: BoostingSettings,
    threads: int,
) -> tuple[float, list[Floats], dict[str, float]]:
    def run(held: int) -> list[tuple[float, Floats]]:
        learn, judge = _split_weights(sample, fold, held)
        outcomes, start = [], None
        for ridge in sorted(settings.ridge, reverse=True):
            penalty, prior = _ridge_of(sample, ridge)
            start = fit_linear(loss.with_weight(learn), sample.linear, penalty, prior, start)
            scores = start(sample.linear)
            outcomes.append((loss.with_weight(judge).value(scores), scores))
        return outcomes

    results = _side_by_side(run, range(folds), threads)
    order = sorted(settings.ridge, reverse=True)
    totals = [sum(result[i][0] for result in results) for i in range(len(order))]
    best = int(np.argmin(totals))
    losses = {f"ridge {ridge:g}": total for ridge, total in zip(order, totals, strict=True)}
    return order[best], [result[best][1] for result in results], losses


def _out_of_fold(sample: RosterSample, fold: Integers, scores: Sequence[Floats]) -> Floats:
    """Each booking's score from the fit that held its campaign out [booking]."""
    stacked = np.stack(list(scores))
    own: Floats = stacked[fold[sample.booking_campaign], np.arange(stacked.shape[1])]
    return own


def _split_weights(sample: RosterSample, fold: Integers, held: int) -> tuple[Floats, Floats]:
    held_out = (fold == held)[sample.cell_campaign]
    return sample.weight * ~held_out, sample.weight * held_out


def _ridge_of(sample: RosterSample, ridge: float) -> tuple[Floats, Floats]:
    columns = sample.linear.shape[1]
    return np.full(columns, ridge), np.zeros(columns)


def _side_by_side(
    run: Callable[[Item], Result], items: Sequence[Item], threads: int
) -> list[Result]:
    """Run in threads, results in order: LightGBM and NumPy leave the interpreter lock."""
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, items))
