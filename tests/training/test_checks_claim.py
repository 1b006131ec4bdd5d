"""Lots that were drawn are believed, choices that were recorded as lots are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.training.simulated_cells import simulate_cells
from training.cells import PAST, Cells
from training.checks.claim import balance_distance, drawn_by_lot, nothing_before, share_drawn
from training.residuals import demean

_GROWTH = PAST.index("deviation_13w")


def chosen(seed: int, pull: float = 1.0) -> Cells:
    """The same numbers of treated markets as a lot gave, but where sales grew before."""
    cells = simulate_cells(seed, campaigns=30, markets=14)
    rng = np.random.default_rng(seed)
    liking = pull * cells.past[:, _GROWTH] + rng.normal(size=cells.size)
    treated = np.zeros(cells.size, dtype=bool)
    for campaign in range(len(cells.campaign_ids)):
        own = np.flatnonzero(cells.of_campaign(campaign))
        treated[own[np.argsort(-liking[own])[: cells.treated[own].sum()]]] = True
    return replace(cells, treated=treated)


def test_the_distance_of_lots_is_chi_square() -> None:
    found = [
        balance_distance(cells, cells.drawn)
        for cells in (simulate_cells(seed, campaigns=25, share=0.3) for seed in range(200))
    ]
    assert {columns for _, columns in found} == {9}
    distance = np.array([value for value, _ in found])
    # Mean 9 and variance 18, each within three standard errors.
    assert distance.mean() == pytest.approx(9.0, abs=3 * np.sqrt(18 / 200))
    assert distance.var() == pytest.approx(18.0, rel=0.45)


def test_a_lot_is_believed_and_a_choice_is_not() -> None:
    believed = [drawn_by_lot(simulate_cells(seed, campaigns=30)).passed for seed in range(40)]
    assert sum(believed) >= 39
    assert not any(drawn_by_lot(chosen(seed)).passed for seed in range(20))


def test_a_record_that_cannot_be_true_counts_for_nothing() -> None:
    assert share_drawn(simulate_cells(1)) == 1.0
    assert share_drawn(chosen(1)) == 0.0


def test_unknown_values_stand_at_their_campaigns_mean() -> None:
    cells = simulate_cells(3, campaigns=30)
    before = cells.before.copy()
    before[:, 0] = np.nan
    _, columns = balance_distance(replace(cells, before=before), cells.drawn)
    assert columns == 8


def test_nobody_is_doubted_who_claims_nothing() -> None:
    cells = chosen(2)
    honest = replace(cells, drawn=np.zeros(cells.size, dtype=bool))
    assert drawn_by_lot(honest).passed
    assert nothing_before(honest, 0).passed


def test_only_the_campaigns_that_claim_a_lot_are_doubted() -> None:
    cells = chosen(4)
    claims = cells.campaign >= 15
    lot = simulate_cells(4, campaigns=30, markets=14).treated
    mixed = replace(cells, treated=np.where(claims, lot, cells.treated), drawn=claims)
    assert drawn_by_lot(mixed).passed
    assert not drawn_by_lot(replace(mixed, drawn=~claims)).passed


def test_an_effect_before_the_campaign_is_no_lots_doing() -> None:
    quiet = [nothing_before(simulate_cells(seed), seed).passed for seed in range(15)]
    assert all(quiet)
    assert not nothing_before(simulate_cells(5, effect=0.03), 5).passed


def test_some_cells_are_campaigns_numbered_anew() -> None:
    cells = simulate_cells(6, campaigns=5, markets=4)
    own = cells.only(cells.campaign % 2 == 0)
    assert own.campaign_ids == ("c0", "c2", "c4")
    np.testing.assert_array_equal(own.campaign, np.repeat([0, 1, 2], 4))
    np.testing.assert_array_equal(own.outcome, cells.outcome[cells.campaign % 2 == 0])
    assert demean(own.outcome, own.weight, own.campaign) == pytest.approx(own.outcome)
