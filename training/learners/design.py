"""What linear models see of a matrix: standardised numbers, categories as indicators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from training.arrays import AnyArray, Floats

#: Rows handled at a time, so that no second copy of a large matrix is held.
_CHUNK = 20_000
#: Rows that means and standard deviations are taken over.
_SCALE_ROWS = 20_000
#: Columns with more categories are left to the trees.
_MOST_LEVELS = 30
#: Standard deviations beyond which a value counts no further; infinities come to lie here.
_FARTHEST = 10.0


@dataclass(frozen=True)
class LinearDesign:
    """How a matrix [n, p] becomes linear features [n, q].

    `mean` and `scale` are [p]; `levels` counts the categories of the columns that hold codes.
    """

    mean: Floats
    scale: Floats
    levels: Mapping[int, int]

    @property
    def width(self) -> int:
        """How many features there are."""
        kept = [count for count in self.levels.values() if count <= _MOST_LEVELS]
        return len(self.mean) - len(self.levels) + sum(kept)

    def chunks(self, matrix: AnyArray) -> Iterator[tuple[slice, Floats]]:
        """Slices of rows with their features."""
        for start in range(0, len(matrix), _CHUNK):
            rows = slice(start, start + _CHUNK)
            yield rows, self._features(matrix[rows])

    def standardised(self, matrix: AnyArray) -> AnyArray:
        """The matrix [n, p] itself in standard deviations: codes and missing values stay."""
        scaled: AnyArray = np.clip((matrix - self.mean) / self.scale, -_FARTHEST, _FARTHEST)
        scaled[:, list(self.levels)] = matrix[:, list(self.levels)]
        return scaled

    def features(self, matrix: AnyArray) -> Floats:
        """All features [n, q]."""
        return np.concatenate([features for _, features in self.chunks(matrix)])

    def score(self, matrix: AnyArray, intercept: float, slopes: Floats) -> Floats:
        """`intercept + features · slopes` of each row [n]."""
        scores = np.empty(len(matrix))
        for rows, features in self.chunks(matrix):
            scores[rows] = intercept + features @ slopes
        return scores

    def _features(self, matrix: AnyArray) -> Floats:
        numbers = np.delete(np.arange(matrix.shape[1]), list(self.levels))
        scaled = (matrix[:, numbers] - self.mean[numbers]) / self.scale[numbers]
        kept = [np.clip(np.where(np.isnan(scaled), 0.0, scaled), -_FARTHEST, _FARTHEST)]
        for column, count in self.levels.items():
            if count <= _MOST_LEVELS:
                kept.append((matrix[:, [column]] == np.arange(count)).astype(np.float64))
        return np.concatenate(kept, axis=1)


def learn_design(matrix: AnyArray, levels: Mapping[int, int]) -> LinearDesign:
    """Means and standard deviations of each column's finite values, of many rows by a sample."""
    finite = np.ma.masked_invalid(matrix[:: 1 + len(matrix) // _SCALE_ROWS])
    scale = finite.std(axis=0, dtype=np.float64).filled(0.0)
    mean = finite.mean(axis=0, dtype=np.float64).filled(0.0)
    return LinearDesign(mean, np.where(scale > 0, scale, 1.0), levels)
