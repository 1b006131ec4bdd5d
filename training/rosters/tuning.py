"""What held-out campaigns decide: pooling, the saturating curve, the number of rounds.

One after the other, each on the same folds of campaigns: a grid over all three would only
chase noise, for the losses of neighbours differ by less than chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import lightgbm as lgb
import numpy as np

from training.arrays import Booleans, Floats, Integers
from training.fan_out import Sent, Workers
from training.rosters.boosting import bin_rows, boost, fold_numbers, new_booster, own_booster
from training.rosters.drawing import drawing_of, drawn_leaves
from training.rosters.linear_start import PooledStart, fit_linear, learn_penalties
from training.rosters.loss import RosterLoss
from training.rosters.sample import RosterSample
from training.rosters.tree_search import search_trees
from training.settings import BoostingSettings

_PATIENCE = 40
#: Held-out losses are looked at every so many rounds.
_EVERY = 10
#: Held-out losses are chi-squares: a difference below 2 would not pay for one more parameter.
_INDISTINCT = 2.0
#: Candidates whose losses differ from the least by fewer standard errors, campaigns being what
#: varies, are averaged over rather than chosen from.
_ALIKE = 2.0


@dataclass(frozen=True)
class Tuned:
    """What held-out campaigns chose.

    `poolings` are the best and those that cannot be told from it, best first; `starts` the linear
    start of all campaigns at each, with its penalties; `ceilings` is where lifts level off, again
    the best and those that cannot be told from it.
    `trees` are the settings with the shape of trees that was searched for, if it was. `losses`
    maps each candidate, "pooling 4" or "rounds 120", to its held-out loss; `scores` is the
    out-of-fold score F of every booking at the best of all.
    """

    poolings: tuple[float, ...]
    starts: tuple[PooledStart, ...]
    ceilings: tuple[float, ...]
    rounds: int
    trees: BoostingSettings
    losses: dict[str, float]
    scores: Floats

    def turn(self, bag: int) -> tuple[PooledStart, float]:
        """The linear start and the ceiling of a bag: those that are alike take turns."""
        turn, start = divmod(bag, len(self.starts))
        return self.starts[start], self.ceilings[turn % len(self.ceilings)]


@dataclass(frozen=True, eq=False)
class _Folds(Sent):
    """The sample's loss with each fold's campaigns held out in turn."""

    sample: RosterSample
    number: Integers  # [campaign]
    count: int
    spilled: bool

    @cached_property
    def loss(self) -> RosterLoss:
        return RosterLoss.of(self.sample, spilled=self.spilled)

    def learned(self, held: int) -> RosterLoss:
        return self.loss.with_weight(self.sample.weight * ~self._of(held))

    def judged(self, held: int) -> RosterLoss:
        return self.loss.with_weight(self.sample.weight * self._of(held))

    def bookings(self, held: int) -> Integers:
        """Numbers of the bookings of a fold's own campaigns."""
        return np.flatnonzero(self.number[self.sample.booking_campaign] == held)

    def by_campaign(self, held: int, ceiling: float, scores: Floats) -> Floats:
        """Held-out loss of a fold's own campaigns [campaign], 0 for the others."""
        loss, sample = self.judged(held).levelling_at(ceiling), self.sample
        squares = loss.by_cell(scores)
        summed = np.bincount(sample.cell_campaign, weights=squares, minlength=sample.campaigns)
        return np.asarray(summed, dtype=float)

    def out_of_fold(self, scores: Sequence[Floats]) -> Floats:
        """Each booking's score from the fit that held its campaign out [booking]."""
        joined = np.empty(len(self.sample.booking_campaign))
        for held, own in enumerate(scores):
            joined[self.bookings(held)] = own
        return joined

    def _of(self, held: int) -> Booleans:
        own: Booleans = (self.number == held)[self.sample.cell_campaign]
        return own


def tune(
    sample: RosterSample,
    settings: BoostingSettings,
    *,
    folds: int,
    seed: int,
    workers: Workers = Workers(),
) -> Tuned:
    """Choose by the loss on held-out campaigns, which have no say in any penalty either."""
    number = fold_numbers(sample.campaigns, folds, seed)
    held_out = _Folds(sample, number, folds, spilled=settings.campaigns_per_round > 0)
    poolings, starts, losses = _tune_pooling(held_out, settings, workers)
    ceilings, starts, curve_losses = _tune_ceiling(held_out, settings, starts, workers)
    ceiling = ceilings[0]

    def held_out_loss(trees: BoostingSettings) -> float:
        return min(_tune_rounds(held_out, trees, starts, ceiling, workers)[2].values())

    if settings.trials and settings.max_rounds:
        settings, trial_losses = search_trees(held_out_loss, settings, seed)
        losses |= trial_losses
    rounds, scores, round_losses = _tune_rounds(held_out, settings, starts, ceiling, workers)
    loss = held_out.loss.levelling_at(ceiling)
    whole = [learn_penalties(loss, sample.linear, sample.families, p) for p in poolings]
    losses |= curve_losses | round_losses
    out_of_fold = held_out.out_of_fold(scores)
    return Tuned(poolings, tuple(whole), ceilings, rounds, settings, losses, out_of_fold)


def _tune_pooling(
    folds: _Folds, settings: BoostingSettings, workers: Workers
) -> tuple[tuple[float, ...], list[PooledStart], dict[str, float]]:
    """The best poolings, and the best one's start in each fold."""
    jobs = [(pooling, held) for pooling in settings.pooling for held in range(folds.count)]
    results = workers.map(partial(_try_pooling, folds), jobs)
    return _judge("pooling", settings.pooling, folds.count, results)


def _try_pooling(folds: _Folds, job: tuple[float, int]) -> tuple[Floats, PooledStart]:
    (pooling, held), sample = job, folds.sample
    found = learn_penalties(folds.learned(held), sample.linear, sample.families, pooling)
    return folds.by_campaign(held, np.inf, found.score(sample.linear)), found


def _tune_ceiling(
    folds: _Folds, settings: BoostingSettings, starts: list[PooledStart], workers: Workers
) -> tuple[tuple[float, ...], list[PooledStart], dict[str, float]]:
    """The best saturating curves, none among them, and the folds' starts under the best one."""
    ceilings = (np.inf, *settings.ceilings)
    jobs = [(ceiling, held) for ceiling in ceilings for held in range(folds.count)]
    results = workers.map(partial(_try_ceiling, folds, starts), jobs)
    return _judge("ceiling", ceilings, folds.count, results)


def _try_ceiling(
    folds: _Folds, starts: list[PooledStart], job: tuple[float, int]
) -> tuple[Floats, PooledStart]:
    (ceiling, held), linear = job, folds.sample.linear
    found = starts[held]
    if np.isfinite(ceiling):
        loss = folds.learned(held).levelling_at(ceiling)
        found = PooledStart(fit_linear(loss, linear, found.penalty, found.score), found.penalty)
    return folds.by_campaign(held, ceiling, found.score(linear)), found


def _judge(
    what: str, candidates: Sequence[float], folds: int, tried: Sequence[tuple[Floats, PooledStart]]
) -> tuple[tuple[float, ...], list[PooledStart], dict[str, float]]:
    """The candidates that cannot be told from the best, and the best one's start in each fold.

    Args:
        tried: loss by campaign and start of each candidate in each of the folds.
    """
    rows = [tried[first : first + folds] for first in range(0, len(tried), folds)]
    by_campaign = np.array([sum(loss for loss, _ in row) for row in rows])
    losses = {f"{what} {c:g}": v for c, v in zip(candidates, by_campaign.sum(axis=1), strict=True)}
    alike = alike_best_first(by_campaign)
    return tuple(candidates[i] for i in alike), [start for _, start in rows[alike[0]]], losses


def alike_best_first(losses: Floats) -> list[int]:
    """Candidates whose loss cannot be told from the least, best first.

    A few campaigns of large effect decide most of a sum of squares. The sum of differences from
    the best must exceed two standard errors over campaigns (the rule of Breiman et al. 1984,
    "Classification and Regression Trees", section 3.4.3, with pairs and two errors).

    Args:
        losses: by candidate and campaign [candidate, campaign].
    """
    order = np.argsort(losses.sum(axis=1), kind="stable")
    worse = losses - losses[order[0]]
    unsure = _ALIKE * np.sqrt((worse**2).sum(axis=1))
    return [int(one) for one in order if worse[one].sum() <= unsure[one]]


def _tune_rounds(
    folds: _Folds,
    settings: BoostingSettings,
    starts: list[PooledStart],
    ceiling: float,
    workers: Workers,
) -> tuple[int, list[Floats], dict[str, float]]:
    """The number of rounds, and the scores of each fold's own bookings after them."""
    if settings.max_rounds == 0:
        linear = folds.sample.linear
        return 0, [s.score(linear)[folds.bookings(f)] for f, s in enumerate(starts)], {}
    settings = drawn_leaves(settings, folds.sample.campaigns)
    boosters: list[lgb.Booster | None] = [None] * folds.count
    if workers.share_memory:
        dataset = bin_rows(folds.sample.trees, settings)
        boosters = [new_booster(dataset, settings, f) for f in range(folds.count)]
    grow = partial(_grow, folds, settings, starts, ceiling)
    paths = workers.map(grow, list(enumerate(boosters)))
    steps = range(max(len(path) for path in paths))
    curve = [sum(path[min(step, len(path) - 1)][0] for path in paths) for step in steps]
    best = _first_of_the_best(curve)
    losses = {f"rounds {step * _EVERY}": value for step, value in enumerate(curve)}
    return best * _EVERY, [path[min(best, len(path) - 1)][1] for path in paths], losses


def _grow(
    folds: _Folds,
    settings: BoostingSettings,
    starts: list[PooledStart],
    ceiling: float,
    job: tuple[int, lgb.Booster | None],
) -> list[tuple[float, Floats]]:
    """Held-out loss and scores of the fold's own bookings, every so many rounds."""
    held, booster = job
    judged, own = folds.judged(held).levelling_at(ceiling), folds.bookings(held)
    path: list[tuple[float, Floats]] = []

    def watch(number: int, scores: Floats) -> bool:
        if number % _EVERY == 0:
            path.append((judged.value(scores), scores[own]))
        best = int(np.argmin([value for value, _ in path]))
        return (len(path) - 1 - best) * _EVERY >= _PATIENCE

    sample = folds.sample
    booster = booster or own_booster(sample.trees, settings, held)
    loss, start = folds.learned(held).levelling_at(ceiling), starts[held].score(sample.linear)
    drawing = drawing_of(settings, sample.cell_campaign, loss.weight, held)
    boost(booster, loss, start, settings.max_rounds, watch, drawing)
    return path


def _first_of_the_best(losses: Sequence[float]) -> int:
    """The first candidate, simplest first, whose loss cannot be told from the least."""
    return int(np.argmax(np.asarray(losses) <= min(losses) + _INDISTINCT))
