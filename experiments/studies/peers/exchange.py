"""What passes between our Python and the peers': jobs, answers, and how they lie on disk.

Both sides import this file, so it needs nothing but NumPy. Arrays travel as `.npz`, all else
as JSON beside it; neither can hold code.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

#: The learners each library is asked for; "forest" is econml's `CausalForestDML`.
LEARNERS: Final[Mapping[str, tuple[str, ...]]] = {
    "econml": ("s", "t", "x", "r", "dr", "forest"),
    "causalml": ("s", "t", "x", "r", "dr"),
    "metalearners": ("s", "t", "x", "r", "dr"),
}


@dataclass(frozen=True)
class PeerJob:
    """Fit one learner of one library and predict the effect on other rows.

    Args:
        library, learner: a pair of `LEARNERS`.
        X: features [row, p]; NaN where the peer can take it.
        y: outcome [row].
        treatment: 0 or 1 [row].
        X_test: rows whose effect is asked for [test row, p].
        fold: number of each row's fold for cross-fitting, from 0 [row].
        booster: LightGBM settings by their scikit-learn names, the same for every role.
        threads: of LightGBM and of the forest.
        seed: of everything that draws.
    """

    library: str
    learner: str
    X: NDArray[np.float64]
    y: NDArray[np.float64]
    treatment: NDArray[np.int64]
    X_test: NDArray[np.float64]
    fold: NDArray[np.int64]
    booster: Mapping[str, float]
    threads: int
    seed: int

    def __post_init__(self) -> None:
        if self.learner not in LEARNERS.get(self.library, ()):
            known = ", ".join(f"{lib}.{one}" for lib, own in LEARNERS.items() for one in own)
            raise ValueError(f"no peer {self.library}.{self.learner}; there are {known}")


@dataclass(frozen=True)
class PeerAnswer:
    """Effects [test row], and what the fit took.

    `seconds` and `cpu_seconds` are the fit's without imports and prediction; `memory_mib` is how
    far it raised the process's peak memory, of use where the process did nothing else before.
    """

    effect: NDArray[np.float64]
    seconds: float
    cpu_seconds: float
    memory_mib: float
    versions: Mapping[str, str]


@dataclass(frozen=True)
class MetricJob:
    """Score a ranking with the peers' metrics.

    Args:
        y: outcome, 0 or 1 [row].
        treatment: 0 or 1, drawn at random [row].
        uplift: predicted effect, without ties [row].
        scores: doubly robust scores [row].
        k: share of rows treated, for uplift at k.
        percentiles: where econml cuts its curves, ascending [cut].
    """

    y: NDArray[np.int64]
    treatment: NDArray[np.int64]
    uplift: NDArray[np.float64]
    scores: NDArray[np.float64]
    k: float
    percentiles: NDArray[np.float64]


@dataclass(frozen=True)
class MetricAnswer:
    """Every metric by `library.function`, and the versions of the libraries."""

    metrics: Mapping[str, float]
    versions: Mapping[str, str]


Letter = PeerJob | PeerAnswer | MetricJob | MetricAnswer
L = TypeVar("L", PeerJob, PeerAnswer, MetricJob, MetricAnswer)


def write(letter: Letter, stem: Path) -> None:
    """Write `<stem>.npz` and `<stem>.json`; the latter appears last and whole."""
    fields = vars(letter)
    arrays = {name: value for name, value in fields.items() if isinstance(value, np.ndarray)}
    rest = {name: value for name, value in fields.items() if name not in arrays}
    with stem.with_suffix(".npz").open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
    draft = stem.with_suffix(".draft")
    draft.write_text(json.dumps(rest), encoding="utf-8")
    os.replace(draft, stem.with_suffix(".json"))


def read(kind: type[L], stem: Path) -> L:
    """Read what `write` wrote."""
    fields: dict[str, Any] = json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))
    with np.load(stem.with_suffix(".npz"), allow_pickle=False) as arrays:
        return kind(**fields, **arrays)
