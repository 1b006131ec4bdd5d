"""X-learner: each arm's effect learned from what the other arm's model says of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.arrays import AnyArray, Floats
from training.learners.contract import Learner
from training.learners.crossfit import Bench, CrossFitted, Model, Task
from training.learners.inputs import Sample
from training.learners.roles import Roles
from training.learners.t import Arms, fit_arms


@dataclass(frozen=True)
class Crossed:
    """`e(x) · effect on the untreated + (1 − e(x)) · effect on the treated`."""

    treated: Model
    untreated: Model
    propensity: Model

    def predict(self, matrix: AnyArray) -> Floats:
        """Effect of each row [n]."""
        e = self.propensity.predict(matrix)
        return e * self.untreated.predict(matrix) + (1 - e) * self.treated.predict(matrix)


class XLearner(Learner):
    """Imputes each row's effect with the other arm's model and learns it (Künzel et al. 2019).

    Good where one arm is much larger than the other and the effect is simpler than the outcome. A
    fold's effect models learn from what the fold's own outcome models impute: those of other
    folds have seen its outcomes, and their errors would pass into its held-out effects.
    """

    def _learn(self, roles: Roles, sample: Sample) -> CrossFitted:
        arms = fit_arms(roles, sample, self.outcome)
        plug_in = arms.difference
        target, by_fold = _imputed(roles.bench, sample, arms)
        treated, untreated = (
            roles.effect(
                Task(target, sample.weight, learn=sample.treatment == arm, by_fold=by_fold),
                plug_in,
            )
            for arm in (1.0, 0.0)
        )
        propensity = roles.propensity(sample.treatment, sample.weight)
        crossed = zip(treated.models, untreated.models, propensity.models, strict=True)
        e = propensity.held_out
        return CrossFitted(
            [Crossed(*parts) for parts in crossed],
            e * untreated.held_out + (1 - e) * treated.held_out,
        )


def _imputed(bench: Bench, sample: Sample, arms: Arms) -> tuple[Floats, Floats]:
    """Effects with the other arm's model: each fold's own rows [n], and all rows by fold."""
    other = np.empty((bench.folds.count, sample.size))
    for arm, models in ((1, arms.untreated.models), (0, arms.treated.models)):
        rows = np.flatnonzero(sample.treatment == arm)
        for fold, predicted in enumerate(bench.predict_each(models, rows)):
            other[fold, rows] = predicted
    by_fold = np.where(sample.treatment == 1, sample.y - other, other - sample.y)
    return by_fold[bench.folds.number, np.arange(sample.size)], by_fold
