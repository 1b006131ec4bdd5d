"""Cross-fitting: every row is predicted by a model that never saw the row's group.

A role (outcome, treatment, effect) is a `Task`; fitting it yields one model for each fold and
their held-out predictions. New rows are predicted by the average of the fold models, so
that nothing has to be fitted again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from training.arrays import AnyArray, Booleans, Floats, Integers
from training.learners.binning import Binned
from training.learners.design import LinearDesign
from training.learners.folds import Folds
from training.learners.settings import Outcome

#: Rows predicted at a time, so that no large part of the matrix is copied.
_CHUNK = 20_000


class Model(Protocol):
    """Anything that predicts from a matrix."""

    def predict(self, matrix: AnyArray) -> Floats:
        """Prediction for each row [n] of a matrix [n, p]."""


@dataclass(frozen=True)
class CrossFitted:
    """One model for each fold, and what each says of its fold's rows, together [n]."""

    models: Sequence[Model]
    held_out: Floats


@dataclass(frozen=True)
class Task:
    """What is learned: arrays are [n]; rows outside `learn` are only predicted.

    `by_fold` [folds, n] holds targets that differ with the fold whose models they are for; what
    they say of the fold's own rows is then the `target`.
    """

    target: Floats
    weight: Floats
    outcome: Outcome = "regression"
    learn: Booleans | None = None
    by_fold: Floats | None = None

    def target_of(self, fold: int) -> Floats:
        """What the fold's models learn and are judged by [n]."""
        return self.target if self.by_fold is None else np.asarray(self.by_fold[fold])

    def usable(self) -> Booleans:
        """Rows that may be learned from."""
        return np.ones(len(self.target), dtype=bool) if self.learn is None else self.learn

    def counted(self) -> Floats:
        """Weights, 0 where a row may not be learned from."""
        return self.weight * self.usable()


@dataclass(frozen=True)
class Bench:
    """What all roles of one fit share."""

    binned: Binned
    design: LinearDesign
    folds: Folds
    threads: int
    seed: int

    @property
    def matrix(self) -> AnyArray:
        """Features [n, p]."""
        return self.binned.matrix

    def learned(self, task: Task, fold: int) -> Integers:
        """Numbers of the rows that the fold's models learn from."""
        return np.flatnonzero(task.usable() & ~self.folds.held(fold))

    def held_out(self, models: Sequence[Model], matrix: AnyArray | None = None) -> CrossFitted:
        """Let each fold's model predict the fold's rows of `matrix`, by default the features."""
        matrix = self.matrix if matrix is None else matrix
        predicted = np.empty(len(matrix))
        held = [np.flatnonzero(self.folds.held(fold)) for fold in self.folds.numbers]
        with ThreadPoolExecutor(self.threads) as pool:
            answers = pool.map(lambda model, rows: _predict(model, matrix, rows), models, held)
            for rows, answer in zip(held, answers, strict=True):
                predicted[rows] = answer
        return CrossFitted(models, predicted)

    def predict_each(self, models: Sequence[Model], rows: Integers) -> Iterator[Floats]:
        """What every model says of the same rows [rows]."""
        with ThreadPoolExecutor(self.threads) as pool:
            yield from pool.map(lambda model: _predict(model, self.matrix, rows), models)


def _predict(model: Model, matrix: AnyArray, rows: Integers) -> Floats:
    predicted = np.empty(len(rows))
    for start in range(0, len(rows), _CHUNK):
        part = slice(start, start + _CHUNK)
        predicted[part] = model.predict(matrix[rows[part]])
    return predicted
