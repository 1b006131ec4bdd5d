"""S-learner: one outcome model that has the treatment among its features."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.arrays import AnyArray, Floats, Integers
from training.learners.contract import Learner
from training.learners.crossfit import Bench, CrossFitted, Model, Task
from training.learners.folds import Folds
from training.learners.inputs import Sample
from training.learners.roles import Roles


@dataclass(frozen=True)
class Treated:
    """A matrix with the treatment beside it.

    The treatment is centred, and multiplied with the columns `crossed`: a linear model, in a leaf
    or alone, can tell effects apart only by such products.
    """

    centre: float
    crossed: Integers

    def __call__(self, matrix: AnyArray, treatment: Floats | float) -> AnyArray:
        """The matrix [n, p], the treatment, and its products [n, p + 1 + crossed]."""
        centred = np.broadcast_to(np.asarray(treatment) - self.centre, len(matrix))[:, None]
        return np.concatenate([matrix, centred, centred * matrix[:, self.crossed]], axis=1)


@dataclass(frozen=True)
class Switch:
    """One model, asked twice: with the treatment on and off."""

    model: Model
    treated: Treated

    def predict(self, matrix: AnyArray) -> Floats:
        """Effect of each row [n] of a matrix without treatment."""
        on, off = self.treated(matrix, 1.0), self.treated(matrix, 0.0)
        return self.model.predict(on) - self.model.predict(off)


class SLearner(Learner):
    """f(x, 1) − f(x, 0) of one model f for all rows (Künzel et al. 2019).

    Draws effects towards 0, which helps where they are small beside the noise.

    Attributes:
        treated_: how the treatment is put beside the features.
    """

    def _bench(self, sample: Sample, folds: Folds) -> Bench:
        matrix = self._matrix(sample.X)
        numbers = np.delete(np.arange(matrix.shape[1]), list(sample.columns.levels))
        crossed = numbers if self.scaling_ is not None else numbers[:0]
        self.treated_ = Treated(float(sample.treatment.mean()), crossed)
        return self._bench_on(self.treated_(matrix, sample.treatment), sample, folds)

    def _learn(self, roles: Roles, sample: Sample) -> CrossFitted:
        fitted = roles.joint(Task(sample.y, sample.weight, self.outcome))
        switches = [Switch(model, self.treated_) for model in fitted.models]
        return roles.bench.held_out(switches, roles.bench.matrix[:, : sample.columns.count])
