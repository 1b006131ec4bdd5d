"""Calibration errors against loops over pairs, and against truth that only simulation knows."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest

from features.errors import MetricInputError
from training.arrays import Floats
from training.metrics.measured import (
    calibration_curve,
    calibration_error,
    squared_calibration_error,
)


def slow_squared_error(predicted: Floats, measured: Floats, error: Floats, bins: int) -> float:
    """Loops over bins of equal size and over ordered pairs of their campaigns; no ties."""
    ranked = sorted(range(len(predicted)), key=lambda i: predicted[i])
    total, size = 0.0, 0
    for number in range(bins):
        own = [i for r, i in enumerate(ranked) if int((r + 0.5) / len(ranked) * bins) == number]
        products, weights = 0.0, 0.0
        for i, j in permutations(own, 2):
            weight = 1 / (error[i] * error[j]) ** 2
            products += weight * (measured[i] - predicted[i]) * (measured[j] - predicted[j])
            weights += weight
        total += len(own) * products / weights
        size += len(own)
    return total / size


def _campaigns(seed: int, size: int = 60) -> tuple[Floats, Floats, Floats]:
    rng = np.random.default_rng(seed)
    truth, error = rng.uniform(0.0, 0.05, size), rng.uniform(0.01, 0.03, size)
    return truth, truth + rng.normal(0, error), error


@pytest.mark.parametrize("bins", [1, 3, 5, 8])
def test_pairs_by_slow_loops(bins: int) -> None:
    predicted, measured, error = _campaigns(1, 47)
    expected = slow_squared_error(predicted, measured, error, bins)
    found = squared_calibration_error(predicted, measured, error, bins=bins)
    assert found == pytest.approx(expected, rel=1e-9)


def test_four_campaigns_by_hand() -> None:
    predicted, measured, error = [1.0, 2.0, 3.0, 4.0], [1.5, 2.5, 2.0, 5.0], [1.0] * 4
    # Gaps are 0.5, 0.5 | −1, 1: products of each bin's pair are 1/4 and −1.
    assert squared_calibration_error(predicted, measured, error, bins=2) == pytest.approx(-0.375)
    assert calibration_error(predicted, measured, error, bins=2) == 0.0
    assert calibration_error(predicted[:2], measured[:2], error[:2], bins=2) == pytest.approx(0.5)
    curve = calibration_curve(predicted, measured, error, bins=2)
    assert curve.predicted == pytest.approx([1.5, 3.5])
    assert curve.measured == pytest.approx([2.0, 3.5])
    assert curve.error == pytest.approx([math.sqrt(0.5)] * 2)
    assert curve.campaigns.tolist() == [2, 2]


def test_noise_alone_is_no_error_on_average() -> None:
    found, with_noise = [], []
    for seed in range(400):
        predicted, measured, error = _campaigns(seed)
        found.append(squared_calibration_error(predicted, measured, error))
        curve = calibration_curve(predicted, measured, error)
        with_noise.append(np.mean((curve.measured - curve.predicted) ** 2))
    spread = np.std(found, ddof=1) / math.sqrt(400)
    assert abs(np.mean(found)) < 3 * spread
    assert np.mean(with_noise) > 10 * spread


@pytest.mark.parametrize(("shift", "stretch"), [(0.02, 1.0), (0.0, 0.5), (-0.01, 1.3)])
def test_a_known_miscalibration_is_found(shift: float, stretch: float) -> None:
    truth, measured, error = _campaigns(3, 20_000)
    predicted = shift + stretch * truth
    edges = np.quantile(truth, np.linspace(0, 1, 6))
    gaps = [
        (truth - predicted)[(truth >= low) & (truth <= high)].mean()
        for low, high in zip(edges, edges[1:], strict=False)
    ]
    expected = math.sqrt(np.mean(np.square(gaps)))
    assert calibration_error(predicted, measured, error) == pytest.approx(expected, rel=0.08)


def test_understated_errors_still_leave_noise_out() -> None:
    found = []
    for seed in range(300):
        predicted, measured, error = _campaigns(seed)
        found.append(squared_calibration_error(predicted, measured, error / 10))
    assert abs(np.mean(found)) < 3 * np.std(found, ddof=1) / math.sqrt(300)


def test_equal_predictions_share_a_bin() -> None:
    _, measured, error = _campaigns(4)
    constant = np.full(60, 0.02)
    curve = calibration_curve(constant, measured, error)
    assert curve.campaigns.tolist() == [60]
    one = squared_calibration_error(constant, measured, error)
    assert one == pytest.approx(squared_calibration_error(constant, measured, error, bins=1))
    # A campaign alone in its bin has no other to be compared with.
    lone = np.array([0.0] * 9 + [1.0])
    found = squared_calibration_error(lone, measured[:10], error[:10], bins=5)
    assert found == pytest.approx(
        squared_calibration_error(lone[:9], measured[:9], error[:9], bins=1)
    )


def test_refusals() -> None:
    with pytest.raises(MetricInputError, match="two or more campaigns, found one"):
        calibration_error([1.0], [1.0], [1.0])
    with pytest.raises(MetricInputError, match="standard errors above 0, found 0"):
        calibration_curve([1.0, 2.0], [1.0, 2.0], [1.0, 0.0])
