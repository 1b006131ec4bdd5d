"""Rows whose effect of treatment is known exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from training.arrays import Floats
from training.learners.dr import DRLearner
from training.learners.r import RLearner
from training.learners.s import SLearner
from training.learners.settings import LearnerSettings, TreeSettings
from training.learners.t import TLearner
from training.learners.x import XLearner

LEARNERS = (SLearner, TLearner, XLearner, RLearner, DRLearner)

#: Trees alone, few of them: what tests of plumbing need.
_FEW = TreeSettings(max_rounds=20, patience=None, num_leaves=8)
PLAIN = LearnerSettings(
    small_rows=0, outcome=_FEW, joint=_FEW, propensity=_FEW, effect=_FEW, blend=False, max_bin=63
)
#: The same with early stopping and mixing.
QUICK = LearnerSettings(
    small_rows=0,
    outcome=TreeSettings(num_leaves=8),
    joint=TreeSettings(num_leaves=8),
    propensity=TreeSettings(num_leaves=8),
    effect=TreeSettings(num_leaves=4),
)


@dataclass(frozen=True)
class Rows:
    """Features [n, 6], outcome, treatment, its propensity (or expected dose), true effect [n]."""

    X: Floats
    y: Floats
    treatment: Floats
    propensity: Floats
    effect: Floats

    def error(self, found: Floats) -> float:
        """Root mean squared error of effects, relative to their spread."""
        return float(np.sqrt(np.mean((found - self.effect) ** 2)) / self.effect.std())


def flags(n: int, seed: int, *, noise: float = 1.0) -> Rows:
    """A confounded flag: features 0 and 1 drive treatment and outcome, 0 and 2 the effect."""
    rng, X = _features(n, seed)
    propensity = expit(0.8 * X[:, 0] - 0.5 * X[:, 1])
    treatment = (rng.random(n) < propensity).astype(float)
    effect = 1.0 + X[:, 0] + (X[:, 2] > 0)
    y = 2.0 * X[:, 0] + np.abs(X[:, 1]) + treatment * effect + noise * rng.normal(size=n)
    return Rows(X, y, treatment, propensity, effect)


def doses(n: int, seed: int) -> Rows:
    """A confounded dose whose effect per unit depends on feature 0."""
    rng, X = _features(n, seed)
    expected = X[:, 1]
    dose = expected + rng.normal(size=n)
    effect = 1.0 + 0.5 * X[:, 0]
    return Rows(X, 2.0 * X[:, 1] + dose * effect + rng.normal(size=n), dose, expected, effect)


def classes(n: int, seed: int) -> Rows:
    """A drawn flag and an outcome of 0 and 1."""
    rng, X = _features(n, seed)
    treatment = (rng.random(n) < 0.5).astype(float)
    untreated, treated = expit(X[:, 1] - 1.0), expit(X[:, 1] - 1.0 + 1.5 * (X[:, 0] > 0))
    y = (rng.random(n) < np.where(treatment == 1, treated, untreated)).astype(float)
    return Rows(X, y, treatment, np.full(n, 0.5), treated - untreated)


def _features(n: int, seed: int) -> tuple[np.random.Generator, Floats]:
    rng = np.random.default_rng(seed)
    return rng, rng.normal(size=(n, 6))
