"""Constant, ridge, logistic and log-linear models: simple answers that trees are mixed with."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, TweedieRegressor

from training.arrays import AnyArray, Floats
from training.learners.crossfit import Bench, CrossFitted, Task
from training.learners.design import LinearDesign

_RIDGE_PENALTIES = np.logspace(-1, 4, 11)
_LOGISTIC_STRENGTHS = (0.003, 0.03, 0.3, 3.0)
_STEPS = 300
#: A penalty this much worse than the best ends the search.
_HOPELESS = 1.05
#: Log-linear models want a mean above this many standard deviations,
_LOWEST_MEAN = 0.1
#: and never predict more than this many times the largest outcome.
_BEYOND = 10.0
_LOG_LINEAR_PENALTIES = (1.0, 0.3, 0.1, 0.03, 0.01, 0.003)


@dataclass(frozen=True)
class CappedExp:
    """exp, held below a cap: a straight line that goes on too far must not explode."""

    cap: float

    def __call__(self, score: Floats) -> Floats:
        """`exp(score)` or the cap, whichever is smaller."""
        return np.exp(np.minimum(score, np.log(self.cap)))


@dataclass(frozen=True)
class Line:
    """`inverse_link(intercept + features · slopes)`; the inverse link is the identity if None."""

    intercept: float
    slopes: Floats
    inverse_link: Callable[[Floats], Floats] | None = None


@dataclass(frozen=True)
class Linear:
    """A line on a design."""

    design: LinearDesign
    line: Line

    def predict(self, matrix: AnyArray) -> Floats:
        """Prediction for each row [n]."""
        scores = self.design.score(matrix, self.line.intercept, self.line.slopes)
        return scores if self.line.inverse_link is None else self.line.inverse_link(scores)


@dataclass(frozen=True)
class Constant:
    """One number for all."""

    value: float

    def predict(self, matrix: AnyArray) -> Floats:
        """The same for each row [n]."""
        return np.full(len(matrix), self.value)


def fit_constant(bench: Bench, task: Task) -> CrossFitted:
    """The weighted mean of what each fold's models learn from."""
    means = []
    for fold in bench.folds.numbers:
        rows = bench.learned(task, fold)
        means.append(float(np.average(task.target_of(fold)[rows], weights=task.weight[rows])))
    return bench.held_out([Constant(mean) for mean in means])


def fit_ridge(bench: Bench, task: Task) -> CrossFitted:
    """Weighted least squares with the penalty on slopes that held-out rows ask for.

    One pass over the rows collects each fold's moments of (1, features) and target; every fit
    and every held-out loss follows from them.
    """
    # Losses follow from moments only if the target is not far from 0 beside its spread.
    centre = float(np.average(task.target, weights=task.counted()))
    moments = _collect_moments(bench, task, centre)
    best = np.inf
    found: Floats = np.zeros_like(moments.learned)
    for penalty in _RIDGE_PENALTIES:
        solved = moments.solve(penalty)
        loss = moments.held_out_loss(solved)
        if loss < best:
            best, found = loss, solved
    lines = (Line(centre + float(one[0]), one[1:]) for one in found)
    return bench.held_out([Linear(bench.design, line) for line in lines])


@dataclass(frozen=True)
class _Moments:
    """Weighted sums over the rows of each fold, and over the rows its models learn from.

    `gram` [fold, q, q] and `judged` [fold, q] are the fold's own products of (1, features) with
    themselves and with the target; `learned` [fold, q] is the latter over all other folds.
    """

    gram: Floats
    judged: Floats
    learned: Floats

    def solve(self, penalty: float) -> Floats:
        """Intercept and slopes of each fold's model [fold, q]."""
        ridge = np.diag(np.r_[0.0, np.full(self.gram.shape[1] - 1, penalty)])
        left = self.gram.sum(axis=0) - self.gram + ridge
        return np.asarray(np.linalg.solve(left, self.learned[:, :, None])[:, :, 0])

    def held_out_loss(self, solved: Floats) -> float:
        """Squared error on each fold's own rows, less what no model can change."""
        fitted = np.einsum("fi,fij,fj->", solved, self.gram, solved)
        return float(fitted - 2.0 * np.sum(solved * self.judged))


def _collect_moments(bench: Bench, task: Task, centre: float) -> _Moments:
    folds, columns = bench.folds.count, bench.design.width + 1
    gram = np.zeros((folds, columns, columns))
    judged, learned = np.zeros((folds, columns)), np.zeros((folds, columns))
    weight = task.counted()
    for rows, features in bench.design.chunks(bench.matrix):
        whole = np.column_stack([np.ones(len(features)), features])
        for fold in bench.folds.numbers:
            own = bench.folds.held(fold)[rows]
            weighted = weight[rows] * (task.target_of(fold)[rows] - centre)
            gram[fold] += whole[own].T @ (whole[own] * weight[rows][own, None])
            judged[fold] += weighted[own] @ whole[own]
            learned[fold] += weighted[~own] @ whole[~own]
    return _Moments(gram, judged, learned)


def fit_logistic(bench: Bench, task: Task) -> CrossFitted:
    """Logistic regression with the penalty that held-out rows ask for."""

    def fit(features: Floats, target: Floats, weight: Floats, strength: float) -> Line:
        model = LogisticRegression(C=strength, max_iter=_STEPS)
        model.fit(features, target, sample_weight=weight)
        return Line(float(model.intercept_[0]), model.coef_[0], expit)

    return _search(bench, task, fit, _LOGISTIC_STRENGTHS)


def fit_log_linear(bench: Bench, task: Task) -> CrossFitted:
    """Least squares with mean `exp(linear)`, for outcomes whose mean is well above 0."""
    scale = float(task.target.std())
    inverse_link = CappedExp(_BEYOND * float(np.abs(task.target).max()))

    def fit(features: Floats, target: Floats, weight: Floats, penalty: float) -> Line:
        model = TweedieRegressor(power=0, link="log", alpha=penalty, max_iter=_STEPS)
        model.fit(features, target / scale, sample_weight=weight)
        return Line(float(model.intercept_) + float(np.log(scale)), model.coef_, inverse_link)

    return _search(bench, task, fit, _LOG_LINEAR_PENALTIES)


def is_log_linear(bench: Bench, task: Task) -> bool:
    """Whether an outcome's mean is far enough above 0 for its logarithm to be modelled."""
    rows = [bench.learned(task, fold) for fold in bench.folds.numbers]
    means = [np.average(task.target[own], weights=task.weight[own]) for own in rows]
    return bool(min(means) > _LOWEST_MEAN * task.target.std() > 0)


def has_both_classes(bench: Bench, task: Task) -> bool:
    """Whether each fold's models see rows of both classes."""
    classes = (np.unique(task.target[bench.learned(task, fold)]) for fold in bench.folds.numbers)
    return all(len(seen) == 2 for seen in classes)


def _search(
    bench: Bench,
    task: Task,
    fit: Callable[[Floats, Floats, Floats, float], Line],
    penalties: Sequence[float],
) -> CrossFitted:
    """Fold models with the one penalty of least squared error on held-out rows."""
    features = bench.design.features(bench.matrix)
    learned = [bench.learned(task, fold) for fold in bench.folds.numbers]
    found: list[tuple[float, CrossFitted]] = []
    for penalty in penalties:
        with warnings.catch_warnings():
            # A fit that ran out of steps is judged on held-out rows like any other.
            warnings.simplefilter("ignore", ConvergenceWarning)
            lines = [
                fit(features[rows], task.target[rows], task.weight[rows], penalty)
                for rows in learned
            ]
        fitted = bench.held_out([Linear(bench.design, line) for line in lines])
        loss = float(task.counted() @ (task.target - fitted.held_out) ** 2)
        found.append((loss, fitted))
        if loss > _HOPELESS * min(known for known, _ in found):
            break
    return min(found, key=lambda one: one[0])[1]
