"""The challenger: an R-learner on roster averages.

The textbook way: describe a roster by the averages of its creators' features and the
reach it has in a market, then regress `outcome / treatment` on that with weights
`weight · treatment²` (the R-learner of Nie & Wager 2021) in LightGBM. It cannot see
which creator works, which is why roster boosting has to beat it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
from scipy import sparse

from training.arrays import Booleans, Floats, Integers
from training.rosters.boosting import fold_numbers, quieten
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

    def lift(self, averages: Floats) -> Floats:
        """Lift of each cell [cell] from `average_rows`."""
        raw = np.asarray(self.booster.predict(averages, num_threads=1), dtype=float)
        lift: Floats = np.maximum(np.expm1(raw), -0.99)
        return lift


def average_rows(linear: Floats, shares: sparse.csr_array, cell_roster: Integers) -> Floats:
    """Averages by cell [cell, p + 3]: mean features, log exposure, its largest part, log size.

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
    return np.column_stack(
        [
            means[cell_roster],
            np.log(np.maximum(exposure, 1e-9)),
            largest[cell_roster],
            np.log(np.maximum(size, 1))[cell_roster],
        ]
    )


def out_of_fold_lifts(
    sample: RosterSample, *, folds: int, seed: int, threads: int
) -> tuple[Floats, int]:
    """Held-out lifts of every cell and the mean number of rounds that held-out folds chose."""
    rows = average_rows(sample.linear, sample.shares, sample.cell_campaign)
    fold = fold_numbers(sample.campaigns, folds, seed)[sample.cell_campaign]
    jobs = [_job(rows, sample, fold != held, fold == held, seed) for held in range(folds)]
    with ThreadPoolExecutor(threads) as pool:
        boosters = list(pool.map(_boost_until_best, jobs))
    lifts, rounds = np.zeros(len(fold)), []
    for held, (booster, best) in enumerate(boosters):
        lifts[fold == held] = RosterAverages(booster).lift(rows[fold == held])
        rounds.append(best)
    return lifts, max(int(np.mean(rounds)), 1)


def fit_averages(
    sample: RosterSample, by_campaign: Floats, rounds: int, seed: int
) -> RosterAverages:
    """Fit one member with each campaign weighted, for a fixed number of rounds."""
    rows = average_rows(sample.linear, sample.shares, sample.cell_campaign)
    weighted = sample.reweighted(by_campaign)
    everything = np.ones(len(rows), dtype=bool)
    booster, dataset, _ = _job(rows, weighted, everything, everything, seed)
    del dataset
    for _ in range(rounds):
        if booster.update():
            break
    booster.free_dataset()
    return RosterAverages(booster)


def fit_average_bags(
    sample: RosterSample,
    rounds: int,
    *,
    bags: int,
    seed: int,
    on_bag: Callable[[], None] = lambda: None,
) -> tuple[tuple[RosterAverages, ...], Integers]:
    """Bag the challenger over campaigns; returns members and how often each campaign was drawn."""
    draws = np.random.default_rng(seed).multinomial(
        sample.campaigns, np.full(sample.campaigns, 1 / sample.campaigns), size=bags
    )
    members = []
    for bag in range(bags):
        members.append(fit_averages(sample, draws[bag].astype(float), rounds, seed + bag))
        on_bag()
    return tuple(members), draws.astype(np.int64)


_Job = tuple[lgb.Booster, lgb.Dataset | None, Callable[[], float]]


def _job(rows: Floats, sample: RosterSample, learn: Booleans, judge: Booleans, seed: int) -> _Job:
    # Treatment residuals near 0 carry no weight; the guard only avoids a division by 0.
    safe = np.where(np.abs(sample.treatment) > 1e-6, sample.treatment, 1e-6)
    target, weight = sample.outcome / safe, sample.weight * safe**2
    bound = np.quantile(np.abs(target), 0.999)
    target = np.clip(target, -bound, bound)
    usable = learn & (weight > 0)
    weight = weight / weight[usable].mean()
    parameters = {**_PARAMETERS, "seed": seed}
    dataset = lgb.Dataset(rows[usable], target[usable], weight=weight[usable], params=parameters)
    booster = lgb.Booster(params=parameters, train_set=dataset)
    held_rows, held_target, held_weight = rows[judge], target[judge], weight[judge]

    def held_out_loss() -> float:
        predicted = np.asarray(booster.predict(held_rows, num_threads=1))
        return float(held_weight @ (held_target - predicted) ** 2)

    return booster, dataset, held_out_loss


def _boost_until_best(job: _Job) -> tuple[lgb.Booster, int]:
    booster, _, held_out_loss = job
    quieten(booster)
    best, best_round = np.inf, 0
    for number in range(_MAX_ROUNDS):
        if booster.update():
            break
        if number % 10 == 9:
            loss = held_out_loss()
            if loss < best:
                best, best_round = loss, number + 1
            elif number + 1 - best_round >= _PATIENCE:
                break
    for _ in range(booster.current_iteration() - max(best_round, 1)):
        booster.rollback_one_iter()
    return booster, max(best_round, 1)


def constant_lifts(sample: RosterSample, by_campaign: Sequence[float] | Floats) -> float:
    """One number for all: the weighted mean lift."""
    weighted = sample.reweighted(np.asarray(by_campaign, dtype=float))
    information = float(weighted.weight @ weighted.treatment**2)
    return float(np.expm1(weighted.weight @ (weighted.treatment * weighted.outcome) / information))
