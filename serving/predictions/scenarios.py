"""Several rosters side by side: ranked by expected profit, told apart on the same draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from serving.messages.answers import Comparison, Difference, Estimate, Prediction, ScenarioResult
from training.arrays import Floats
from training.forecast import RosterForecast
from training.intervals import quantile_interval


def compare_scored(
    named: Sequence[tuple[str, RosterForecast]],
    predictions: Mapping[str, Prediction],
    *,
    margin: float,
    level: float,
) -> Comparison:
    """Rank scenarios by `incremental revenue × margin − cost`.

    Draws are shared: a draw in which the brand sells more, or in which all lifts are smaller,
    is the same draw for every scenario, so that what they share cancels in differences.
    """
    profits = np.stack([scored.revenue * margin - scored.cost for _, scored in named])
    expected = np.array([s.expected_revenue() * margin - s.cost for _, s in named])
    order = np.argsort(-expected, kind="stable")
    rank = {int(position): place + 1 for place, position in enumerate(order)}
    best = np.bincount(profits.argmax(axis=0), minlength=len(named)) / profits.shape[1]
    return Comparison(
        scenarios=[
            ScenarioResult(
                name=name,
                prediction=predictions[name],
                rank=rank[i],
                probability_best=float(best[i]),
                probability_pays_back=float(np.mean(profits[i] > 0)) if scored.cost > 0 else None,
            )
            for i, (name, scored) in enumerate(named)
        ],
        differences=[
            _difference(named[a], named[b], profits[a] - profits[b], level)
            for a, b in combinations([int(i) for i in order], 2)
        ],
    )


def _difference(
    better: tuple[str, RosterForecast],
    worse: tuple[str, RosterForecast],
    profit: Floats,
    level: float,
) -> Difference:
    (better_name, one), (worse_name, other) = better, worse
    return Difference(
        better=better_name,
        worse=worse_name,
        lift=_gap(one.lift - other.lift, one.expected_lift() - other.expected_lift(), level),
        incremental_revenue=_gap(
            one.revenue - other.revenue,
            one.expected_revenue() - other.expected_revenue(),
            level,
        ),
        probability=float(np.mean(profit > 0)),
    )


def _gap(draws: Floats, mean: float, level: float) -> Estimate:
    low, high = quantile_interval(draws, level)
    return Estimate(mean=mean, low=min(float(low), mean), high=max(float(high), mean))
