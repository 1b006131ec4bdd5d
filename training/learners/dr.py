"""DR-learner: the arms' difference, corrected by what they left, weighted by propensity."""

from __future__ import annotations

import numpy as np

from training.arrays import Floats
from training.learners.contract import Learner
from training.learners.crossfit import CrossFitted, Task
from training.learners.inputs import Sample
from training.learners.roles import Roles
from training.learners.t import Arms, fit_arms


class DRLearner(Learner):
    """Regresses doubly robust scores on features (Kennedy 2023).

    Rows weigh e(1 − e) (overlap weights: Li, Morgan & Zaslavsky 2018), so that rows that could
    hardly have been otherwise do not rule the fit.

    Attributes:
        scores_: [n] doubly robust scores, whose mean is the average effect.
    """

    def _learn(self, roles: Roles, sample: Sample) -> CrossFitted:
        arms = fit_arms(roles, sample, self.outcome)
        propensity = sample.propensity
        if propensity is None:
            propensity = roles.propensity(sample.treatment, sample.weight).held_out
        self.scores_ = doubly_robust_scores(sample, propensity, arms)
        task = Task(self.scores_, sample.weight * propensity * (1 - propensity))
        return roles.effect(task, arms.difference)


def doubly_robust_scores(sample: Sample, propensity: Floats, arms: Arms) -> Floats:
    """`μ₁ − μ₀ + (t − e) / (e (1 − e)) · (y − μ_t)` of each row (Robins & Rotnitzky 1995)."""
    treated, untreated = arms.treated.held_out, arms.untreated.held_out
    own = np.where(sample.treatment == 1, treated, untreated)
    lever = (sample.treatment - propensity) / (propensity * (1 - propensity))
    scores: Floats = treated - untreated + lever * (sample.y - own)
    return scores
