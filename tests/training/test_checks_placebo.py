"""Placebos find nothing where nothing happened, and the rest is called by its name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from tests.training.simulated_cells import simulate_cells
from tests.training.simulated_panels import PanelSize, SimulatedPanel, simulate_panel
from training.cells import Cells, build_cells
from training.checks.placebo import (
    PLACEBO_WEEKS,
    effect_beyond_chance,
    placebo_in_time,
    placebo_p_value,
    rejection_rate,
    share_holding_zero,
    shuffled_averages,
    size_of_test,
)
from training.residuals import demean
from training.settings import CellSettings


def earlier(panel: SimulatedPanel) -> Cells:
    return build_cells(
        panel.history,
        panel.campaigns,
        panel.assignments,
        CellSettings(),
        moved_back=PLACEBO_WEEKS,
    )


def test_p_values_are_even_where_nothing_happened() -> None:
    p = [placebo_p_value(simulate_cells(1000 + seed), seed, 99) for seed in range(60)]
    assert 0.4 < np.mean(p) < 0.6
    assert stats.kstest(p, "uniform").pvalue > 0.01
    assert np.mean(np.array(p) <= 0.05) < 0.15


def test_p_values_are_tiny_where_something_did() -> None:
    p = [placebo_p_value(simulate_cells(seed, effect=0.03), seed, 99) for seed in range(10)]
    assert p == [0.01] * 10
    assert placebo_p_value(simulate_cells(2, effect=-0.03), 0, 99) == 0.01
    assert effect_beyond_chance(simulate_cells(1, effect=0.03), seed=0).passed
    assert not effect_beyond_chance(simulate_cells(1), seed=0).passed


def test_the_placebo_repeats_itself() -> None:
    cells = simulate_cells(3)
    assert placebo_p_value(cells, 5, 50) == placebo_p_value(cells, 5, 50)
    assert placebo_p_value(cells, 5, 50) != placebo_p_value(cells, 6, 50)


def test_cells_in_any_order_give_the_placebo_of_their_campaigns() -> None:
    cells = simulate_cells(4, effect=0.03)
    order = np.random.default_rng(0).permutation(cells.size)
    names = ("campaign", "market", "treated", "propensity", "drawn", "outcome", "treatment")
    moved = {name: getattr(cells, name)[order] for name in (*names, "weight", "past", "before")}
    assert placebo_p_value(replace(cells, **moved), 0, 99) == 0.01


def test_shuffled_averages_by_slow_loops() -> None:
    """One shuffle of two campaigns of three markets has few outcomes: all can be listed."""
    cells = simulate_cells(5, campaigns=2, markets=3, share=0.34)
    weight = np.array([1.0, 2.0, 3.0, 1.0, 1.0, 2.0])
    cells = replace(cells, weight=weight)
    known = []
    for first in range(3):
        for second in range(3):
            treated = np.zeros(6)
            treated[[first, 3 + second]] = 1.0
            moved = demean(treated - 0.5, weight, cells.campaign)
            known.append(
                (
                    weight @ (moved * cells.outcome) / (weight @ moved**2),
                    (weight @ moved**2) ** -0.5,
                )
            )
    found = np.stack(shuffled_averages(cells, cells.outcome, seed=0, shuffles=400), axis=1)
    nearest = np.abs(found[:, None, :] - np.array(known)[None]).sum(axis=2).argmin(axis=1)
    assert found == pytest.approx(np.array(known)[nearest])
    assert stats.chisquare(np.bincount(nearest, minlength=9)).pvalue > 0.001


def test_tests_of_the_right_size_pass_whatever_the_effect() -> None:
    for effect in (0.0, 0.05):
        worlds = [simulate_cells(seed, campaigns=80, effect=effect) for seed in range(5)]
        rates = [rejection_rate(cells, seed) for seed, cells in enumerate(worlds)]
        assert np.mean(rates) == pytest.approx(0.05, abs=0.01)
        assert all(0.03 <= rate <= 0.07 for rate in rates)


@pytest.mark.parametrize(("factor", "passed"), [(1.0, True), (0.5, False), (2.0, False)])
def test_standard_errors_of_the_wrong_size_are_found(factor: float, passed: bool) -> None:
    """Too small ones reject too often, too large ones too seldom."""
    cells = simulate_cells(1, effect=0.02)
    verdict = size_of_test(replace(cells, weight=cells.weight / factor**2), seed=0)
    assert verdict.passed == passed
    assert not verdict.gate


def test_eight_weeks_back_there_is_nothing() -> None:
    """However large the campaigns' effects are: those of others are taken out, as always."""
    found = [earlier(simulate_panel(seed, PanelSize(mean_lift=0.10))) for seed in range(3)]
    assert np.mean([share_holding_zero(cells) for cells in found]) == pytest.approx(0.8, abs=0.1)
    assert all(placebo_in_time(cells).passed for cells in found)


def test_windows_that_reach_into_the_campaign_are_cut_at_its_start() -> None:
    """Windows of six to eight weeks and more moved eight weeks back touch no running week."""
    quiet = PanelSize(brands=1, campaigns=3, markets=10, weekly_sd=(0.0, 0.0), missing=0.0)
    cells = earlier(simulate_panel(3, replace(quiet, mean_lift=0.2)))
    assert np.abs(cells.outcome).max() < 2e-3


def test_markets_that_were_rising_already_are_found() -> None:
    """Treated markets grow by 4 % in the quarter before: a trend, taken for an effect."""
    panel = simulate_panel(1, effect=False)
    revenue = panel.history.revenue.copy()
    rows = panel.assignments.assign(propensity=np.nan)
    for campaign in panel.campaigns:
        own = rows[(rows["campaign_id"] == campaign.campaign_id) & rows["treated"]]
        markets = [panel.history.market_ids.index(market) for market in own["market_id"]]
        first = (campaign.starts_on - panel.history.weeks[0].astype(object)).days // 7
        brand = panel.history.brand_ids.index(campaign.brand_id)
        revenue[brand, markets, first - 8 : first] *= 1.04
    rising = replace(panel, history=replace(panel.history, revenue=revenue), assignments=rows)
    verdict = placebo_in_time(earlier(rising))
    assert not verdict.passed
    assert verdict.gate  # nobody drew these markets


def test_without_earlier_sales_nothing_can_be_shown() -> None:
    panel = simulate_panel(1)
    nothing = build_cells(panel.history, (), panel.assignments, CellSettings())
    assert not placebo_in_time(nothing).passed
