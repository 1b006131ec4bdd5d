"""causalml's learners, LightGBM in every role.

Its own default propensities are an elastic net's; X, R and DR are given LightGBM's instead,
cross-fitted over the job's folds and clipped as causalml clips its own. R draws its folds from
the seed, DR always uses three of its own. causalml is named here, not imported, as it is no
dependency of the product.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.studies.peers.boosters import classifier, regressor, splits
from experiments.studies.peers.exchange import PeerJob

Matrix = NDArray[np.float64]
Effect = Callable[[Matrix], Any]

_meta: Final = import_module("causalml.inference.meta")
_rlearner: Final = import_module("causalml.inference.meta.rlearner")
#: Those of `causalml.propensity.PropensityModel`.
_CLIP: Final = (1e-3, 1 - 1e-3)


def _s(job: PeerJob) -> Effect:
    learner = _meta.BaseSRegressor(learner=regressor(job))
    learner.fit(job.X, job.treatment, job.y)
    return _predicts(learner)


def _t(job: PeerJob) -> Effect:
    learner = _meta.BaseTRegressor(learner=regressor(job))
    learner.fit(job.X, job.treatment, job.y)
    return _predicts(learner)


def _x(job: PeerJob) -> Effect:
    learner = _meta.BaseXRegressor(learner=regressor(job))
    learner.fit(job.X, job.treatment, job.y, p=_held_out_propensity(job))
    propensity = classifier(job).fit(job.X, job.treatment)
    return lambda X: learner.predict(X, p=_clipped(propensity, X))


def _r(job: PeerJob) -> Effect:
    learner = _rlearner.BaseRLearner(
        learner=regressor(job),
        n_fold=len(splits(job)),
        random_state=job.seed,
        cv_n_jobs=1,
    )
    propensity = _held_out_propensity(job)
    learner.fit(job.X, job.treatment, job.y, p=propensity, verbose=False)
    # Asked for where propensities were given at fit, and not used.
    return lambda X: learner.predict(X, p=np.full(len(X), 0.5))


def _dr(job: PeerJob) -> Effect:
    learner = _meta.BaseDRRegressor(learner=regressor(job))
    learner.fit(job.X, job.treatment, job.y, p=_held_out_propensity(job), seed=job.seed)
    return _predicts(learner)


def _predicts(learner: Any) -> Effect:
    effect: Effect = learner.predict
    return effect


def _held_out_propensity(job: PeerJob) -> Matrix:
    held_out = np.empty(len(job.y))
    for rows, held in splits(job):
        fitted = classifier(job).fit(job.X[rows], job.treatment[rows])
        held_out[held] = _clipped(fitted, job.X[held])
    return held_out


def _clipped(fitted: Any, X: Matrix) -> Matrix:
    clipped: Matrix = np.clip(fitted.predict_proba(X)[:, 1], *_CLIP)
    return clipped


#: Fits and returns the effect as a function of features.
LEARNERS: Final[Mapping[str, Callable[[PeerJob], Effect]]] = {
    "s": _s,
    "t": _t,
    "x": _x,
    "r": _r,
    "dr": _dr,
}
