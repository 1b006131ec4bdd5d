"""ACIC 2016: real covariates of 4,802 births, simulated outcomes (Dorie et al. 2019).

58 covariates, three of them categories. The data have no test rows of their own: a fifth, drawn
with the instance's number as seed, is kept apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from experiments.benchmarks.trial import FOLDER, Rows, Trial, benchmark_file, coded, split_rows
from training.arrays import Floats, Integers

NAME: Final = "acic"
INSTANCES: Final = (1, 2, 3, 4, 5)
TEST_SHARE: Final = 0.2


def acic_trials(instances: Iterable[int] = INSTANCES, folder: Path = FOLDER) -> Iterator[Trial]:
    """The instances by their numbers.

    Raises:
        BenchmarkMissingError: a file is not in the folder.
    """
    X = coded(pd.read_csv(benchmark_file(folder, "acic2016_x.csv.gz")))
    for number in instances:
        outcomes = pd.read_csv(benchmark_file(folder, f"acic2016_zymu_{number}.csv.gz"))
        train, test = split_rows(len(X), test_share=TEST_SHARE, seed=number)
        yield Trial(NAME, number, train=_rows(X, outcomes, train), test=_rows(X, outcomes, test))


def _rows(X: Floats, outcomes: pd.DataFrame, chosen: Integers) -> Rows:
    own = outcomes.iloc[chosen]
    treated = own["z"].to_numpy(dtype=np.int64)
    return Rows(
        X=X[chosen],
        y=np.where(treated == 1, own["y1"], own["y0"]),
        treatment=treated,
        effect=(own["mu1"] - own["mu0"]).to_numpy(dtype=np.float64),
    )
