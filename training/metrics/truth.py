"""How good predicted lifts are against the truth, which only simulated worlds know.

By scikit-learn's law a `*_score` is better when bigger, an `*_error` when smaller.
Arrays are [campaign] or [roster] unless said otherwise.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from training.arrays import Floats, Integers


def r2_score(truth: Floats, predicted: Floats) -> float:
    """Share of the variance of true lifts that predictions explain; can be negative."""
    spread = float(np.sum((truth - truth.mean()) ** 2))
    return 1.0 - float(np.sum((truth - predicted) ** 2)) / spread if spread > 0 else float("nan")


def rank_score(truth: Floats, predicted: Floats) -> float:
    """Spearman's rank correlation; 0 where one side does not vary."""
    if np.ptp(truth) == 0 or np.ptp(predicted) == 0:
        return 0.0
    return float(stats.spearmanr(truth, predicted).statistic)


def choice_regret_error(truth: Floats, predicted: Floats, group: Integers) -> float:
    """Loss from choosing each group's best predicted roster; 0 is perfect, 1 is random choice."""
    lost, at_random = 0.0, 0.0
    for number in np.unique(group):
        own = truth[group == number]
        best = own.max()
        lost += best - own[int(np.argmax(predicted[group == number]))]
        at_random += best - own.mean()
    return float(lost / at_random) if at_random > 0 else 0.0


def coverage_score(truth: Floats, low: Floats, high: Floats) -> float:
    """Share of truths inside their intervals."""
    return float(np.mean((truth >= low) & (truth <= high)))
