"""Placebos: what is found where there is nothing to find.

Two of them. Assignments are shuffled: which markets of a campaign were treated is permuted, the
inference that the design itself justifies (Fisher 1935). And time is moved: the same markets are
compared eight weeks before anything happened.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from training.arrays import Floats
from training.cells import Cells
from training.checks.verdict import Verdict
from training.residuals import campaign_effects

#: How far back the placebo in time moves a campaign.
PLACEBO_WEEKS = 8
#: Tests at 5 % on 200 shuffles scatter by 1.5 points: one honest test in four would leave 3–7 %.
#: On 2,000 they scatter by 0.5 points, and leaving that range has a reason.
_SHUFFLES = 2_000
_SIZE, _ALLOWED_SIZE = 0.05, (0.03, 0.07)
_LEVEL, _LEAST_HELD = 0.8, 0.75


def effect_beyond_chance(cells: Cells, seed: int) -> Verdict:
    """Placebo assignment: would shuffled markets show as large an average effect?"""
    chance = placebo_p_value(cells, seed)
    return Verdict(
        "average effect against shuffled markets",
        chance < 0.01,
        f"p = {chance:.4f}",
        "p < 0.01",
        gate=True,
    )


def size_of_test(cells: Cells, seed: int) -> Verdict:
    """Placebo assignment: a 5 % test of the average effect rejects 5 % of shuffled markets.

    A test that rejects more rests on standard errors that are too small, and so does whatever
    else is weighted by them. Each campaign's own effect is taken out first: left in, it would be
    noise to every shuffled assignment and no fault of the standard errors (in a world of 300
    campaigns with lifts of 1.5 % it moves an honest 4 % to 7 %).
    """
    rejected = rejection_rate(cells, seed)
    low, high = _ALLOWED_SIZE
    return Verdict(
        "size of the test on shuffled markets",
        low <= rejected <= high,
        f"{rejected:.1%} of {_SHUFFLES:,} shuffled assignments rejected",
        f"{low:.0%} to {high:.0%} at a level of {_SIZE:.0%}",
        gate=False,
    )


def placebo_in_time(placebo: Cells) -> Verdict:
    """Weeks before anything happened show no effect: 80 % intervals hold 0.

    Campaigns of few worlds are few: a share below the bound counts when it is below by more than
    two of its own standard errors. Where nobody drew the markets this is the nearest thing to a
    proof that the adjustment worked, so failing it stops promotion.

    Args:
        placebo: cells of `build_cells` with `moved_back=PLACEBO_WEEKS`.
    """
    name, expected = "placebo in time", f"at least {_LEAST_HELD:.0%}, give or take two errors"
    if not placebo.size:
        return Verdict(name, False, "no sales before any campaign", expected, gate=False)
    share, campaigns = share_holding_zero(placebo), len(placebo.campaign_ids)
    error = float(np.sqrt(_LEVEL * (1 - _LEVEL) / campaigns))
    return Verdict(
        name,
        share + 2 * error >= _LEAST_HELD,
        f"{_LEVEL:.0%} intervals hold 0 in {share:.0%} of {campaigns} campaigns moved "
        f"{PLACEBO_WEEKS} weeks back (± {error:.0%})",
        expected,
        gate=not bool(placebo.drawn.all()),
    )


def placebo_p_value(cells: Cells, seed: int, shuffles: int = _SHUFFLES) -> float:
    """Share of shuffled assignments whose average effect is at least as large, two-sided."""
    observed, _ = average_effect(cells)
    averages, _ = shuffled_averages(cells, cells.outcome, seed, shuffles)
    return (1 + int(np.sum(np.abs(averages) >= abs(observed)))) / (1 + shuffles)


def rejection_rate(cells: Cells, seed: int, shuffles: int = _SHUFFLES) -> float:
    """Share of shuffled assignments that a two-sided 5 % z test calls an effect."""
    averages, errors = shuffled_averages(cells, _without_effects(cells), seed, shuffles)
    return float(np.mean(np.abs(averages) > stats.norm.isf(_SIZE / 2) * errors))


def share_holding_zero(cells: Cells, level: float = _LEVEL) -> float:
    """Share of campaigns whose interval holds 0."""
    effects, errors = campaign_effects(cells.campaign, cells.outcome, cells.treatment, cells.weight)
    return float(np.mean(np.abs(effects) <= stats.norm.isf((1 - level) / 2) * errors))


def shuffled_averages(
    cells: Cells, outcome: Floats, seed: int, shuffles: int
) -> tuple[Floats, Floats]:
    """Average effect and its standard error under shuffled assignments [shuffle].

    Treatments are permuted within campaigns, outcomes and weights stay in their cells.
    """
    draw = np.random.default_rng(seed)
    pull, information = np.zeros(shuffles), np.zeros(shuffles)
    order = np.argsort(cells.campaign, kind="stable")
    ends = np.cumsum(np.bincount(cells.campaign))[:-1]
    for own in np.split(order, ends):
        weight = cells.weight[own]
        given = np.tile(cells.treated[own] - cells.propensity[own], (shuffles, 1))
        draw.permuted(given, axis=1, out=given)
        given -= (given @ weight / weight.sum())[:, None]
        pull += given @ (weight * outcome[own])
        information += given**2 @ weight
    safe = np.maximum(information, 1e-300)
    return pull / safe, safe**-0.5


def average_effect(cells: Cells) -> tuple[float, float]:
    """Average log effect over all cells and its standard error."""
    information = float(cells.weight @ cells.treatment**2)
    return float(cells.weight @ (cells.treatment * cells.outcome)) / information, information**-0.5


def _without_effects(cells: Cells) -> Floats:
    """Outcomes less each campaign's own effect, scaled up for the degree of freedom it took."""
    effects, _ = campaign_effects(cells.campaign, cells.outcome, cells.treatment, cells.weight)
    count = np.bincount(cells.campaign)[cells.campaign]
    remainder: Floats = cells.outcome - cells.treatment * effects[cells.campaign]
    return remainder * np.sqrt((count - 1) / np.maximum(count - 2, 1))
