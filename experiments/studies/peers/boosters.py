"""The LightGBM models every peer is given, and the folds, as scikit-learn knows them."""

from __future__ import annotations

from typing import Any

import numpy as np
from lightgbm import LGBMClassifier, LGBMRegressor
from numpy.typing import NDArray

from experiments.studies.peers.exchange import PeerJob

Rows = NDArray[np.int64]


def parameters(job: PeerJob) -> dict[str, Any]:
    """The job's settings by the names of LightGBM's scikit-learn classes."""
    return {**job.booster, "n_jobs": job.threads, "random_state": job.seed, "verbose": -1}


def regressor(job: PeerJob) -> LGBMRegressor:
    """For outcomes and effects."""
    return LGBMRegressor(**parameters(job))


def classifier(job: PeerJob) -> LGBMClassifier:
    """For propensities."""
    return LGBMClassifier(**parameters(job))


def splits(job: PeerJob) -> list[tuple[Rows, Rows]]:
    """Rows to fit and rows to predict, one pair a fold."""
    return [
        (np.flatnonzero(job.fold != number), np.flatnonzero(job.fold == number))
        for number in np.unique(job.fold)
    ]
