"""R-learner: what is left of the outcome, on what is left of the treatment."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from training.arrays import Floats
from training.learners.contract import Learner
from training.learners.crossfit import CrossFitted, Task
from training.learners.inputs import Sample
from training.learners.roles import Roles
from training.learners.t import fit_arms

#: A treatment as expected tells nothing: below this its row weighs nothing, and 0/0 is avoided.
_AS_EXPECTED = 1e-6


class RLearner(Learner):
    """Minimises Σ (y − E[y|x] − (t − E[t|x]) · effect(x))² (Nie & Wager 2021).

    Takes a dose as well as a flag: its effect is then that of a unit more, at the margin. Rows
    weigh as much as their treatment was open, so that poor overlap cannot explode it. For a
    flag, E[y|x] is put together from the arms' models, and their difference is one of the
    answers tried.
    """

    takes_dose: ClassVar[bool] = True

    def _learn(self, roles: Roles, sample: Sample) -> CrossFitted:
        expected = _expected_treatment(roles, sample)
        if sample.binary:
            arms = fit_arms(roles, sample, self.outcome)
            plug_in = arms.difference
            outcome = arms.untreated.held_out + expected * plug_in.held_out
        else:
            plug_in = None
            outcome = roles.outcome(Task(sample.y, sample.weight, self.outcome)).held_out
        left = sample.treatment - expected
        left = np.where(np.abs(left) > _AS_EXPECTED, left, _AS_EXPECTED)
        task = Task((sample.y - outcome) / left, sample.weight * left**2)
        return roles.effect(task, plug_in)


def _expected_treatment(roles: Roles, sample: Sample) -> Floats:
    if sample.propensity is not None:
        return sample.propensity
    if sample.binary:
        return roles.propensity(sample.treatment, sample.weight).held_out
    return roles.outcome(Task(sample.treatment, sample.weight)).held_out
