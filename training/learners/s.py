"""S-learner: one outcome model that has the treatment among its features."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.arrays import AnyArray, Floats
from training.learners.contract import Learner
from training.learners.crossfit import Bench, CrossFitted, Model, Task
from training.learners.folds import Folds
from training.learners.inputs import Sample
from training.learners.roles import Roles


@dataclass(frozen=True)
class Switch:
    """One model, asked twice: with the treatment on and off."""

    model: Model

    def predict(self, matrix: AnyArray) -> Floats:
        """Effect of each row [n]; the matrix [n, p] has no treatment."""
        on, off = with_treatment(matrix, 1.0), with_treatment(matrix, 0.0)
        return self.model.predict(on) - self.model.predict(off)


def with_treatment(matrix: AnyArray, treatment: Floats | float) -> AnyArray:
    """The matrix [n, p] with the treatment as a further column [n, p + 1]."""
    return np.column_stack([matrix, np.broadcast_to(treatment, len(matrix))])


class SLearner(Learner):
    """f(x, 1) − f(x, 0) of one model f for all rows (Künzel et al. 2019).

    Draws effects towards 0, which helps where they are small beside the noise.
    """

    def _bench(self, sample: Sample, folds: Folds) -> Bench:
        wide = with_treatment(self._matrix(sample.X), sample.treatment)
        return self._bench_on(wide, sample, folds)

    def _learn(self, roles: Roles, sample: Sample) -> CrossFitted:
        fitted = roles.outcome(Task(sample.y, sample.weight, self.outcome))
        switches = [Switch(model) for model in fitted.models]
        return roles.bench.held_out(switches, roles.bench.matrix[:, :-1])
