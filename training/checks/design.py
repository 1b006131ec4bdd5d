"""Checks of the design: were markets treated as recorded, and could either side be compared?

Nothing here looks at an outcome of a campaign. Where markets were drawn at random, the draw
itself makes both sides alike and an imbalance is luck; where nobody drew them, overlap and
balance are what the evidence rests on, and failing them stops promotion.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from training.arrays import Floats
from training.cells import BEFORE, PAST, Cells
from training.checks.verdict import Verdict
from training.residuals import demean, demean_known
from training.settings import GateSettings

_LARGEST_SMD = 0.1
_OVERLAP = (0.05, 0.95)
_LEAST_EFFECTIVE = 0.5


def sample_ratio(cells: Cells, gates: GateSettings) -> Verdict:
    """As many markets were treated as the recorded propensities say, campaign by campaign."""
    drawn = cells.drawn
    if not drawn.any():
        return Verdict("sample ratio", True, "nobody drew the markets", "–", gate=True)
    size = len(cells.campaign_ids)
    gap = np.where(drawn, cells.treated - cells.propensity, 0.0)
    spread = np.where(drawn, cells.propensity * (1 - cells.propensity), 0.0)
    total = np.bincount(cells.campaign, weights=gap, minlength=size)
    error = np.sqrt(np.bincount(cells.campaign, weights=spread, minlength=size))
    p = 2 * stats.norm.sf(np.abs(total) / np.maximum(error, 1e-12))
    failing = int((p < gates.sample_ratio_p).sum())
    # With many campaigns a few fail by chance.
    allowed = int(stats.binom.ppf(0.999, size, gates.sample_ratio_p))
    return Verdict(
        "sample ratio",
        failing <= allowed,
        f"{failing} of {size} campaigns with p < {gates.sample_ratio_p:g}",
        f"at most {allowed}",
        gate=True,
    )


def overlap(cells: Cells) -> Verdict:
    """Every market could have been on either side."""
    low, high = float(cells.propensity.min()), float(cells.propensity.max())
    return Verdict(
        "overlap",
        low >= _OVERLAP[0] and high <= _OVERLAP[1],
        f"propensities {low:.2f} to {high:.2f}",
        f"{_OVERLAP[0]:g} to {_OVERLAP[1]:g}",
        gate=True,
    )


def effective_size(cells: Cells) -> Verdict:
    """A few unlikely markets do not stand for all the others."""
    share = effective_share(cells)
    return Verdict(
        "effective sample size",
        share > _LEAST_EFFECTIVE,
        f"{share:.0%} of {cells.size:,} cells",
        f"above {_LEAST_EFFECTIVE:.0%}",
        gate=True,
    )


def balance(cells: Cells) -> Verdict:
    """Treated and held-out markets were alike before the campaign (SMD within campaigns).

    The bound is on the difference, not on its p value: too few markets to show an imbalance are
    no proof that there is none. What chance alone would do is told beside it.
    """
    differences = standardised_differences(cells)
    worst = max(differences, key=lambda name: abs(differences[name]))
    return Verdict(
        "balance before the campaign",
        abs(differences[worst]) < _LARGEST_SMD,
        f"largest of {len(differences)} standardised differences {differences[worst]:+.3f} "
        f"({worst}); chance alone gives one ±{chance_difference(cells):.3f}",
        f"below {_LARGEST_SMD:g}",
        gate=not bool(cells.drawn.all()),
    )


def effective_share(cells: Cells) -> float:
    """Kish's effective sample size of inverse-propensity weights, as a share of all cells.

    Counted side by side within campaigns, as effects are estimated there: a campaign that holds
    out one market in ten loses nothing here, one whose markets differ in their chances does.
    """
    chance = np.where(cells.treated, cells.propensity, 1 - cells.propensity)
    side = 2 * cells.campaign + cells.treated
    total = np.bincount(side, weights=1 / chance)
    squares = np.bincount(side, weights=chance**-2.0)
    seen = squares > 0
    return float(np.sum(total[seen] ** 2 / squares[seen]) / cells.size)


def standardised_differences(cells: Cells) -> dict[str, float]:
    """Every column of the cells' past, and of what else went on before, by name."""
    columns = np.hstack([cells.past, cells.before]).T
    names = (*PAST, *BEFORE)
    return {n: standardised_difference(cells, c) for n, c in zip(names, columns, strict=True)}


def standardised_difference(cells: Cells, column: Floats) -> float:
    """Treated minus held-out mean within campaigns, in standard deviations.

    Cells weigh as much as they do in the effect; unknown values stand at their campaign's mean.
    """
    known = np.isfinite(column)
    weight = cells.weight * known
    centred = demean_known(column, cells.weight, cells.campaign)
    spread = float(np.sqrt(np.average(centred**2, weights=weight))) if known.any() else 0.0
    treatment = demean(cells.treated - cells.propensity, weight, cells.campaign)
    information = float(weight @ treatment**2)
    slope = float(weight @ (treatment * centred)) / max(information, 1e-12)
    return slope / spread if spread > 1e-9 else 0.0


def chance_difference(cells: Cells) -> float:
    """Standard error of a standardised difference where markets were drawn."""
    treatment = demean(cells.treated - cells.propensity, cells.weight, cells.campaign)
    pull = cells.weight * treatment
    return float(np.sqrt(pull @ pull) / max(float(pull @ treatment), 1e-12))
