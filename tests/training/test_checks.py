"""Checks fire on planted faults and stay quiet without them; gates refuse a world of nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from tests.training.simulated_cells import simulate_cells
from training.checks import (
    balance,
    challenger,
    effect_beyond_chance,
    effect_size,
    enough_campaigns,
    overlap,
    placebo_p_value,
    refusals,
    run_checks,
    sample_ratio,
    skill,
    slope_beyond_zero,
    slope_near_one,
    standardised_difference,
)
from training.settings import GateSettings

GATES = GateSettings()
GOOD = {
    "campaigns": 60.0,
    "average_effect": 0.02,
    "average_effect_error": 0.002,
    "slope": 1.1,
    "slope_error": 0.15,
    "skill": 0.3,
    "skill_error": 0.1,
    "roster_averages_skill": 0.2,
}


def test_placebo_p_values_are_even_where_nothing_happened() -> None:
    p = [placebo_p_value(simulate_cells(1000 + seed), seed, 99) for seed in range(60)]
    assert 0.4 < np.mean(p) < 0.6
    assert stats.kstest(p, "uniform").pvalue > 0.01
    assert np.mean(np.array(p) <= 0.05) < 0.15


def test_placebo_p_values_are_tiny_where_something_did() -> None:
    p = [placebo_p_value(simulate_cells(seed, effect=0.03), seed, 99) for seed in range(10)]
    assert p == [0.01] * 10
    assert effect_beyond_chance(simulate_cells(1, effect=0.03), seed=0).passed
    assert not effect_beyond_chance(simulate_cells(1), seed=0).passed


def test_negative_effects_are_no_chance_either() -> None:
    assert placebo_p_value(simulate_cells(2, effect=-0.03), 0, 99) == 0.01


def test_the_placebo_repeats_itself() -> None:
    cells = simulate_cells(3)
    assert placebo_p_value(cells, 5, 50) == placebo_p_value(cells, 5, 50)


def test_cells_in_any_order_give_the_placebo_of_their_campaigns() -> None:
    cells = simulate_cells(4, effect=0.03)
    order = np.random.default_rng(0).permutation(cells.size)
    names = ("campaign", "market", "treated", "propensity", "drawn", "outcome", "treatment")
    moved = {name: getattr(cells, name)[order] for name in (*names, "weight", "past")}
    assert placebo_p_value(replace(cells, **moved), 0, 99) == 0.01


def test_sample_ratio_fires_when_shares_are_not_as_recorded() -> None:
    assert sample_ratio(simulate_cells(1), GATES).passed
    off = simulate_cells(1, markets=40, share=0.5, propensity=0.2)
    assert not sample_ratio(off, GATES).passed
    assert "20 of 20" in sample_ratio(off, GATES).found
    assert sample_ratio(simulate_cells(1, markets=40, share=0.2, propensity=0.2), GATES).passed
    nobody = replace(off, drawn=np.zeros(off.size, dtype=bool))
    assert sample_ratio(nobody, GATES).passed


def test_sample_ratio_allows_what_independent_draws_do() -> None:
    passed = []
    for seed in range(20):
        cells = simulate_cells(seed, campaigns=100, markets=30)
        coin = np.random.default_rng(seed).random(cells.size) < 0.5
        passed.append(sample_ratio(replace(cells, treated=coin), GATES).passed)
    assert all(passed)


def test_balance_fires_on_a_planted_imbalance() -> None:
    cells = simulate_cells(1, campaigns=100)
    assert balance(cells).passed
    past = cells.past.copy()
    past[:, 2] += 0.3 * cells.treated
    planted = replace(cells, past=past)
    assert not balance(planted).passed
    assert "deviation_13w" in balance(planted).found
    # Where markets were drawn an imbalance is chance; where they were chosen it is a fault.
    assert not balance(planted).gate
    assert balance(replace(planted, drawn=np.zeros(cells.size, dtype=bool))).gate


def test_the_standardised_difference_is_one_of_means_over_sd() -> None:
    cells = simulate_cells(2, campaigns=1, markets=400)
    column = cells.past[:, 0] + 0.5 * cells.treated
    means = column[cells.treated].mean() - column[~cells.treated].mean()
    assert standardised_difference(cells, column) == pytest.approx(means / column.std())
    assert standardised_difference(cells, np.ones(400)) == 0.0


def test_overlap_wants_both_sides_possible() -> None:
    cells = simulate_cells(1)
    assert overlap(cells).passed
    scores = cells.propensity.copy()
    scores[3] = 0.97
    assert not overlap(replace(cells, propensity=scores)).passed


@pytest.mark.parametrize(
    ("metric", "bad"),
    [("campaigns", 29.0), ("average_effect", 0.003), ("slope", 0.4), ("slope", 2.0)],
)
def test_each_gate_refuses_its_own_fault(metric: str, bad: float) -> None:
    cells = simulate_cells(1, campaigns=60, effect=0.02)
    assert refusals(run_checks(cells, dict(GOOD), GATES, 0)) == ()
    assert len(refusals(run_checks(cells, {**GOOD, metric: bad}, GATES, 0))) == 1


def test_gates_by_their_limits() -> None:
    assert enough_campaigns({"campaigns": 30.0}, GATES).passed
    assert effect_size({"average_effect": 0.02, "average_effect_error": 0.01}, GATES).passed
    assert not effect_size({"average_effect": -0.02, "average_effect_error": 0.001}, GATES).passed
    assert slope_beyond_zero({"slope": 0.5, "slope_error": 0.25}, GATES).passed
    assert not slope_beyond_zero({"slope": 0.49, "slope_error": 0.25}, GATES).passed
    # 0.5 ± 0.16 reaches 0.8 within two errors, 0.5 ± 0.14 does not.
    assert slope_near_one({"slope": 0.5, "slope_error": 0.16}, GATES).passed
    assert not slope_near_one({"slope": 0.5, "slope_error": 0.14}, GATES).passed
    assert not slope_near_one({"slope": 1.5, "slope_error": 0.14}, GATES).passed


def test_a_slope_that_cannot_be_measured_passes_nothing() -> None:
    unknown = {"slope": float("nan"), "slope_error": float("inf")}
    assert not slope_beyond_zero(unknown, GATES).passed
    assert not slope_near_one(unknown, GATES).passed


def test_skill_and_challenger_warn_and_do_not_stop() -> None:
    poor = {**GOOD, "skill": -0.1}
    assert not skill(poor).passed
    assert not challenger(poor).passed
    cells = simulate_cells(1, campaigns=60, effect=0.02)
    verdicts = run_checks(cells, poor, GATES, 0)
    assert refusals(verdicts) == ()
    gates = [verdict.gate for verdict in verdicts]
    assert gates == sorted(gates, reverse=True)


def test_a_world_of_nothing_is_refused_with_reasons() -> None:
    nothing = {**GOOD, "average_effect": 0.001, "slope": 0.1, "slope_error": 0.5}
    reasons = refusals(run_checks(simulate_cells(1, campaigns=60), nothing, GATES, 0))
    assert len(reasons) == 3
    assert any("shuffled" in reason and "expected p < 0.01" in reason for reason in reasons)
