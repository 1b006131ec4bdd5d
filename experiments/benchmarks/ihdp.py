"""IHDP: a randomised home-visit programme made observational by leaving out some of the treated.

747 children, 25 covariates, simulated outcomes with known means (Hill 2011); training and test
children are those of Shalit, Johansson & Sontag 2017.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np

from experiments.benchmarks.trial import FOLDER, Rows, Trial, benchmark_file
from training.arrays import Booleans

NAME: Final = "ihdp"
REPLICATIONS: Final = tuple(range(1, 26))


def ihdp_trials(
    replications: Iterable[int] = REPLICATIONS, folder: Path = FOLDER
) -> Iterator[Trial]:
    """The replications by their published numbers, from 1.

    Raises:
        BenchmarkMissingError: the file is not in the folder.
    """
    with np.load(benchmark_file(folder, "ihdp_npci_1-25.npz"), allow_pickle=False) as file:
        arrays = dict(file)
    for number in replications:
        own = {name: array[number - 1] for name, array in arrays.items()}
        yield Trial(NAME, number, train=_rows(own, ~own["test"]), test=_rows(own, own["test"]))


def _rows(own: dict[str, np.ndarray], chosen: Booleans) -> Rows:
    return Rows(
        X=own["x"][chosen],
        y=own["yf"][chosen],
        treatment=own["t"][chosen].astype(np.int64),
        effect=(own["mu1"] - own["mu0"])[chosen],
    )
