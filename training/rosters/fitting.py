"""One door to all roster learners: fit bags of the named one, with its held-out predictions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from training.arrays import Floats, Integers
from training.rosters.averages import (
    average_rows,
    constant_lifts,
    fit_average_bags,
    out_of_fold_lifts,
)
from training.rosters.bagging import fit_bags
from training.rosters.boosting import fold_numbers
from training.rosters.linear_start import FIRST_PENALTY
from training.rosters.loss import bounded_exp, saturated
from training.rosters.model import AveragedRosters, BoostedRosters, RosterModel
from training.rosters.sample import RosterSample
from training.rosters.tree_search import SEARCHED
from training.rosters.tuning import Tuned, tune
from training.settings import Settings

#: The names that settings and the command line accept.
LEARNERS = ("roster_boosting", "roster_linear", "roster_averages")


@dataclass(frozen=True)
class FittedLearner:
    """A model with what its bags predict for the sample it was fitted on.

    `lifts` is [bag, cell], `values` [booking] the expected lift per unit of exposure, `counts`
    [bag, campaign] how often a bag drew a campaign; `chosen` what tuning decided; `challengers`
    the held-out lifts [cell] of the simpler learners, by name; `penalty` [p] what the columns of
    a linear start are penalised with.
    """

    model: RosterModel
    lifts: Floats
    values: Floats
    counts: Integers
    chosen: Mapping[str, float]
    challengers: Mapping[str, Floats]
    penalty: Floats


def fit_learner(
    sample: RosterSample, settings: Settings, on_bag: Callable[[float], None] = lambda _: None
) -> FittedLearner:
    """Tune and bag the learner that the settings name, and its challengers."""
    # Fits run side by side; a BLAS that starts threads in each of them only gets in their way.
    with threadpool_limits(1, user_api="blas"):
        return _fit_learner(sample, settings, on_bag)


def _fit_learner(
    sample: RosterSample, settings: Settings, on_bag: Callable[[float], None]
) -> FittedLearner:
    averaged, rounds = out_of_fold_lifts(
        sample, folds=settings.folds, seed=settings.seed, workers=settings.workers
    )
    challengers = {"one_number": _out_of_fold_constant(sample, settings)}
    done = 0

    def count_bag() -> None:
        nonlocal done
        done += 1
        on_bag(done / settings.intervals.bags)

    if settings.learner == "roster_averages":
        return _fit_averages(sample, settings, rounds, challengers, count_bag)
    boosting = settings.boosting
    if settings.learner == "roster_linear":
        boosting = boosting.model_copy(update={"max_rounds": 0})
    tuned = tune(
        sample, boosting, folds=settings.folds, seed=settings.seed, workers=settings.workers
    )
    bags = fit_bags(
        sample,
        tuned,
        bags=settings.intervals.bags,
        seed=settings.seed,
        workers=settings.workers,
        on_bag=count_bag,
    )
    values = bounded_exp(bags.scores)
    return FittedLearner(
        model=BoostedRosters(bags.members),
        lifts=np.stack(
            [
                saturated(sample.shares @ value, member.ceiling)
                for member, value in zip(bags.members, values, strict=True)
            ]
        ),
        values=values.mean(axis=0),
        counts=bags.counts,
        chosen=_chosen(tuned),
        challengers={**challengers, "roster_averages": averaged},
        penalty=tuned.starts[0].penalty,
    )


def _fit_averages(
    sample: RosterSample,
    settings: Settings,
    rounds: int,
    challengers: Mapping[str, Floats],
    on_bag: Callable[[], None],
) -> FittedLearner:
    members, counts = fit_average_bags(
        sample,
        rounds,
        bags=settings.intervals.bags,
        seed=settings.seed,
        workers=settings.workers,
        on_bag=on_bag,
    )
    rows = average_rows(sample.linear, sample.shares, sample.cell_campaign)
    return FittedLearner(
        model=AveragedRosters(members),
        lifts=np.stack([member.lift(rows) for member in members]),
        values=np.ones(sample.shares.shape[1]),
        counts=counts,
        chosen={"rounds": float(rounds)},
        challengers=challengers,
        penalty=np.full(sample.linear.shape[1], FIRST_PENALTY),
    )


def _out_of_fold_constant(sample: RosterSample, settings: Settings) -> Floats:
    fold = fold_numbers(sample.campaigns, settings.folds, settings.seed)
    lifts = np.array(
        [constant_lifts(sample, (fold != held).astype(float)) for held in range(settings.folds)]
    )
    own: Floats = lifts[fold[sample.cell_campaign]]
    return own


def _chosen(tuned: Tuned) -> dict[str, float]:
    chosen = {"pooling": tuned.poolings[0], "rounds": float(tuned.rounds)}
    if np.isfinite(tuned.ceilings[0]):
        chosen["ceiling"] = tuned.ceilings[0]
    chosen["curves"] = float(len(tuned.ceilings))
    if tuned.trees.trials:
        chosen |= {name: float(getattr(tuned.trees, name)) for name in SEARCHED}
    return chosen
