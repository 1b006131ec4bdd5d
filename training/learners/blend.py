"""Convex mixes of models, their shares chosen on held-out predictions (stacking: Breiman 1996)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from training.arrays import AnyArray, Floats
from training.learners.crossfit import CrossFitted, Model, Task

#: Smaller shares are not worth their prediction time.
_NEGLIGIBLE = 1e-3


@dataclass(frozen=True)
class Mixture:
    """A weighted sum of models."""

    models: tuple[Model, ...]
    shares: tuple[float, ...]

    def predict(self, matrix: AnyArray) -> Floats:
        """The weighted sum of the models' predictions [n]."""
        total = np.zeros(len(matrix))
        for model, share in zip(self.models, self.shares, strict=True):
            total += share * model.predict(matrix)
        return total


def blend(members: Sequence[CrossFitted], task: Task) -> CrossFitted:
    """The mix of members with the least squared error on held-out rows, for all folds alike."""
    if len(members) == 1:
        return members[0]
    held_out = np.array([member.held_out for member in members])
    shares = simplex_shares(held_out, task.target, task.counted())
    used = np.flatnonzero(shares)
    models = [
        Mixture(tuple(fold[member] for member in used), tuple(shares[used].tolist()))
        for fold in zip(*(member.models for member in members), strict=True)
    ]
    return CrossFitted(models, shares @ held_out)


def simplex_shares(answers: Floats, target: Floats, weight: Floats) -> Floats:
    """Shares [j], at least 0 and adding to 1, of the mix with the least weighted squared error.

    Args:
        answers: [j, n]; target, weight: [n].
    """
    error = answers - target
    gram = (error * weight) @ error.T
    # Shares add to 1, so that the mix's error is the mix of the errors: s'Gs. One row of ones
    # that weighs far more than any error holds the sum.
    values, vectors = np.linalg.eigh(gram)
    root = np.sqrt(np.maximum(values, 0.0))[:, None] * vectors.T
    heavy = 1e4 * max(float(np.abs(root).max()), 1e-12)
    shares, _ = nnls(
        np.vstack([root, np.full(len(answers), heavy)]), np.r_[np.zeros(len(answers)), heavy]
    )
    shares = np.where(shares < _NEGLIGIBLE, 0.0, shares)
    found: Floats = shares / shares.sum()
    return found
