"""Is a claim that markets were drawn by lot believable? What a lot cannot do, nobody drew.

Whoever chooses markets chooses them for something: growth, size, a promotion. Against it stands
what a lot would do by itself, campaign by campaign: with the same numbers of markets on both
sides every split is equally likely. All differences before the campaign are judged together, so
that nine of them get one chance of one in a thousand, not nine (Hansen & Bowers 2008, "Covariate
balance in simple, stratified and clustered comparative studies").
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from training.arrays import Booleans
from training.cells import Cells
from training.checks.placebo import average_effect, shuffled_averages
from training.checks.verdict import Verdict
from training.residuals import demean_known

#: A claim is doubted when a lot would do this more rarely.
_LEAST_CHANCE = 0.001
_SHUFFLES = 2_000


def drawn_by_lot(cells: Cells) -> Verdict:
    """Markets recorded as drawn differ before the campaign by no more than a lot would have them.

    The verdict is about campaigns with recorded chances alone; where there are none it passes, as
    nobody claims anything.
    """
    name, expected = "drawn as recorded", f"p at least {_LEAST_CHANCE:g}"
    if not cells.drawn.any():
        return Verdict(name, True, "nobody claims to have drawn the markets", expected, gate=True)
    distance, columns = balance_distance(cells, cells.drawn)
    chance = float(stats.chi2.sf(distance, columns))
    return Verdict(
        name,
        chance >= _LEAST_CHANCE,
        f"{columns} differences together: chi-square {distance:.1f}, p = {chance:.4f}",
        expected,
        gate=True,
    )


def share_drawn(cells: Cells) -> float:
    """Share of cells whose side was drawn by lot, as far as the record is to be believed."""
    return float(cells.drawn.mean()) if drawn_by_lot(cells).passed else 0.0


def nothing_before(placebo: Cells, seed: int) -> Verdict:
    """Markets recorded as drawn show no average effect in weeks in which nothing had happened.

    Args:
        placebo: cells of `build_cells` with `moved_back`.
    """
    name, expected = "average effect before the campaign", f"p at least {_LEAST_CHANCE:g}"
    if not placebo.drawn.any():
        return Verdict(name, True, "nobody claims to have drawn the markets", expected, gate=True)
    own = placebo.only(placebo.drawn)
    observed, _ = average_effect(own)
    averages, _ = shuffled_averages(own, own.outcome, seed, _SHUFFLES)
    # A normal tail, as shuffles alone cannot show a chance of one in a thousand.
    z = observed / max(float(averages.std()), 1e-12)
    chance = float(2 * stats.norm.sf(abs(z)))
    return Verdict(
        name,
        chance >= _LEAST_CHANCE,
        f"{observed:+.2%}, p = {chance:.4f}",
        expected,
        gate=True,
    )


def balance_distance(cells: Cells, own: Booleans) -> tuple[float, int]:
    """Squared distance of both sides before the campaign in a lot's standard errors, and columns.

    Chi-square with so many degrees of freedom where a lot drew.
    """
    campaign, treated = cells.campaign[own], cells.treated[own].astype(float)
    known = np.hstack([cells.past, cells.before])[own]
    alike = np.ones(len(campaign))
    columns = np.stack([demean_known(column, alike, campaign) for column in known.T], axis=1)
    columns = columns[:, columns.std(axis=0) > 1e-9]
    if not columns.shape[1]:
        return 0.0, 1
    columns = columns / columns.std(axis=0)
    size = np.bincount(campaign)
    sides = np.bincount(campaign, weights=treated)
    # The covariance of a total over markets drawn without replacement.
    scatter = sides * (size - sides) / np.maximum(size * (size - 1.0), 1.0)
    total = columns.T @ treated
    covariance = (columns * scatter[campaign][:, None]).T @ columns
    rank = int(np.linalg.matrix_rank(covariance, hermitian=True))
    return float(total @ np.linalg.pinv(covariance, hermitian=True) @ total), rank
