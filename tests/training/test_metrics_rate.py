"""RATE and the TOC against the integral by brute force, calculus and grf's sum."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.training.slow_uplift import parts_in_top
from training.arrays import Floats
from training.metrics.rate import Weighting, rate_score, toc_curve


def slow_toc(scores: Floats, priority: Floats, share: float) -> float:
    """Mean score of the top share minus the mean of all."""
    parts = np.array(parts_in_top(priority.tolist(), share))
    return float(parts @ scores / parts.sum() - scores.mean())


def grf_sum(scores: Floats, priority: Floats, weighting: Weighting) -> float:
    """RATE as grf's `estimate_rate` sums it, for priorities without ties and weights of 1."""
    ordered = scores[np.argsort(-priority)]
    share = np.arange(1, len(scores) + 1) / len(scores)
    toc = np.cumsum(ordered) / np.arange(1, len(scores) + 1) - scores.mean()
    return float(np.mean(toc if weighting == "autoc" else share * toc))


@pytest.mark.parametrize("weighting", ["autoc", "qini"])
@pytest.mark.parametrize("decimals", [8, 0])
def test_rate_is_the_integral_of_the_toc(weighting: Weighting, decimals: int) -> None:
    rng = np.random.default_rng(1)
    scores, priority = rng.normal(size=11), np.round(rng.normal(size=11), decimals)
    grid = (np.arange(2_000) + 0.5) / 2_000
    height = [slow_toc(scores, priority, q) * (q if weighting == "qini" else 1.0) for q in grid]
    found = rate_score(scores, priority, weighting=weighting)
    assert found == pytest.approx(np.mean(height), abs=4e-4)


def test_toc_points_are_those_of_the_slow_curve() -> None:
    rng = np.random.default_rng(2)
    scores, priority = rng.normal(size=30), np.round(rng.normal(size=30), 1)
    curve = toc_curve(scores, priority)
    assert len(curve.share) == len(set(priority))
    assert curve.value == pytest.approx([slow_toc(scores, priority, q) for q in curve.share])
    assert curve.share[-1] == pytest.approx(1.0)
    assert curve.value[-1] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("weighting", ["autoc", "qini"])
def test_sign_and_scale_are_those_of_grf(weighting: Weighting) -> None:
    rng = np.random.default_rng(3)
    priority = rng.normal(size=5_000)
    scores = np.maximum(priority, 0.0) + rng.normal(size=5_000)
    expected = grf_sum(scores, priority, weighting)
    assert expected > 0.05
    assert rate_score(scores, priority, weighting=weighting) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(("weighting", "truth"), [("autoc", 1 / 4), ("qini", 1 / 12)])
def test_uniform_effects_have_a_rate_known_by_calculus(weighting: Weighting, truth: float) -> None:
    # Effects are uniform in 0 to 1: TOC(q) = (1 − q/2) − 1/2.
    effects = (np.arange(2_000) + 0.5) / 2_000
    assert rate_score(effects, effects, weighting=weighting) == pytest.approx(truth, abs=1e-3)
    reverse = rate_score(effects, -effects, weighting=weighting)
    # The top share q of the reverse has a mean of q/2: the mirror image.
    assert reverse == pytest.approx(-truth, abs=1e-3)


def test_two_units_by_hand() -> None:
    # TOC is 1 up to a half, then 1/q − 1: 1/2 + (ln 2 − 1/2).
    assert rate_score([2.0, 0.0], [1.0, 0.0]) == pytest.approx(math.log(2.0))
    assert rate_score([2.0, 0.0], [1.0, 0.0], weighting="qini") == pytest.approx(0.25)
    assert rate_score([2.0, 0.0], [1.0, 1.0]) == 0.0


@pytest.mark.parametrize("weighting", ["autoc", "qini"])
def test_a_random_priority_has_a_rate_of_zero_on_average(weighting: Weighting) -> None:
    rng = np.random.default_rng(4)
    found = [
        rate_score(rng.exponential(size=200), rng.random(200), weighting=weighting)
        for _ in range(500)
    ]
    error = np.std(found, ddof=1) / math.sqrt(500)
    assert abs(np.mean(found)) < 3 * error
    assert error < 0.01
