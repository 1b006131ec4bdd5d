"""What is fitted for each role: which models are tried, by the number of rows."""

from __future__ import annotations

from dataclasses import dataclass

from training.arrays import Floats
from training.learners.blend import blend
from training.learners.boosting import grow_trees
from training.learners.crossfit import Bench, CrossFitted, Task
from training.learners.linear import (
    fit_constant,
    fit_log_linear,
    fit_logistic,
    fit_ridge,
    has_both_classes,
    is_log_linear,
)
from training.learners.propensity import Calibrated, calibrate
from training.learners.settings import LearnerSettings, TreeSettings


@dataclass(frozen=True)
class Roles:
    """Fits outcome, treatment and effect models on one bench."""

    bench: Bench
    settings: LearnerSettings

    @property
    def small(self) -> bool:
        """Whether rows are few enough for linear leaves and log-linear models."""
        return is_small(len(self.bench.matrix), self.settings)

    def outcome(self, task: Task) -> CrossFitted:
        """E[target | x], or P(target | x) in a classification."""
        return self._blend(task, self.settings.outcome)

    def joint(self, task: Task) -> CrossFitted:
        """As `outcome`, with the treatment among the features."""
        return self._blend(task, self.settings.joint)

    def effect(self, task: Task, plug_in: CrossFitted | None = None) -> CrossFitted:
        """Regress noisy effects on features.

        The plug-in effect of outcome models, where there is one, and one effect for all are among
        the answers that held-out rows choose from: nothing is learned where nothing can be.
        """
        trees = grow_trees(self.bench, task, self._trees(self.settings.effect))
        if not self.settings.blend:
            return trees
        members = [fit_constant(self.bench, task), fit_ridge(self.bench, task), trees]
        if plug_in is not None:
            members.append(plug_in)
        return blend(members, task)

    def propensity(self, treated: Floats, weight: Floats) -> CrossFitted:
        """P(treated | x), calibrated and clipped.

        Boosted probabilities are too sure of themselves, and a propensity that is wrong near 0 or
        1 multiplies an outcome's noise: log odds are recalibrated by a logistic regression on
        held-out rows (Platt 1999).
        """
        found = self._blend(Task(treated, weight, "classification"), self.settings.propensity)
        calibration = calibrate(found.held_out, treated, weight, self.settings.clip)
        models = [Calibrated(model, calibration) for model in found.models]
        return CrossFitted(models, calibration(found.held_out))

    def _blend(self, task: Task, large: TreeSettings) -> CrossFitted:
        trees = grow_trees(self.bench, task, self._trees(large))
        if not (self.settings.blend and self.small):
            return trees
        members = [fit_constant(self.bench, task), trees]
        if task.outcome == "regression":
            members.append(fit_ridge(self.bench, task))
            if is_log_linear(self.bench, task):
                members.append(fit_log_linear(self.bench, task))
        elif has_both_classes(self.bench, task):
            members.append(fit_logistic(self.bench, task))
        return blend(members, task)

    def _trees(self, large: TreeSettings) -> TreeSettings:
        return self.settings.small if self.small else large


def is_small(rows: int, settings: LearnerSettings) -> bool:
    """Whether `settings.small` holds."""
    return rows <= settings.small_rows
