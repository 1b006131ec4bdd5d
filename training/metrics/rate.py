"""RATE: does treating by a priority find effects above the average? (Yadlowsky et al. 2021)

Scores are unbiased, noisy effects of units: doubly robust scores of rows or cells, measured
effects of campaigns, or true effects in a simulated world. Arrays are [unit].

See also: `training.metrics.doubly_robust` for the scores; `training.metrics.uplift` for Qini and
AUUC of rows; `training.metrics.clusters` for intervals.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from training.arrays import Floats
from training.metrics.columns import weighed
from training.metrics.ranking import Curve, running_totals, tie_groups

Weighting = Literal["autoc", "qini"]


def toc_curve(scores: ArrayLike, priority: ArrayLike, *, weight: ArrayLike | None = None) -> Curve:
    """Targeting operator characteristic: mean score of the top share minus the mean of all.

    In the unit of scores; one point a distinct priority, the last one at share 1 and 0. Points
    times their share are the Qini curve above a random order's.

    See also: `rate_score`, its weighted area.
    """
    share, mean, weight_of = _steps("toc_curve", scores, priority, weight)
    so_far = np.cumsum(mean * weight_of)
    return Curve(share, so_far / share - so_far[-1])


def rate_score(
    scores: ArrayLike,
    priority: ArrayLike,
    *,
    weighting: Weighting = "autoc",
    weight: ArrayLike | None = None,
) -> float:
    """Rank-weighted average effect: ∫ TOC(q) dq ("autoc") or ∫ q · TOC(q) dq ("qini").

    In the unit of scores; 0 for a random priority, above 0 where the priority finds larger
    effects. "autoc" sees effects that few units have, "qini" those spread over many. Sign and
    scale are those of grf's `rank_average_treatment_effect`, which sums the curve at every row;
    the integral is exact here (rows of equal priority have one mean), so that a row of weight 2
    is a row written twice. econml's `DRTester` sums it over percentiles. causalml's `rate_score`
    divides by the sum of its weights: it is twice this for "qini"; for "autoc" it weights by 1/q
    and does not compare.

    See also: `toc_curve`; `training.metrics.uplift.qini_score`.
    """
    share, mean, weight_of = _steps("rate_score", scores, priority, weight)
    # Changing the order of integration leaves each score times a weight of its rank alone.
    edges = np.append(0.0, share)
    if weighting == "autoc":
        rank_weight = edges * (1.0 - np.log(np.where(edges > 0, edges, 1.0)))
    else:
        rank_weight = edges - edges**2 / 2.0
    return float((mean - mean @ weight_of) @ np.diff(rank_weight))


def _steps(
    metric: str, scores: ArrayLike, priority: ArrayLike, weight: ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    """By falling priority: the share up to each step, the step's mean score and its weight."""
    count, gamma, rank = weighed(metric, weight, scores=scores, priority=priority)
    group = tie_groups(rank)
    own = np.bincount(group, weights=count)
    mean: Floats = np.bincount(group, weights=count * gamma) / own
    return running_totals(group, count)[0] / own.sum(), mean, own / own.sum()
