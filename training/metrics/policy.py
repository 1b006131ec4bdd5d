"""What a choice is worth: the mean effect of the units that a rule chooses.

A rule is set against a naive one (most followers, highest engagement, cheapest: a minus before
the price) by the difference of their values over the same units inside one
`training.metrics.clusters.cluster_interval`: what both rules choose then cancels. Scores are
unbiased effects of units, doubly robust, measured or true. Arrays are [unit].

See also: `training.metrics.doubly_robust` for scores; `training.metrics.rate` for all shares at
once; `training.metrics.truth.choice_regret_error` for what a choice loses against the truth.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from features.errors import MetricInputError
from training.arrays import Integers
from training.metrics.columns import columns, weighed
from training.metrics.ranking import part_in_top


def policy_value(
    scores: ArrayLike, priority: ArrayLike, *, share: float, weight: ArrayLike | None = None
) -> float:
    """Mean score of the top `share` of units, in the unit of scores (Athey & Wager 2021).

    Units of equal priority where the share ends enter with the fraction that is left; a
    priority that does not vary has the value of choosing at random.

    Raises:
        MetricInputError: `share` is not above 0 and at most 1.

    See also: `choice_value`, where one of a few alternatives must be chosen.
    """
    count, gamma, rank = weighed("policy_value", weight, scores=scores, priority=priority)
    if not 0 < share <= 1:
        raise MetricInputError(
            "policy_value", "a share above 0, at most 1", f"{share:g}", "Pass 0.2 for a fifth."
        )
    return float(np.average(gamma, weights=count * part_in_top(rank, count, share)))


def choice_value(scores: ArrayLike, priority: ArrayLike, *, group: Integers) -> float:
    """Mean score of each group's unit of highest priority, in the unit of scores.

    `group` [unit] numbers the questions whose alternatives the units are; all groups count
    alike. Alternatives that tie for a choice share it.

    See also: `policy_value`, for the top share of all units.
    """
    gamma, rank, question = columns("choice_value", scores=scores, priority=priority, group=group)
    number = np.unique(question, return_inverse=True)[1]
    best = np.full(number.max() + 1, -np.inf)
    np.maximum.at(best, number, rank)
    chosen = rank == best[number]
    return float(np.mean(np.bincount(number, gamma * chosen) / np.bincount(number, chosen)))
