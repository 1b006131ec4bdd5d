"""The cluster interval against a formula, by its coverage, and where halves have no value."""

from __future__ import annotations

import math

import numpy as np
import pytest

from features.errors import MetricInputError
from training.arrays import Floats, Integers
from training.metrics.clusters import Interval, cluster_interval
from training.metrics.measured import calibration_slope
from training.metrics.rate import rate_score
from training.metrics.truth import choice_regret_error
from training.metrics.uplift import qini_score


def _clustered(rng: np.random.Generator, clusters: int, rows: int) -> tuple[Floats, Integers]:
    """Values of mean 0 whose clusters share half of their variance."""
    cluster = np.repeat(np.arange(clusters), rows)
    return rng.normal(size=clusters)[cluster] + rng.normal(size=clusters * rows), cluster


@pytest.mark.parametrize("clusters", [7, 8, 60])
def test_the_error_of_a_mean_is_that_of_the_cluster_means(clusters: int) -> None:
    values, cluster = _clustered(np.random.default_rng(clusters), clusters, 5)
    found = cluster_interval(lambda rows: values[rows].mean(), cluster, seed=1, draws=5_000)
    means = values.reshape(clusters, 5).mean(axis=1)
    expected = means.std(ddof=1) / math.sqrt(clusters)
    assert found.value == pytest.approx(values.mean())
    assert found.error == pytest.approx(expected, rel=0.04)


def _interval_of_the_mean(values: Floats, cluster: Integers, seed: int) -> Interval:
    return cluster_interval(lambda rows: values[rows].mean(), cluster, seed=seed, draws=100)


def test_coverage_is_nominal_by_clusters_and_too_low_by_rows() -> None:
    rng = np.random.default_rng(3)
    by_clusters, by_rows = 0, 0
    for world in range(300):
        values, cluster = _clustered(rng, 20, 6)
        found = _interval_of_the_mean(values, cluster, world)
        by_clusters += found.low <= 0.0 <= found.high
        found = _interval_of_the_mean(values, np.arange(120), world)
        by_rows += found.low <= 0.0 <= found.high
    # 0.90 ± 3 · 0.017; rows claim 2/6 where a cluster's mean has a variance of 7/6.
    assert 0.85 < by_clusters / 300 < 0.95
    assert by_rows / 300 < 0.75


def _interval_of_the_rate(scores: Floats, priority: Floats, seed: int) -> Interval:
    return cluster_interval(
        lambda rows: rate_score(scores[rows], priority[rows]),
        np.arange(len(scores)), seed=seed, draws=100,
    )  # fmt: skip


def test_the_rate_of_campaigns_is_covered() -> None:
    rng = np.random.default_rng(4)
    truth, held = 0.25, 0  # of effects that are uniform in 0 to 1, ranked without error
    for world in range(150):
        effect = rng.uniform(size=60)
        found = _interval_of_the_rate(effect + rng.normal(0, 0.5, 60), effect, world)
        held += found.low <= truth <= found.high
    assert 0.83 < held / 150 < 0.97


def test_every_metric_is_a_statistic() -> None:
    rng = np.random.default_rng(5)
    campaign = np.repeat(np.arange(40), 12)
    treatment, predicted = rng.integers(0, 2, 480), rng.uniform(size=480)
    outcome = (rng.random(480) < 0.2 + 0.5 * predicted * treatment).astype(float)
    qini = cluster_interval(
        lambda rows: qini_score(outcome[rows], predicted[rows], treatment=treatment[rows]),
        campaign, seed=0, draws=200,
    )  # fmt: skip
    assert 0 < qini.low < qini.value < qini.high

    error = rng.uniform(0.1, 0.2, 480)
    measured = predicted + rng.normal(0, error)
    slope = cluster_interval(
        lambda rows: calibration_slope(predicted[rows], measured[rows], error[rows]).value,
        np.arange(480), seed=0, draws=600,
    )  # fmt: skip
    sandwich = calibration_slope(predicted, measured, error)
    assert slope.error == pytest.approx(sandwich.error, rel=0.1)

    # Alternatives of one question are one cluster: no question comes twice into a half.
    regret = cluster_interval(
        lambda rows: choice_regret_error(predicted[rows], measured[rows], campaign[rows]),
        campaign, seed=0, draws=200,
    )  # fmt: skip
    assert 0 < regret.error < 0.1


def test_seed_level_and_row_order() -> None:
    rng = np.random.default_rng(6)
    values, cluster = _clustered(rng, 30, 4)

    def mean(rows: Integers) -> float:
        return float(values[rows].mean())

    first = cluster_interval(mean, cluster, seed=1)
    assert cluster_interval(mean, cluster, seed=1) == first
    assert cluster_interval(mean, cluster, seed=2) != first
    wide = cluster_interval(mean, cluster, seed=1, level=0.99)
    assert wide.low < first.low < first.value < first.high < wide.high
    names = cluster_interval(mean, 1000 - 7 * cluster, seed=1, draws=4_000)
    assert names.error == pytest.approx(first.error, rel=0.08)


def test_halves_without_a_value_leave_the_metric_unbounded() -> None:
    outcome, treatment = np.array([1.0, 0.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0, 0.0])

    def qini(rows: Integers) -> float:
        return qini_score(outcome[rows], -rows.astype(float), treatment=treatment[rows])

    found = cluster_interval(qini, np.arange(4), seed=0, draws=100)  # half of the halves fail
    assert found.value == qini(np.arange(4))
    assert (found.error, found.low, found.high) == (math.inf, -math.inf, math.inf)


def test_a_few_halves_without_a_value_are_left_out() -> None:
    values = np.random.default_rng(7).normal(size=40)

    def now_and_then(rows: Integers) -> float:
        return float("nan") if {0, 1, 2, 3, 4} <= set(rows.tolist()) else float(values[rows].mean())

    found = cluster_interval(now_and_then, np.arange(40), seed=0, draws=2_000)
    assert math.isnan(found.value)
    assert found.error == pytest.approx(values.std(ddof=1) / math.sqrt(40), rel=0.1)


def test_one_cluster_is_refused() -> None:
    with pytest.raises(MetricInputError, match="two or more clusters, found one"):
        cluster_interval(lambda rows: 0.0, np.zeros(9), seed=0)
