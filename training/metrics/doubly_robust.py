"""Doubly robust scores: one unbiased, noisy guess of each row's effect, to be averaged.

The mean score of any rows that were chosen without their outcomes is the effect in those rows,
even where one of outcome model and propensity is wrong (Robins, Rotnitzky & Zhao 1994). Ranking
metrics and policy values average scores.

See also: `training.metrics.rate.rate_score`, `training.metrics.policy.policy_value`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from features.errors import MetricInputError
from training.arrays import Floats, Integers
from training.metrics.columns import columns, require_choice


def doubly_robust_scores(
    outcome: ArrayLike,
    *,
    treatment: ArrayLike,
    propensity: ArrayLike,
    untreated: ArrayLike,
    treated: ArrayLike,
) -> Floats:
    """Augmented inverse-propensity scores [row], in the outcome's unit.

    Args:
        treatment: 0 or 1 [row].
        propensity: chance of treatment [row], known or from rows outside.
        untreated, treated: outcomes predicted without and with treatment [row], from models
            that never saw the row; any constant keeps scores unbiased where propensities are
            known, good predictions make them less noisy.

    Raises:
        MetricInputError: a treatment is neither 0 nor 1, or a propensity is 0 or 1.

    See also: `doubly_robust_cell_scores` for residualised cells of campaigns.
    """
    y, w, chance, without, with_it = columns(
        "doubly_robust_scores",
        outcome=outcome,
        treatment=treatment,
        propensity=propensity,
        untreated=untreated,
        treated=treated,
    )
    if not np.isin(w, (0.0, 1.0)).all():
        told = f"{w.min():g} to {w.max():g}"
        raise MetricInputError(
            "doubly_robust_scores", "treatments of 0 or 1", told, "Doses: use cells."
        )
    require_choice("doubly_robust_scores", chance)
    missed = y - np.where(w == 1, with_it, without)
    scores: Floats = with_it - without + missed * (w - chance) / (chance * (1.0 - chance))
    return scores


def doubly_robust_cell_scores(
    outcome: ArrayLike,
    *,
    treatment: ArrayLike,
    weight: ArrayLike,
    campaign: Integers,
    predicted: ArrayLike,
) -> Floats:
    """Scores [cell] of residualised cells: `predicted + treatment · miss / mean(treatment²)`.

    The miss is `outcome − treatment · predicted`, the mean the campaign's own, weighted: the
    scores of grf's causal forests for doses, which serve treatments of 0 and 1 as well. The
    weighted mean of a campaign's scores is its measured effect where `predicted` is the same in
    all its cells. The unit is that of log effects.

    Args:
        outcome, treatment, weight, campaign: those of `training.cells.Cells` [cell]: residuals,
            inverse variances above 0, group numbers from 0.
        predicted: held-out log(1 + lift) [cell]; it makes scores less noisy, save where half of
            the cells are treated: there it cancels, and zeros do as well.

    Raises:
        MetricInputError: a campaign's treatment does not vary.

    See also: `doubly_robust_scores` for rows.
    """
    y, w, v, guess, group = columns(
        "doubly_robust_cell_scores",
        outcome=outcome,
        treatment=treatment,
        weight=weight,
        predicted=predicted,
        campaign=campaign,
    )
    number = group.astype(np.int64)
    mass = np.maximum(np.bincount(number, weights=v), 1e-300)
    spread = (np.bincount(number, weights=v * w**2) / mass)[number]
    if spread.min() <= 0:
        flat = np.unique(number[spread <= 0])
        raise MetricInputError(
            "doubly_robust_cell_scores",
            "treated and held-out cells in every campaign",
            f"{len(flat)} without, campaign {flat[0]} first",
            "Leave those campaigns out.",
        )
    scores: Floats = guess + w * (y - w * guess) / spread
    return scores
