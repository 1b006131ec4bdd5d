"""What a learner is given, checked once: every fault is named before anything is fitted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from features.errors import SampleError
from training.arrays import AnyArray, Floats, Integers
from training.learners.columns import Columns, Table, learn_columns
from training.learners.settings import Outcome


@dataclass(frozen=True)
class Sample:
    """Checked training rows; arrays are [n].

    `group` is numbered 0 … g - 1; `propensity` is None where it has to be estimated; `weight` has
    mean 1.
    """

    columns: Columns
    X: AnyArray
    y: Floats
    treatment: Floats
    group: Integers
    propensity: Floats | None
    weight: Floats

    @property
    def size(self) -> int:
        return len(self.y)

    @property
    def binary(self) -> bool:
        """Whether the treatment is a flag; a dose otherwise."""
        return bool(np.isin(self.treatment, (0.0, 1.0)).all())


def check_sample(
    X: Table,
    y: ArrayLike,
    *,
    treatment: ArrayLike,
    groups: ArrayLike | None,
    propensity: ArrayLike | None,
    weights: ArrayLike | None,
    outcome: Outcome,
    dose: bool,
) -> Sample:
    """Check what a learner is fitted on.

    Args:
        dose: whether a treatment that is not binary is allowed.

    Raises:
        SampleError: an argument cannot be learned from; it names which, and why.
    """
    columns = learn_columns(X)
    matrix = columns.matrix(X)
    n = len(matrix)
    return Sample(
        columns=columns,
        X=matrix,
        y=_check_outcome(_floats("y", y, n), outcome),
        treatment=(treated := _check_treatment(_floats("treatment", treatment, n), dose)),
        group=_numbered(groups, n),
        propensity=None if propensity is None else _check_propensity(propensity, treated),
        weight=np.ones(n) if weights is None else _check_weights(_floats("weights", weights, n)),
    )


def _floats(name: str, values: ArrayLike, rows: int) -> Floats:
    """A vector of finite floats as long as X."""
    raw = _vector(name, values, rows)
    try:
        floats = pd.to_numeric(pd.Series(raw)).to_numpy(dtype=np.float64, na_value=np.nan)
    except (ValueError, TypeError) as error:
        raise SampleError(
            name, "numbers", f"values like {raw[0]!r}", "Convert them before the fit."
        ) from error
    if not np.isfinite(floats).all():
        bad = int(np.count_nonzero(~np.isfinite(floats)))
        raise SampleError(
            name, "finite numbers", f"{bad} NaN or infinite", "Drop those rows or fill them in."
        )
    return floats


def _vector(name: str, values: ArrayLike, rows: int) -> AnyArray:
    raw = np.asarray(values)
    if raw.ndim != 1 or len(raw) != rows:
        raise SampleError(
            name,
            f"one value for each of the {rows} rows of X",
            f"shape {raw.shape}",
            "Give X, y, treatment, groups, propensity and weights in the same row order.",
        )
    return raw


def _check_outcome(y: Floats, outcome: Outcome) -> Floats:
    if outcome == "classification" and not np.isin(y, (0.0, 1.0)).all():
        raise SampleError(
            "y",
            "0 or 1 in a classification",
            _examples(y),
            'Code the classes or set outcome="regression".',
        )
    return y


def _check_treatment(treatment: Floats, dose: bool) -> Floats:
    levels = np.unique(treatment)
    if not dose and not np.isin(levels, (0.0, 1.0)).all():
        raise SampleError(
            "treatment",
            "0 for untreated and 1 for treated",
            _examples(treatment),
            "Code the arms, or use the RLearner for a dose.",
        )
    if len(levels) < 2:
        raise SampleError(
            "treatment",
            "treated and untreated rows",
            f"{levels[0]:g} in every row",
            "Nothing can be compared: add rows of the other arm.",
        )
    return treatment


def _check_propensity(propensity: ArrayLike, treatment: Floats) -> Floats:
    values = _floats("propensity", propensity, len(treatment))
    if np.isin(treatment, (0.0, 1.0)).all() and not ((values > 0) & (values < 1)).all():
        certain = int(np.count_nonzero((values <= 0) | (values >= 1)))
        raise SampleError(
            "propensity",
            "probabilities between 0 and 1, both excluded",
            f"{certain} at or beyond 0 and 1",
            "Rows whose treatment was certain have nothing to be compared with: drop them.",
        )
    return values


def _check_weights(weights: Floats) -> Floats:
    if (weights < 0).any() or not weights.sum() > 0:
        raise SampleError(
            "weights",
            "weights of at least 0, some above",
            f"{int(np.count_nonzero(weights < 0))} negative, sum {weights.sum():g}",
            "Weights are inverse variances or counts of rows.",
        )
    relative: Floats = weights / weights.mean()
    return relative


def _numbered(groups: ArrayLike | None, rows: int) -> Integers:
    """Groups as 0 … g - 1, in the order they appear; each row its own where none are given."""
    if groups is None:
        return np.arange(rows)
    codes, _ = pd.factorize(_vector("groups", groups, rows))
    if (codes < 0).any():
        raise SampleError(
            "groups",
            "a group for every row",
            f"{int(np.count_nonzero(codes < 0))} missing",
            "Give rows without a group one of their own.",
        )
    return codes.astype(np.int64)


def _examples(values: Floats) -> str:
    return "values like " + ", ".join(f"{value:g}" for value in np.unique(values)[:4])
