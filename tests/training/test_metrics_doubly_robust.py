"""Doubly robust scores: unbiased where one half is wrong, and campaigns' effects where cells."""

from __future__ import annotations

import numpy as np
import pytest

from features.errors import MetricInputError
from tests.training.simulated_cells import simulate_cells
from training.metrics.doubly_robust import doubly_robust_cell_scores, doubly_robust_scores
from training.metrics.rate import rate_score
from training.residuals import campaign_effects


def test_one_right_half_is_enough() -> None:
    rng = np.random.default_rng(1)
    size = 100_000
    x = rng.uniform(size=size)
    propensity, untreated, effect = 0.2 + 0.6 * x, 3.0 * x, 1.0 + x
    treatment = (rng.random(size) < propensity).astype(float)
    outcome = untreated + effect * treatment + rng.normal(size=size)

    def average(chance: object, base: object, gain: object) -> float:
        without = np.broadcast_to(np.asarray(base, dtype=float), (size,))
        return float(
            doubly_robust_scores(
                outcome,
                treatment=treatment,
                propensity=np.broadcast_to(np.asarray(chance, dtype=float), (size,)),
                untreated=without,
                treated=without + np.asarray(gain, dtype=float),
            ).mean()
        )

    assert average(propensity, untreated, effect) == pytest.approx(1.5, abs=0.05)
    assert average(propensity, 7.0, -2.0) == pytest.approx(1.5, abs=0.2)
    assert average(0.5, untreated, effect) == pytest.approx(1.5, abs=0.05)
    assert average(0.5, 0.0, 0.0) > 2.0


def test_three_rows_by_hand() -> None:
    found = doubly_robust_scores(
        [5.0, 1.0, 2.0],
        treatment=[1, 0, 0],
        propensity=[0.5, 0.5, 0.2],
        untreated=[1.0, 2.0, 2.0],
        treated=[2.0, 2.0, 4.0],
    )
    # 1 + (5 − 2)/0.5, 0 − (1 − 2)/0.5, 2 − (2 − 2)/0.8
    assert found == pytest.approx([7.0, 2.0, 2.0])


def test_a_campaigns_mean_score_is_its_measured_effect() -> None:
    cells = simulate_cells(2, campaigns=9, markets=10, effect=0.05)
    weight = cells.weight * np.random.default_rng(3).uniform(0.5, 2.0, cells.size)
    dose = cells.treatment * np.linspace(0.3, 1.0, 9)[cells.campaign]
    measured, _ = campaign_effects(cells.campaign, cells.outcome, dose, weight)
    predicted = np.random.default_rng(4).normal(size=9)[cells.campaign]
    for guess in (np.zeros(cells.size), predicted):
        scores = doubly_robust_cell_scores(
            cells.outcome,
            treatment=dose,
            weight=weight,
            campaign=cells.campaign,
            predicted=guess,
        )
        for index in range(9):
            own = cells.of_campaign(index)
            assert np.average(scores[own], weights=weight[own]) == pytest.approx(measured[index])


def test_cell_scores_rank_as_the_true_effects_do() -> None:
    rng = np.random.default_rng(5)
    cells = simulate_cells(6, campaigns=400, markets=20, error=0.02, share=0.3, propensity=0.3)
    effect = rng.uniform(0.0, 0.1, cells.size)
    outcome = cells.outcome + cells.treatment * effect
    truth = rate_score(effect, effect)
    noise = []
    for guess in (np.zeros(cells.size), 0.5 * effect):
        scores = doubly_robust_cell_scores(
            outcome,
            treatment=cells.treatment,
            weight=cells.weight,
            campaign=cells.campaign,
            predicted=guess,
        )
        assert rate_score(scores, effect) == pytest.approx(truth, abs=0.003)
        assert abs(rate_score(scores, rng.random(cells.size))) < 0.003
        noise.append(float(np.var(scores - effect)))
    assert noise[1] < noise[0]


def test_refusals() -> None:
    two = [1.0, 2.0]
    with pytest.raises(MetricInputError, match=r"propensities between 0 and 1, found 0.5 to 1"):
        doubly_robust_scores(
            two, treatment=[0, 1], propensity=[0.5, 1.0], untreated=two, treated=two
        )
    with pytest.raises(MetricInputError, match=r"treatments of 0 or 1, found 0 to 0.3"):
        doubly_robust_scores(
            two, treatment=[0, 0.3], propensity=[0.5, 0.5], untreated=two, treated=two
        )
    with pytest.raises(MetricInputError, match=r"1 without, campaign 1 first"):
        doubly_robust_cell_scores(
            np.ones(4),
            treatment=[0.5, -0.5, 0.0, 0.0],
            weight=np.ones(4),
            campaign=np.array([0, 0, 1, 1]),
            predicted=np.zeros(4),
        )
