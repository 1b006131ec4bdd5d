"""Checks of the design fire on planted faults and stay quiet without them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.training.simulated_cells import simulate_cells
from training.arrays import Floats
from training.cells import BEFORE, Cells
from training.checks.design import (
    balance,
    chance_difference,
    effective_share,
    effective_size,
    overlap,
    sample_ratio,
    standardised_difference,
    standardised_differences,
)
from training.settings import GateSettings

GATES = GateSettings()


def with_propensities(cells: Cells, chance: Floats) -> Cells:
    treated = np.random.default_rng(0).random(cells.size) < chance
    return replace(cells, propensity=chance, treated=treated)


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


def test_overlap_wants_both_sides_possible() -> None:
    cells = simulate_cells(1)
    assert overlap(cells).passed
    scores = cells.propensity.copy()
    scores[3] = 0.97
    assert not overlap(replace(cells, propensity=scores)).passed


def test_one_chance_for_all_markets_of_a_campaign_costs_no_effective_size() -> None:
    """Also where few are held out, and where campaigns differ in their share."""
    assert effective_share(simulate_cells(1, share=0.9, propensity=0.9)) == pytest.approx(1.0)
    cells = simulate_cells(1)
    by_campaign = np.where(cells.campaign % 2 == 0, 0.2, 0.7)
    assert effective_share(with_propensities(cells, by_campaign)) == pytest.approx(1.0)


def test_the_effective_size_by_slow_loops() -> None:
    chance = np.random.default_rng(1).uniform(0.1, 0.9, 240)
    cells = with_propensities(simulate_cells(1), chance)
    total = 0.0
    for campaign in range(20):
        for side in (True, False):
            own = [
                i for i in np.flatnonzero(cells.campaign == campaign) if cells.treated[i] == side
            ]
            weights = [1 / (chance[i] if side else 1 - chance[i]) for i in own]
            if own:
                total += sum(weights) ** 2 / sum(w**2 for w in weights)
    assert effective_share(cells) == pytest.approx(total / 240)


def test_a_few_unlikely_markets_fail_the_effective_size() -> None:
    """One market in ten had a chance of 2 % to be where it was, the others of 90 %."""
    cells = simulate_cells(1, markets=40)
    own_side = np.where(cells.market % 10 == 0, 0.02, 0.9)
    unlikely = replace(cells, propensity=np.where(cells.treated, own_side, 1 - own_side))
    assert effective_size(cells).passed
    assert not effective_size(unlikely).passed
    assert effective_size(unlikely).gate


@pytest.mark.parametrize("place", [0, 1, 2])
def test_balance_fires_on_prices_discounts_and_media(place: int) -> None:
    cells = simulate_cells(1, campaigns=200, markets=20)
    assert balance(cells).passed
    before = cells.before.copy()
    before[:, place] += 0.3 * cells.treated
    planted = balance(replace(cells, before=before))
    assert not planted.passed
    assert BEFORE[place] in planted.found


def test_balance_fires_on_a_planted_imbalance_of_the_past() -> None:
    cells = simulate_cells(1, campaigns=200, markets=20)
    past = cells.past.copy()
    past[:, 2] -= 0.3 * cells.treated
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
    assert standardised_difference(cells, np.full(400, np.nan)) == 0.0


def test_cells_weigh_in_a_difference_as_they_do_in_the_effect() -> None:
    cells = simulate_cells(2, campaigns=1, markets=400)
    heavy = cells.market < 200
    column = np.where(heavy, 0.8 * cells.treated, 0.0) + cells.past[:, 0]
    light = replace(cells, weight=np.where(heavy, 1e-9, 1.0))
    loud = replace(cells, weight=np.where(heavy, 1.0, 1e-9))
    assert abs(standardised_difference(light, column)) < 0.3
    assert standardised_difference(loud, column) > 0.5


def test_unknown_values_stand_at_their_campaigns_mean() -> None:
    cells = simulate_cells(3, campaigns=2, markets=200)
    column = cells.past[:, 0] + 0.5 * cells.treated
    unknown = np.where(cells.campaign == 1, np.nan, column)
    alone = simulate_cells(3, campaigns=1, markets=200)
    expected = standardised_difference(replace(alone, treated=cells.treated[:200]), column[:200])
    assert standardised_difference(cells, unknown) == pytest.approx(expected)


def test_chance_is_what_differences_scatter_by() -> None:
    found: list[float] = []
    for seed in range(60):
        cells = simulate_cells(seed)
        uneven = np.random.default_rng(seed).gamma(2.0, 1.0, cells.size)
        found += standardised_differences(replace(cells, weight=uneven)).values()
    assert np.std(found) == pytest.approx(
        chance_difference(replace(simulate_cells(0), weight=uneven)), rel=0.2
    )
