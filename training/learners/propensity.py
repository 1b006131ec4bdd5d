"""Propensities that may be divided by: calibrated on held-out rows and clipped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from training.arrays import AnyArray, Floats
from training.learners.crossfit import Model

#: Log odds are taken of probabilities at least this far from 0 and 1.
_SURE = 1e-6


@dataclass(frozen=True)
class Calibration:
    """`expit(intercept + slope · log odds)`, kept in [clip, 1 − clip]."""

    intercept: float
    slope: float
    clip: float

    def __call__(self, probability: Floats) -> Floats:
        """Calibrated probabilities [n]."""
        odds = logit(np.clip(probability, _SURE, 1 - _SURE))
        return np.clip(expit(self.intercept + self.slope * odds), self.clip, 1 - self.clip)


@dataclass(frozen=True)
class Calibrated:
    """A model of probabilities and its calibration."""

    model: Model
    calibration: Calibration

    def predict(self, matrix: AnyArray) -> Floats:
        """Calibrated probability of each row [n]."""
        return self.calibration(self.model.predict(matrix))


def calibrate(probability: Floats, treated: Floats, weight: Floats, clip: float) -> Calibration:
    """The calibration that held-out probabilities [n] of the rows' models need (Platt 1999)."""
    odds = logit(np.clip(probability, _SURE, 1 - _SURE))[:, None]
    platt = LogisticRegression(C=np.inf).fit(odds, treated, sample_weight=weight)
    slope = float(platt.coef_[0, 0])
    if slope <= 0:  # held-out rows contradict the model: everybody is as likely as the average
        return Calibration(float(logit(np.average(treated, weights=weight))), 0.0, clip)
    return Calibration(float(platt.intercept_[0]), slope, clip)
