"""Rows whose effect is known: a confounded flag, steps and kinks in outcome and effect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from training.arrays import Floats, Integers

COLUMNS = 50


@dataclass(frozen=True)
class World:
    """Features [n, 50], all else [n]; `expected` is E[y | x], `scores` are doubly robust."""

    X: Floats
    y: Floats
    treatment: Integers
    propensity: Floats
    expected: Floats
    effect: Floats

    @property
    def scores(self) -> Floats:
        """What the DR-learner regresses, with true nuisances."""
        own = self.expected + (self.treatment - self.propensity) * self.effect
        overlap = self.propensity * (1 - self.propensity)
        return self.effect + (self.treatment - self.propensity) / overlap * (self.y - own)


def simulate(rows: int, seed: int) -> World:
    """Draw rows.

    The outcome is Friedman's (1991) benchmark at half its size, the propensity logistic
    between 0.1 and 0.9, the effect depends on four features, one of them a confounder; noise has
    a standard deviation of 1, the effect one of 0.45.
    """
    rng = np.random.default_rng(seed)
    X = rng.uniform(size=(rows, COLUMNS))
    outcome = (
        5.0 * np.sin(np.pi * X[:, 0] * X[:, 1])
        + 10.0 * (X[:, 2] - 0.5) ** 2
        + 5.0 * X[:, 3]
        + 2.5 * X[:, 4]
    )
    propensity = np.clip(expit(3.0 * (X[:, 0] - 0.5) + 2.0 * (X[:, 2] - 0.5)), 0.1, 0.9)
    effect = 0.5 + (X[:, 0] > 0.5) * X[:, 1] + 2.0 * np.abs(X[:, 5] - 0.5) * (X[:, 6] > 0.3)
    treatment = rng.binomial(1, propensity)
    untreated = outcome - 0.5 * effect
    return World(
        X=X,
        y=untreated + treatment * effect + rng.normal(size=rows),
        treatment=treatment,
        propensity=propensity,
        expected=untreated + propensity * effect,
        effect=effect,
    )
