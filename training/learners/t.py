"""T-learner: one outcome model for each arm; the effect is their difference."""

from __future__ import annotations

from dataclasses import dataclass

from training.arrays import AnyArray, Floats
from training.learners.contract import Learner
from training.learners.crossfit import CrossFitted, Model, Task
from training.learners.inputs import Sample
from training.learners.roles import Roles
from training.learners.settings import Outcome


@dataclass(frozen=True)
class Difference:
    """What the treated arm's model expects more than the untreated arm's."""

    treated: Model
    untreated: Model

    def predict(self, matrix: AnyArray) -> Floats:
        """Effect of each row [n]."""
        return self.treated.predict(matrix) - self.untreated.predict(matrix)


@dataclass(frozen=True)
class Arms:
    """Cross-fitted outcome models of both arms, each predicting every row."""

    treated: CrossFitted
    untreated: CrossFitted

    @property
    def difference(self) -> CrossFitted:
        """The T-learner's effect."""
        pairs = zip(self.treated.models, self.untreated.models, strict=True)
        return CrossFitted(
            [Difference(treated, untreated) for treated, untreated in pairs],
            self.treated.held_out - self.untreated.held_out,
        )


def fit_arms(roles: Roles, sample: Sample, outcome: Outcome) -> Arms:
    """Outcome models of both arms."""
    treated, untreated = (
        roles.outcome(Task(sample.y, sample.weight, outcome, learn=sample.treatment == arm))
        for arm in (1.0, 0.0)
    )
    return Arms(treated, untreated)


class TLearner(Learner):
    """E[y | x, treated] − E[y | x, untreated], each learned on its own arm (Künzel et al. 2019).

    Good where the arms differ a lot and both are large; noisy where one is small.
    """

    def _learn(self, roles: Roles, sample: Sample) -> CrossFitted:
        return fit_arms(roles, sample, self.outcome).difference
