"""From a feature table to the matrix LightGBM bins, with categories as codes.

What `fit` saw is remembered, so that a table of rows to come gets the same columns, in
the same order and with the same codes; a category never seen becomes a missing value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from features.errors import SampleError
from training.arrays import AnyArray

Table = pd.DataFrame | AnyArray


@dataclass(frozen=True)
class Columns:
    """The columns of a training table; `names` is None where it was an array."""

    count: int
    names: tuple[str, ...] | None
    categories: Mapping[int, pd.Index[Any]]

    @property
    def levels(self) -> dict[int, int]:
        """How many categories a categorical column has, by its position."""
        return {place: len(known) for place, known in self.categories.items()}

    def matrix(self, X: Table) -> AnyArray:
        """X as floats [n, p]: category codes, NaN where a value is missing or a category new.

        Arrays of float32 and float64 are passed on as they are.

        Raises:
            SampleError: other columns than in training, or values that are no numbers.
        """
        if isinstance(X, pd.DataFrame):
            return self._from_frame(X)
        matrix = _from_array(X)
        if self.categories or matrix.shape[1] != self.count:
            raise SampleError(
                "X",
                f"the {self.count} columns of training",
                f"an array of {matrix.shape[1]} columns",
                "Give the table that the learner was fitted on, with the rows to come.",
            )
        return matrix

    def _from_frame(self, X: pd.DataFrame) -> AnyArray:
        if self.names is None:
            return self.matrix(_plain(X))
        missing = [name for name in self.names if name not in X.columns]
        if missing:
            raise SampleError(
                "X",
                "the columns of training",
                f"a table without {', '.join(missing[:5])}",
                "Add the columns or fit the learner again.",
            )
        matrix = np.empty((len(X), self.count))
        for place, name in enumerate(self.names):
            known = self.categories.get(place)
            column = X[name]
            matrix[:, place] = _numbers(column) if known is None else _codes(column, known)
        return matrix


def learn_columns(X: Table) -> Columns:
    """The columns of a training table.

    Raises:
        SampleError: X is no table of numbers and categories, or is empty, or repeats a name.
    """
    if not isinstance(X, pd.DataFrame):
        matrix = _from_array(X)
        if 0 in matrix.shape:
            raise _not_a_table(matrix)
        return Columns(matrix.shape[1], None, {})
    names = tuple(str(name) for name in X.columns)
    if (
        0 in X.shape
        or len(set(names)) < len(names)
        or any(n != c for n, c in zip(names, X.columns, strict=True))
    ):
        raise SampleError(
            "X",
            "a table with rows and columns named by different strings",
            f"{X.shape[0]} rows and {X.shape[1]} columns named {', '.join(names[:5]) or 'nothing'}",
            "Name the columns of the table.",
        )
    categories = {
        place: X[name].cat.categories
        for place, name in enumerate(names)
        if isinstance(X[name].dtype, pd.CategoricalDtype)
    }
    return Columns(len(names), names, categories)


def _from_array(X: object) -> AnyArray:
    matrix: AnyArray = np.asarray(X)
    if matrix.ndim != 2 or matrix.dtype.kind not in "fiub":
        raise _not_a_table(matrix)
    return matrix if matrix.dtype in (np.float32, np.float64) else matrix.astype(np.float64)


def _not_a_table(matrix: AnyArray) -> SampleError:
    return SampleError(
        "X",
        "a table of numbers with rows and columns",
        f"an array of shape {matrix.shape} and type {matrix.dtype}",
        "Columns of text become categorical columns of a DataFrame.",
    )


def _plain(X: pd.DataFrame) -> AnyArray:
    return np.column_stack([_numbers(X[name]) for name in X.columns])


def _numbers(column: pd.Series[Any]) -> AnyArray:
    if not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)):
        raise SampleError(
            "X",
            f"numbers or categories in column {column.name!r}",
            f"values of type {column.dtype}",
            'Convert text with `.astype("category")` and dates to numbers.',
        )
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def _codes(column: pd.Series[Any], known: pd.Index[Any]) -> AnyArray:
    codes = known.get_indexer(pd.Index(column.astype(object)))
    return np.where(codes < 0, np.nan, codes)
