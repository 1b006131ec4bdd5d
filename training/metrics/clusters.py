"""Intervals of metrics whose rows come in clusters: markets of one campaign err together.

See also: every metric of `training.metrics`; each takes rows, so each can be a statistic here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from features.errors import MetricInputError
from training.arrays import Booleans, Integers
from training.metrics.columns import columns

#: With a smaller part of halves that have a value, nothing bounds the metric.
_FEWEST_DEFINED = 0.9


@dataclass(frozen=True)
class Interval:
    """A metric of all rows, its standard error, and the bounds of its interval."""

    value: float
    error: float
    low: float
    high: float


def cluster_interval(
    statistic: Callable[[Integers], float],
    clusters: ArrayLike,
    *,
    seed: int,
    level: float = 0.9,
    draws: int = 1_000,
) -> Interval:
    """Half-sample cluster bootstrap: the metric on random halves of the clusters.

    How far the metric of a half scatters is its standard error on all clusters (Præstgaard &
    Wellner 1993; Yadlowsky et al. 2021 prove it for RATE, grf uses it); bounds are Student's,
    with one degree of freedom fewer than clusters, around the value of all rows. No cluster
    comes twice into a half, as it would when drawn with replacement: copies would be tied in
    every ranking and vouch for themselves where a metric compares a campaign with the others.
    Every half is used with the half it leaves, so odd numbers of clusters are served too.

    Args:
        statistic: the metric of some rows, given as their numbers: `lambda rows:
            qini_score(y[rows], uplift[rows], treatment=treated[rows])`. Differences of two
            metrics over the same rows are one statistic: a paired interval.
        clusters: number of each row's cluster, such as its campaign [row].
        level: between 0 and 1.
        draws: halves, an even number.

    Returns:
        Unbounded where more than a tenth of the halves have no value (NaN, or an error of the
        metric: one side of the treatment is missing).

    Raises:
        MetricInputError: there are fewer than two clusters, or the metric of all rows raises it.
    """
    (number,) = columns("cluster_interval", clusters=clusters)
    cluster = np.unique(number, return_inverse=True)[1]
    size = int(cluster.max()) + 1
    if size < 2:
        raise MetricInputError("cluster_interval", "two or more clusters", "one", "Add campaigns.")
    value = float(statistic(np.arange(len(cluster))))
    draw = np.random.default_rng(seed)
    found: list[float] = []
    for _ in range(draws // 2):
        half = (draw.permutation(size) < size // 2)[cluster]
        found += [_value_or_nan(statistic, rows) for rows in (half, ~half)]
    defined = np.isfinite(found)
    if defined.mean() < _FEWEST_DEFINED:
        return Interval(value, np.inf, -np.inf, np.inf)
    error = float(np.std(np.array(found)[defined], ddof=1))
    reach = float(stats.t.ppf((1.0 + level) / 2.0, size - 1)) * error
    return Interval(value, error, value - reach, value + reach)


def _value_or_nan(statistic: Callable[[Integers], float], rows: Booleans) -> float:
    try:
        return float(statistic(np.flatnonzero(rows)))
    except MetricInputError:
        return float("nan")
