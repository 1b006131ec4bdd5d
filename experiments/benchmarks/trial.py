"""One trial of a public benchmark: rows to learn an effect from, rows to judge it on.

The data sets are not part of the project: they are read where they lie and never copied.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from features.errors import RosterliftError
from training.arrays import Floats, Integers

#: Beside the repository.
FOLDER: Final = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "benchmarks"


class BenchmarkMissingError(RosterliftError):
    """A file of a public benchmark is not there."""

    def __init__(self, file: Path) -> None:
        self.file = file
        super().__init__(
            f"no benchmark data at {str(file)!r}: public data sets are not part of the project. "
            "Put the file there, or ask for other sets."
        )


@dataclass(frozen=True)
class Rows:
    """Rows of a trial.

    Args:
        X: features as numbers, categories as codes [row, p].
        y: observed outcome [row].
        treatment: 0 or 1 [row].
        effect: true effect [row]; None where nobody knows it.
    """

    X: Floats
    y: Floats
    treatment: Integers
    effect: Floats | None


@dataclass(frozen=True)
class Trial:
    """One replication, instance or split of a data set, by its number."""

    dataset: str
    number: int
    train: Rows
    test: Rows


def benchmark_file(folder: Path, name: str) -> Path:
    """The file in the folder.

    Raises:
        BenchmarkMissingError: it is not there.
    """
    if not (file := folder / name).exists():
        raise BenchmarkMissingError(file)
    return file


def split_rows(rows: int, *, test_share: float, seed: int) -> tuple[Integers, Integers]:
    """Numbers of training rows and of test rows, each ascending."""
    shuffled: Integers = np.random.default_rng(seed).permutation(rows)
    tested = round(rows * test_share)
    return np.sort(shuffled[tested:]), np.sort(shuffled[:tested])


def coded(table: pd.DataFrame) -> Floats:
    """Numbers as they are, categories as codes in alphabetical order [row, column]."""
    categories = table.select_dtypes(exclude="number").columns
    codes = {name: table[name].astype("category").cat.codes for name in categories}
    coded_table: Floats = table.assign(**codes).to_numpy(dtype=np.float64)
    return coded_table
