"""What holds for every ranking metric: order of rows, scale of predictions, weights, bad input."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from features.errors import MetricInputError
from training.arrays import Floats
from training.metrics.measured import calibration_error
from training.metrics.policy import policy_value
from training.metrics.rate import rate_score, toc_curve
from training.metrics.uplift import auuc_score, qini_curve, qini_score, uplift_at

#: (outcome or score, prediction, treatment, weight) → metric
Metric = Callable[[Floats, Floats, Floats, Floats | None], float]

METRICS: dict[str, Metric] = {
    "qini": lambda y, u, w, n: qini_score(y, u, treatment=w, weight=n),
    "qini in outcomes": lambda y, u, w, n: qini_score(y, u, treatment=w, weight=n, scale="none"),
    "auuc": lambda y, u, w, n: auuc_score(y, u, treatment=w, weight=n),
    "auuc to the end": lambda y, u, w, n: auuc_score(y, u, treatment=w, weight=n, scale="final"),
    "uplift at 30 %": lambda y, u, w, n: uplift_at(y, u, 0.3, treatment=w, weight=n),
    "uplift at 45 % of all": lambda y, u, w, n: uplift_at(
        y, u, 0.45, treatment=w, weight=n, strategy="overall"
    ),
    "qini with propensities": lambda y, u, w, n: qini_score(
        y, u, treatment=w, weight=n, propensity=np.where(y > 0, 0.6, 0.3)
    ),
    "autoc": lambda y, u, w, n: rate_score(y - w, u, weight=n),
    "rate by qini": lambda y, u, w, n: rate_score(y - w, u, weight=n, weighting="qini"),
    "policy": lambda y, u, w, n: policy_value(y - w, u, share=0.35, weight=n),
}
every_metric = pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)


@pytest.fixture
def rows() -> tuple[Floats, Floats, Floats]:
    """Outcomes of 0 and 1, predictions with ties, treatments."""
    rng = np.random.default_rng(1)
    treatment, predicted = rng.integers(0, 2, 80).astype(float), np.round(rng.normal(size=80), 1)
    outcome = (rng.random(80) < 0.3 + 0.2 * treatment * (predicted > 0)).astype(float)
    return outcome, predicted, treatment


@every_metric
def test_only_the_order_of_predictions_counts(
    metric: Metric, rows: tuple[Floats, Floats, Floats]
) -> None:
    y, u, w = rows
    plain = metric(y, u, w, None)
    assert metric(y, np.exp(3 * u) - 5, w, None) == pytest.approx(plain, abs=1e-12)
    assert metric(y, -u, w, None) != pytest.approx(plain, abs=1e-3)


@every_metric
def test_the_order_of_rows_does_not_count(
    metric: Metric, rows: tuple[Floats, Floats, Floats]
) -> None:
    y, u, w = rows
    for seed in range(5):
        moved = np.random.default_rng(seed).permutation(80)
        assert metric(y[moved], u[moved], w[moved], None) == pytest.approx(
            metric(y, u, w, None), abs=1e-12
        )


@every_metric
def test_a_weight_counts_a_row_so_many_times(
    metric: Metric, rows: tuple[Floats, Floats, Floats]
) -> None:
    y, u, w = rows
    count = np.random.default_rng(2).integers(0, 4, 80)
    written_out = metric(np.repeat(y, count), np.repeat(u, count), np.repeat(w, count), None)
    weight = count.astype(float)
    assert metric(y, u, w, weight) == pytest.approx(written_out, abs=1e-12)
    assert metric(y, u, w, 5.5 * weight) == pytest.approx(written_out, abs=1e-12)
    assert metric(y, u, w, np.ones(80)) == pytest.approx(metric(y, u, w, None), abs=1e-12)


@every_metric
def test_bad_columns_are_refused(metric: Metric, rows: tuple[Floats, Floats, Floats]) -> None:
    y, u, w = rows
    with pytest.raises(MetricInputError, match="flat arrays of one length"):
        metric(y, u[:-1], w, None)
    with pytest.raises(MetricInputError, match="flat arrays of one length"):
        metric(y[:0], u[:0], w[:0], None)
    with pytest.raises(MetricInputError, match=r"finite numbers, found others in (uplift|prio)"):
        metric(y, np.where(u > 1, np.nan, u), w, None)
    with pytest.raises(MetricInputError, match="weights of 0 or more, found weights from -1 to 1"):
        metric(y, u, w, np.where(u > 1, -1.0, 1.0))
    with pytest.raises(MetricInputError, match="weights of 0 or more, found weights from 0 to 0"):
        metric(y, u, w, np.zeros(80))


def test_tables_of_columns_are_refused() -> None:
    with pytest.raises(MetricInputError, match=r"calibration_error|squared"):
        calibration_error(np.ones((4, 2)), np.ones((4, 2)), np.ones((4, 2)))


def test_shares_of_curves_rise_to_one_through_weights_of_zero(
    rows: tuple[Floats, Floats, Floats],
) -> None:
    y, u, w = rows
    weight = np.where(u > 1, 0.0, 1.0)
    for curve in (
        qini_curve(y, u, treatment=w, weight=weight),
        toc_curve(y, u, weight=weight),
    ):
        assert (np.diff(curve.share) > 0).all()
        assert curve.share[-1] == pytest.approx(1.0)
        assert len(curve.share) == len(curve.value)
