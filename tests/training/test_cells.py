"""Campaigns measured on simulated sales come out as they were simulated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from features.entities import Campaign
from tests.training.simulated_panels import FIRST_MONDAY, PanelSize, SimulatedPanel, simulate_panel
from training.arrays import Floats
from training.cells import PAST, Cells, build_cells
from training.residuals import campaign_effects
from training.settings import CellSettings
from training.weeks import last_day, weeks_before, window_weeks

QUIET = PanelSize(
    brands=1, campaigns=3, markets=10, weekly_sd=(0.0, 0.0), missing=0.0, mean_lift=0.05
)


def cells_of(panel: SimulatedPanel, settings: CellSettings = CellSettings()) -> Cells:
    return build_cells(panel.history, panel.campaigns, panel.assignments, settings)


def measured(panel: SimulatedPanel) -> tuple[Floats, Floats]:
    cells = cells_of(panel)
    return campaign_effects(cells.campaign, cells.outcome, cells.treatment, cells.weight)


@pytest.fixture(scope="module")
def panels() -> list[SimulatedPanel]:
    return [simulate_panel(seed) for seed in range(4)]


def test_effects_are_right_on_average_and_their_errors_honest(panels: list[SimulatedPanel]) -> None:
    found = [(*measured(panel), panel.log_lifts) for panel in panels]
    z = np.concatenate([(effect - truth) / error for effect, error, truth in found])
    assert abs(z.mean()) < 3 / np.sqrt(len(z))
    assert 0.8 < z.std() < 1.25
    effects, _, truths = (np.concatenate(part) for part in zip(*found, strict=True))
    assert stats.pearsonr(effects, truths).statistic > 0.6


def test_where_nothing_happened_nothing_is_found() -> None:
    found = [measured(simulate_panel(seed, effect=False)) for seed in (10, 11, 12)]
    z = np.concatenate([effect / error for effect, error in found])
    assert abs(z.mean()) < 3 / np.sqrt(len(z))
    assert 0.8 < z.std() < 1.25


def test_without_noise_effects_are_exact_though_campaigns_overlap() -> None:
    panel = simulate_panel(3, QUIET)
    effects, _ = measured(panel)
    assert panel.log_lifts.min() > 0.01
    assert effects == pytest.approx(panel.log_lifts, abs=1e-3)


def test_weights_follow_the_inverse_variance(panels: list[SimulatedPanel]) -> None:
    cells = cells_of(panels[0])
    by_market = np.array([cells.weight[cells.market == m].mean() for m in range(40)])
    assert stats.spearmanr(by_market, panels[0].sd ** -2.0).statistic > 0.85


def test_treatment_is_centred_within_campaigns(panels: list[SimulatedPanel]) -> None:
    cells = cells_of(panels[0])
    for number in range(len(cells.campaign_ids)):
        own = cells.of_campaign(number)
        assert cells.weight[own] @ cells.treatment[own] == pytest.approx(0.0, abs=1e-6)
        assert cells.weight[own] @ cells.outcome[own] == pytest.approx(0.0, abs=1e-6)
        assert np.all(cells.treatment[own][cells.treated[own]] > 0)


def test_cells_carry_names_past_and_recorded_propensities(panels: list[SimulatedPanel]) -> None:
    cells = cells_of(panels[0])
    assert cells.campaign_ids == tuple(f"c{i}" for i in range(24))
    assert cells.size == 24 * 40
    assert cells.past.shape == (cells.size, len(PAST))
    assert np.all(np.isfinite(cells.past))
    assert cells.drawn.all()
    assert np.all(cells.propensity == 0.5)


def test_what_went_on_before_is_the_mean_of_the_quarter(panels: list[SimulatedPanel]) -> None:
    panel = panels[0]
    cells = cells_of(panel)
    campaign = panel.campaigns[4]
    first = (campaign.starts_on - FIRST_MONDAY).days // 7
    brand = panel.history.brand_ids.index(campaign.brand_id)
    own = cells.of_campaign(4)
    quarter = (brand, cells.market[own], slice(first - 13, first))
    assert cells.before[own, 0] == pytest.approx(np.log(panel.history.price[quarter]).mean(axis=1))
    assert cells.before[own, 1] == pytest.approx(panel.history.discount[quarter].mean(axis=1))
    assert cells.before[own, 2] == pytest.approx(
        np.log1p(panel.history.media[quarter]).mean(axis=1)
    )


def test_one_wild_week_moves_its_campaign_little(panels: list[SimulatedPanel]) -> None:
    panel = panels[0]
    first = (panel.campaigns[0].starts_on - FIRST_MONDAY).days // 7
    wild = panel.times(20.0, brand=0, market=5, week=first + 1)
    calm_effect, calm_error = measured(panel)
    wild_effect, _ = measured(wild)
    assert abs(wild_effect[0] - calm_effect[0]) < 1.5 * calm_error[0]
    assert np.abs(wild_effect - calm_effect)[1:].max() < calm_error.max()


def test_unknown_propensities_are_estimated_from_the_past(panels: list[SimulatedPanel]) -> None:
    """Large markets are treated more often; one brand is a hundred times the size of another."""
    panel = panels[1]
    scale = np.array([0.1, 1.0, 10.0])[:, None, None]
    history = replace(panel.history, revenue=panel.history.revenue * scale)
    level = np.nanmean(np.log(history.revenue), axis=2)
    large = (level - level.mean(axis=1, keepdims=True)) / level.std(axis=1, keepdims=True)
    rows = panel.assignments
    number = rows["campaign_id"].str[1:].astype(int).to_numpy()
    size = large[number % 3, rows["market_id"].str[1:].astype(int)]
    truth = 1 / (1 + np.exp(-1.5 * size))
    own = number < 12
    chosen = np.random.default_rng(0).random(len(rows)) < truth
    rows = rows.assign(
        treated=np.where(own, chosen, rows["treated"]), propensity=rows["propensity"].where(~own)
    )
    cells = build_cells(history, panel.campaigns, rows, CellSettings())
    guessed = ~cells.drawn
    assert np.all(guessed == (cells.campaign < 12))
    assert np.all(cells.propensity[~guessed] == 0.5)
    expected = truth.reshape(24, 40)[cells.campaign, cells.market][guessed]
    found = cells.propensity[guessed]
    assert np.abs(found - expected).mean() < 0.1
    assert np.polyfit(found, expected, 1)[0] == pytest.approx(1.0, abs=0.25)
    for campaign in range(12):
        mask = cells.of_campaign(campaign)
        assert cells.propensity[mask].mean() == pytest.approx(cells.treated[mask].mean(), abs=0.03)


def test_what_falls_out_is_counted_by_reason() -> None:
    panel = simulate_panel(3, QUIET)
    one, two, three = panel.campaigns
    strange = replace(one, brand_id="b9", campaign_id="c9")
    late = replace(two, starts_on=date(2030, 1, 7), ends_on=date(2030, 1, 20), campaign_id="c8")
    lonely = replace(one, campaign_id="c7")
    rows = panel.assignments
    everywhere = rows["campaign_id"] == "c2"
    rows = rows.assign(treated=rows["treated"] | everywhere)
    extra = rows[rows["campaign_id"] == "c1"].assign(campaign_id="c8")
    unknown = rows.iloc[[0]].assign(market_id="m-none")
    revenue = panel.history.revenue.copy()
    revenue[0, 4, :] = np.nan  # market 4 never sold: a cell less in each of three campaigns
    cells = build_cells(
        replace(panel.history, revenue=revenue),
        (one, two, three, strange, late, lonely),
        pd.concat([rows, extra, unknown]),
        CellSettings(),
    )
    assert cells.campaign_ids == ("c0", "c1")
    assert cells.size == 18
    assert dict(cells.dropped) == {
        "campaign: brand has no sales": 1,
        "campaign: no assignments": 1,
        "campaign: no sales in its window": 1,
        "campaign: no treated or no held-out market left": 1,
        "cell: market has no sales of any brand": 1,
        "cell: too few weeks with sales": 3,
    }


def test_no_campaign_gives_no_cell() -> None:
    panel = simulate_panel(3, QUIET)
    cells = build_cells(panel.history, (), panel.assignments, CellSettings())
    assert cells.size == 0
    assert cells.campaign_ids == ()


def test_a_window_holds_the_weeks_whose_thursday_lies_in_it() -> None:
    mondays = np.array(["2024-01-01", "2024-01-08", "2024-01-15", "2024-01-22"], "datetime64[D]")
    # Thursdays are the 4th, 11th, 18th and 25th of January 2024.
    inside = window_weeks(mondays, date(2024, 1, 4), date(2024, 1, 18))
    assert inside.tolist() == [True, True, True, False]
    inside = window_weeks(mondays, date(2024, 1, 5), date(2024, 1, 17))
    assert inside.tolist() == [False, True, False, False]


def test_weeks_before_a_day_have_ended() -> None:
    mondays = np.array(["2024-01-01", "2024-01-08", "2024-01-15"], "datetime64[D]")
    assert weeks_before(mondays, date(2024, 1, 14)).tolist() == [True, False, False]
    assert weeks_before(mondays, date(2024, 1, 15)).tolist() == [True, True, False]


def test_the_last_day_is_a_sunday() -> None:
    panel = simulate_panel(3, replace(QUIET, weeks=100))
    assert last_day(panel.history) == date(2023, 12, 3)


def test_the_carry_over_belongs_to_the_window() -> None:
    campaign = Campaign("b0", "skincare", date(2024, 1, 1), date(2024, 1, 14))
    assert (campaign.window.first, campaign.window.last) == (date(2024, 1, 1), date(2024, 2, 11))
