"""The challenger: an R-learner on roster averages.

The textbook way: describe a roster by the averages of its creators' features and the
reach it has in a market, then regress `outcome / treatment` on that with weights
`weight · treatment²` (the R-learner of Nie & Wager 2021) in LightGBM. It cannot see
which creator works, which is why roster boosting has to beat it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import lightgbm as lgb
import numpy as np
from scipy import sparse

from training.arrays import Booleans, Floats, Integers, Singles
from training.fan_out import Workers
from training.rosters.boosting import BUILDING, fold_numbers, quieten
from training.rosters.sample import RosterSample

_PARAMETERS: dict[str, object] = {
    "objective": "regression",
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 100,
    "feature_pre_filter": False,  # of a few cells it would leave no feature, which is an error
    "lambda_l2": 1.0,
    "feature_fraction": 0.5,
    "max_bin": 63,
    "num_threads": 1,
    "deterministic": True,
    "force_col_wise": True,
    "verbosity": -1,
}
_MAX_ROUNDS, _PATIENCE = 400, 40


@dataclass(frozen=True)
class RosterAverages:
    """One fitted member: predicts the log effect of a cell from the roster's averages."""

    booster: lgb.Booster

    def lift(self, averages: Singles) -> Floats:
        """Lift of each cell [cell] from `average_rows`."""
        raw = np.asarray(self.booster.predict(averages, num_threads=1), dtype=float)
        lift: Floats = np.maximum(np.expm1(raw), -0.99)
        return lift


def average_rows(linear: Floats, shares: sparse.csr_array, cell_roster: Integers) -> Singles:
    """Averages by cell [cell, p + 3]: mean features, log exposure, its largest part, log size.

    In single precision: a row a cell is the largest array of all, and LightGBM bins it anyway.

    Args:
        linear: booking features [booking, p].
        shares: exposure [cell, booking]; its pattern says who is in which roster.
        cell_roster: roster number of each cell; features are averaged over the roster's bookings
            by their exposure in all of its cells, as a planner would describe a roster.
    """
    rosters = int(cell_roster.max()) + 1
    cells = len(cell_roster)
    gather = sparse.csr_array(
        (np.ones(cells), (cell_roster, np.arange(cells))), shape=(rosters, cells)
    )
    by_roster = (gather @ shares).tocsr()
    total = np.asarray(by_roster.sum(axis=1)).ravel()
    part = by_roster.multiply(1.0 / np.maximum(total, 1e-300)[:, None]).tocsr()
    means = part @ linear
    largest = np.asarray(part.max(axis=1).todense()).ravel()
    size = np.diff(by_roster.indptr)
    exposure = np.asarray(shares.sum(axis=1)).ravel()
    rows = np.empty((cells, linear.shape[1] + 3), dtype=np.float32)
    np.take(means.astype(np.float32), cell_roster, axis=0, out=rows[:, :-3])
    rows[:, -3] = np.log(np.maximum(exposure, 1e-9))
    rows[:, -2] = largest[cell_roster]
    rows[:, -1] = np.log(np.maximum(size, 1))[cell_roster]
    return rows


def out_of_fold_lifts(
    sample: RosterSample, *, folds: int, seed: int, workers: Workers = Workers()
) -> tuple[Floats, int]:
    """Held-out lifts of every cell and the mean number of rounds that held-out folds chose."""
    cells = _cells(sample)
    fold = fold_numbers(sample.campaigns, folds, seed)[sample.cell_campaign]
    boosters: list[lgb.Booster | None] = [None] * folds
    if workers.share_memory:
        boosters = [_new_booster(cells, fold != held, seed) for held in range(folds)]
    run = partial(_lifts_of_fold, cells, fold, seed)
    lifts, rounds = np.zeros(len(fold)), []
    for held, (own, best) in enumerate(workers.map(run, list(enumerate(boosters)))):
        lifts[fold == held] = own
        rounds.append(best)
    return lifts, max(int(np.mean(rounds)), 1)


def fit_averages(
    sample: RosterSample, by_campaign: Floats, rounds: int, seed: int
) -> RosterAverages:
    """Fit one member with each campaign weighted, for a fixed number of rounds."""
    return _fit_member(_cells(sample), by_campaign, rounds, seed)


def fit_average_bags(
    sample: RosterSample,
    rounds: int,
    *,
    bags: int,
    seed: int,
    workers: Workers = Workers(),
    on_bag: Callable[[], None] = lambda: None,
) -> tuple[tuple[RosterAverages, ...], Integers]:
    """Bag the challenger over campaigns; returns members and how often each campaign was drawn."""
    draws = np.random.default_rng(seed).multinomial(
        sample.campaigns, np.full(sample.campaigns, 1 / sample.campaigns), size=bags
    )
    # Each bag bins rows of its own: in one process one after the other.
    workers = Workers() if workers.share_memory else workers
    run = partial(_fit_bag, _cells(sample), rounds)
    jobs = [(own.astype(float), seed + bag) for bag, own in enumerate(draws)]
    return tuple(workers.map(run, jobs, on_bag)), draws.astype(np.int64)


@dataclass(frozen=True, eq=False)
class _Cells:
    """Roster averages [cell, ·] with what is measured of them, each [cell]."""

    rows: Singles
    campaign: Integers
    outcome: Floats
    treatment: Floats
    weight: Floats


def _cells(sample: RosterSample) -> _Cells:
    rows = average_rows(sample.linear, sample.shares, sample.cell_campaign)
    measured = sample.outcome, sample.treatment, sample.weight
    return _Cells(rows, sample.cell_campaign, *measured)


def _fit_bag(cells: _Cells, rounds: int, job: tuple[Floats, int]) -> RosterAverages:
    by_campaign, seed = job
    return _fit_member(cells, by_campaign, rounds, seed)


def _fit_member(cells: _Cells, by_campaign: Floats, rounds: int, seed: int) -> RosterAverages:
    weighted = replace(cells, weight=cells.weight * by_campaign[cells.campaign])
    booster = _new_booster(weighted, np.ones(len(cells.rows), dtype=bool), seed)
    for _ in range(rounds):
        if booster.update():
            break
    booster.free_dataset()
    return RosterAverages(booster)


def _targets(cells: _Cells, learn: Booleans) -> tuple[Floats, Floats, Booleans]:
    """Effects as the R-learner regresses them, their weights, and which are learned from [cell]."""
    # Treatment residuals near 0 carry no weight; the guard only avoids a division by 0.
    safe = np.where(np.abs(cells.treatment) > 1e-6, cells.treatment, 1e-6)
    target, weight = cells.outcome / safe, cells.weight * safe**2
    bound = np.quantile(np.abs(target), 0.999)
    usable = learn & (weight > 0)
    return np.clip(target, -bound, bound), weight / weight[usable].mean(), usable


def _new_booster(cells: _Cells, learn: Booleans, seed: int) -> lgb.Booster:
    target, weight, usable = _targets(cells, learn)
    parameters = {**_PARAMETERS, "seed": seed}
    rows, target, weight = cells.rows[usable], target[usable], weight[usable]
    with BUILDING:
        dataset = lgb.Dataset(rows, target, weight=weight, params=parameters)
        return lgb.Booster(params=parameters, train_set=dataset)


def _lifts_of_fold(
    cells: _Cells, fold: Integers, seed: int, job: tuple[int, lgb.Booster | None]
) -> tuple[Floats, int]:
    """Held-out lifts of the fold's own cells after the best number of rounds."""
    held, booster = job
    booster = booster or _new_booster(cells, fold != held, seed)
    best = _boost_until_best(booster, cells, fold != held)
    return RosterAverages(booster).lift(cells.rows[fold == held]), best


def _boost_until_best(booster: lgb.Booster, cells: _Cells, learn: Booleans) -> int:
    quieten(booster)
    target, weight, _ = _targets(cells, learn)
    rows, target, weight = cells.rows[~learn], target[~learn], weight[~learn]
    best, best_round = np.inf, 0
    for number in range(_MAX_ROUNDS):
        if booster.update():
            break
        if number % 10 == 9:
            predicted = np.asarray(booster.predict(rows, num_threads=1))
            loss = float(weight @ (target - predicted) ** 2)
            if loss < best:
                best, best_round = loss, number + 1
            elif number + 1 - best_round >= _PATIENCE:
                break
    for _ in range(booster.current_iteration() - max(best_round, 1)):
        booster.rollback_one_iter()
    return max(best_round, 1)


def constant_lifts(sample: RosterSample, by_campaign: Sequence[float] | Floats) -> float:
    """One number for all: the weighted mean lift."""
    weighted = sample.reweighted(np.asarray(by_campaign, dtype=float))
    information = float(weighted.weight @ weighted.treatment**2)
    return float(np.expm1(weighted.weight @ (weighted.treatment * weighted.outcome) / information))
