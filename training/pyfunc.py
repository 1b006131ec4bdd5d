"""A door for MLflow's own tools: a registered bundle loads as an MLflow `pyfunc` model.

MLflow finds this module by name (`loader_module`); no code travels with the model. The
model takes booking rows that carry, beside the features, their exposure, and answers
each booking's expected lift. The service does not come through here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from features.rosters.feature_set import FEATURES
from training.bundle import Bundle

EXPOSURE = "exposure"


class BundleModel:
    """Predicts each booking's expected lift from its features and its exposure."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle

    def predict(self, rows: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.Series:
        """Expected lift of each row; columns are the feature set's names and `exposure`."""
        del params
        features = rows[list(FEATURES.names)]
        exposed = rows[[EXPOSURE]].to_numpy(dtype=float)
        encoding = self._bundle.encoding
        trees = encoding.trees(features)
        lifts = self._bundle.model.contributions(encoding.linear(trees), trees, exposed)
        expected = self._bundle.calibration.slope * lifts.mean(axis=0)[:, 0]
        return pd.Series(np.asarray(expected), index=rows.index, name="lift")


def _load_pyfunc(path: str) -> BundleModel:
    """Called by MLflow with the folder of the bundle."""
    return BundleModel(Bundle.load(Path(path)))
