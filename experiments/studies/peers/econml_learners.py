"""econml's learners, LightGBM in every role and the job's folds where they are cross-fitted.

econml is named here, not imported, as it is no dependency of the product.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.studies.peers.boosters import classifier, regressor, splits
from experiments.studies.peers.exchange import PeerJob

Effect = Callable[[NDArray[np.float64]], Any]

_meta: Final = import_module("econml.metalearners")
_dr: Final = import_module("econml.dr")
_dml: Final = import_module("econml.dml")


def _s(job: PeerJob) -> Any:
    return _meta.SLearner(overall_model=regressor(job))


def _t(job: PeerJob) -> Any:
    return _meta.TLearner(models=regressor(job))


def _x(job: PeerJob) -> Any:
    return _meta.XLearner(models=regressor(job), propensity_model=classifier(job))


def _r(job: PeerJob) -> Any:
    return _dml.NonParamDML(
        model_y=regressor(job),
        model_t=classifier(job),
        model_final=regressor(job),
        discrete_treatment=True,
        cv=splits(job),
        random_state=job.seed,
    )


def _dr_learner(job: PeerJob) -> Any:
    return _dr.DRLearner(
        model_propensity=classifier(job),
        model_regression=regressor(job),
        model_final=regressor(job),
        cv=splits(job),
        random_state=job.seed,
    )


def _forest(job: PeerJob) -> Any:
    return _dml.CausalForestDML(
        model_y=regressor(job),
        model_t=classifier(job),
        discrete_treatment=True,
        cv=splits(job),
        n_jobs=job.threads,
        random_state=job.seed,
    )


def _fitted(build: Callable[[PeerJob], Any]) -> Callable[[PeerJob], Effect]:
    def fit(job: PeerJob) -> Effect:
        learner = build(job)
        learner.fit(job.y, job.treatment, X=job.X)
        effect: Effect = learner.effect
        return effect

    return fit


#: Fits and returns the effect as a function of features.
LEARNERS: Final[Mapping[str, Callable[[PeerJob], Effect]]] = {
    "s": _fitted(_s),
    "t": _fitted(_t),
    "x": _fitted(_x),
    "r": _fitted(_r),
    "dr": _fitted(_dr_learner),
    "forest": _fitted(_forest),
}
