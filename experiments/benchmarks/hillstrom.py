"""Hillstrom's e-mail experiment: 64,000 customers, a third each with a men's, a women's or no mail.

The treatment is any e-mail, the outcome a visit within two weeks. Nobody knows the true effects:
rankings are judged on the other half of random halves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from experiments.benchmarks.trial import FOLDER, Rows, Trial, benchmark_file, coded, split_rows
from training.arrays import Floats, Integers

NAME: Final = "hillstrom"
SPLITS: Final = tuple(range(10))
TEST_SHARE: Final = 0.5
_OUTCOMES: Final = ["segment", "visit", "conversion", "spend"]


def hillstrom_trials(splits: Iterable[int] = SPLITS, folder: Path = FOLDER) -> Iterator[Trial]:
    """Random halves, each drawn with its number as seed.

    Raises:
        BenchmarkMissingError: the file is not in the folder.
    """
    table = pd.read_csv(benchmark_file(folder, "hillstrom.csv.gz"))
    X = coded(table.drop(columns=_OUTCOMES))
    treated = np.asarray(table["segment"] != "No E-Mail", dtype=np.int64)
    visit = table["visit"].to_numpy(dtype=np.float64)
    for number in splits:
        train, test = split_rows(len(X), test_share=TEST_SHARE, seed=number)
        yield Trial(
            NAME,
            number,
            train=_rows(X, visit, treated, train),
            test=_rows(X, visit, treated, test),
        )


def _rows(X: Floats, visit: Floats, treated: Integers, chosen: Integers) -> Rows:
    return Rows(X=X[chosen], y=visit[chosen], treatment=treated[chosen], effect=None)
