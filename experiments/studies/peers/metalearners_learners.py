"""metalearners' learners, LightGBM in every role; folds are its own, drawn from the seed.

Its S-learner hands LightGBM the treatment as a category whose levels are text at first and
numbers later, so that every value goes missing and every effect is 0. Behind a class that is
not LightGBM's own the treatment is a plain column, and it learns. metalearners is named here,
not imported, as it is no dependency of the product.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final, Self

import numpy as np
from lightgbm import LGBMClassifier, LGBMRegressor
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin

from experiments.studies.peers.boosters import parameters, splits
from experiments.studies.peers.exchange import PeerJob

Matrix = NDArray[np.float64]
Effect = Callable[[Matrix], Any]

_library: Final = import_module("metalearners")


class PlainRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]  # untyped bases
    """LightGBM's regressor, without being one."""

    _estimator_type = "regressor"

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = settings

    def fit(self, X: Matrix, y: Matrix) -> Self:
        """Fit on features [row, p] and outcomes [row]."""
        self.model_ = LGBMRegressor(**self.settings).fit(X, y)
        return self

    def predict(self, X: Matrix) -> Matrix:
        """Predict outcomes [row]."""
        return np.asarray(self.model_.predict(X), dtype=np.float64)


def _plain_outcome(job: PeerJob) -> dict[str, Any]:
    settings = {"settings": parameters(job)}
    return {"nuisance_model_factory": PlainRegressor, "nuisance_model_params": settings}


def _outcome(job: PeerJob) -> dict[str, Any]:
    return {
        "nuisance_model_factory": LGBMRegressor,
        "nuisance_model_params": parameters(job),
    }


def _all_roles(job: PeerJob) -> dict[str, Any]:
    return {
        **_outcome(job),
        "treatment_model_factory": LGBMRegressor,
        "treatment_model_params": parameters(job),
        "propensity_model_factory": LGBMClassifier,
        "propensity_model_params": parameters(job),
    }


def _fitted(name: str, roles: Callable[[PeerJob], dict[str, Any]]) -> Callable[[PeerJob], Effect]:
    def fit(job: PeerJob) -> Effect:
        learner = getattr(_library, name)(
            is_classification=False,
            n_variants=2,
            n_folds=len(splits(job)),
            random_state=job.seed,
            **roles(job),
        )
        learner.fit(job.X, job.y, job.treatment)
        return lambda X: learner.predict(X, is_oos=True)

    return fit


#: Fits and returns the effect as a function of features.
LEARNERS: Final[Mapping[str, Callable[[PeerJob], Effect]]] = {
    "s": _fitted("SLearner", _plain_outcome),
    "t": _fitted("TLearner", _outcome),
    "x": _fitted("XLearner", _all_roles),
    "r": _fitted("RLearner", _all_roles),
    "dr": _fitted("DRLearner", _all_roles),
}
