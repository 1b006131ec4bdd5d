"""How good each contender's effects are on one data set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.benchmarks.trial import Trial
from experiments.studies.peers.exchange import PeerAnswer
from training.arrays import Floats
from training.metrics.uplift import qini_score


@dataclass(frozen=True)
class Standing:
    """A contender on a data set.

    `scores` [trial] are √PEHE where true effects are known, else Qini; `cpu_seconds` is the mean
    of a fit; `constant` says that no trial's effects differed between rows.
    """

    library: str
    learner: str
    scores: Floats
    cpu_seconds: float
    constant: bool


def root_pehe_error(effect: Floats, predicted: Floats) -> float:
    """Root of the mean squared error of effects: precision in estimating heterogeneous effects.

    In the outcome's unit; a constant prediction has at least the effects' standard deviation.
    """
    return float(np.sqrt(np.mean((effect - predicted) ** 2)))


def standing(
    library: str, learner: str, trials: Sequence[Trial], answers: Sequence[PeerAnswer]
) -> Standing:
    """Score each answer on its trial's test rows."""
    scores = [_score(t, a.effect) for t, a in zip(trials, answers, strict=True)]
    spent = float(np.mean([answer.cpu_seconds for answer in answers]))
    constant = all(np.ptp(answer.effect) == 0 for answer in answers)
    return Standing(library, learner, np.array(scores), spent, constant)


def best_constant(trials: Sequence[Trial]) -> Floats:
    """√PEHE [trial] of the best effect that is the same for all, chosen on the test rows."""
    return np.array([np.std(t.test.effect) for t in trials if t.test.effect is not None])


def _score(trial: Trial, effect: Floats) -> float:
    test = trial.test
    if test.effect is not None:
        return root_pehe_error(test.effect, effect)
    return qini_score(test.y, effect, treatment=test.treatment)
