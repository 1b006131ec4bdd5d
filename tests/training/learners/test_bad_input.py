"""What nothing can be learned from is named before anything is fitted; the rest has a fallback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from features.errors import SampleError
from tests.training.learners.simulated_effects import LEARNERS, PLAIN, QUICK, classes, doses, flags
from training.learners.contract import Learner
from training.learners.dr import DRLearner
from training.learners.r import RLearner
from training.learners.settings import LearnerSettings
from training.learners.t import TLearner

ROWS = flags(120, 1)
HALF = np.tile([0.0, 1.0], 60)


def _with(values: Any, place: int, value: float) -> Any:
    changed = np.array(values, dtype=float)
    changed[place] = value
    return changed


#: What is given instead, the argument that is named, and what the sentence says was found.
FAULTS: Mapping[str, tuple[dict[str, Any], str, str]] = {
    "nobody treated": ({"treatment": np.zeros(120)}, "treatment", "0 in every row"),
    "all treated": ({"treatment": np.ones(120)}, "treatment", "1 in every row"),
    "three arms": ({"treatment": np.arange(120) % 3}, "treatment", "values like 0, 1, 2"),
    "words": ({"treatment": np.array(["yes", "no"] * 60)}, "treatment", "yes"),
    "treatment missing": ({"treatment": _with(HALF, 3, np.nan)}, "treatment", "1 NaN"),
    "integers missing": (
        {"treatment": pd.array([None, *[0, 1] * 59, 1], dtype="Int64")},
        "treatment",
        "1 NaN",
    ),
    "outcome missing": ({"y": _with(ROWS.y, 0, np.nan)}, "y", "1 NaN or infinite"),
    "outcome infinite": ({"y": _with(ROWS.y, 0, -np.inf)}, "y", "1 NaN or infinite"),
    "outcome short": ({"y": ROWS.y[:-1]}, "y", r"\(119,\)"),
    "outcome in columns": ({"y": ROWS.y[:, None]}, "y", r"\(120, 1\)"),
    "treatment short": ({"treatment": HALF[:-1]}, "treatment", r"\(119,\)"),
    "groups short": ({"groups": np.arange(119)}, "groups", r"\(119,\)"),
    "a group missing": ({"groups": [None, *map(str, range(119))]}, "groups", "1 missing"),
    "one group": ({"groups": np.zeros(120)}, "groups", "found 1"),
    "too few groups": ({"groups": np.arange(120) % 4}, "groups", "found 4"),
    "arms by group": ({"groups": np.where(HALF == 1, 0, np.arange(120))}, "groups", "one arm"),
    "propensity 0": ({"propensity": _with(np.full(120, 0.5), 7, 0.0)}, "propensity", "1 at or"),
    "propensity 1": ({"propensity": _with(np.full(120, 0.5), 7, 1.0)}, "propensity", "1 at or"),
    "propensity missing": ({"propensity": np.full(120, np.nan)}, "propensity", "120 NaN"),
    "propensity short": ({"propensity": np.full(3, 0.5)}, "propensity", r"\(3,\)"),
    "weights negative": ({"weights": _with(np.ones(120), 0, -1.0)}, "weights", "1 negative"),
    "weights zero": ({"weights": np.zeros(120)}, "weights", "sum 0"),
    "one arm weighs": ({"weights": HALF}, "groups", "one arm"),
    "no columns": ({"X": np.empty((120, 0))}, "X", r"\(120, 0\)"),
    "one dimension": ({"X": ROWS.X[:, 0]}, "X", r"\(120,\)"),
    "words in X": ({"X": pd.DataFrame({"a": ["x", "y"] * 60})}, "X", "values of type"),
    "twice a name": ({"X": pd.DataFrame(ROWS.X[:, :2], columns=["a", "a"])}, "X", "a, a"),
}


@pytest.mark.parametrize(("given", "argument", "found"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_named(given: dict[str, Any], argument: str, found: str) -> None:
    arguments = {"X": ROWS.X, "y": ROWS.y, "treatment": HALF, **given}
    with pytest.raises(SampleError, match=found) as caught:
        DRLearner(settings=PLAIN).fit(**arguments)
    assert caught.value.argument == argument


def test_only_the_r_learner_takes_a_dose() -> None:
    rows = doses(120, 2)
    for kind in set(LEARNERS) - {RLearner}:
        with pytest.raises(SampleError, match="use the RLearner"):
            kind(settings=PLAIN).fit(rows.X, rows.y, treatment=rows.treatment)
    RLearner(settings=PLAIN).fit(rows.X, rows.y, treatment=rows.treatment)
    with pytest.raises(SampleError, match="1.5 in every row"):
        RLearner(settings=PLAIN).fit(rows.X, rows.y, treatment=np.full(120, 1.5))


def test_a_classification_takes_0_and_1() -> None:
    with pytest.raises(SampleError, match="0 or 1 in a classification"):
        TLearner(settings=PLAIN, outcome="classification").fit(ROWS.X, ROWS.y, treatment=HALF)


@pytest.mark.parametrize(("name", "value"), [("folds", 1), ("threads", 0)])
def test_counts_that_cannot_be(name: str, value: int) -> None:
    learner = TLearner(settings=PLAIN).set_params(**{name: value})
    with pytest.raises(SampleError, match=name):
        learner.fit(ROWS.X, ROWS.y, treatment=HALF)


@pytest.mark.parametrize("settings", [LearnerSettings(), QUICK], ids=["few", "many"])
@pytest.mark.parametrize("kind", LEARNERS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("outcome", ["regression", "classification"])
def test_a_constant_outcome_has_no_effect(
    kind: type[Learner], settings: LearnerSettings, outcome: str
) -> None:
    learner = kind(settings=settings, outcome=outcome)  # type: ignore[arg-type]
    effect = learner.fit(ROWS.X, np.ones(120), treatment=HALF).predict(ROWS.X)
    assert np.abs(effect).max() < 1e-6


@pytest.mark.parametrize("kind", LEARNERS, ids=lambda kind: kind.__name__)
def test_features_that_never_vary_leave_one_effect_for_all(kind: type[Learner]) -> None:
    X = np.ones((400, 2))
    y = HALF.repeat(4)[:400] * 2.0 + np.random.default_rng(0).normal(size=400)
    learner = kind().fit(X, y, treatment=HALF.repeat(4)[:400])
    effect = learner.predict(X)
    assert np.ptp(effect) < 1e-9
    assert abs(effect[0] - 2.0) < 0.4


def test_rows_that_weigh_nothing_change_nothing() -> None:
    rows = flags(300, 3)
    weights = np.r_[np.ones(299), 0.0]
    other = _with(rows.y, 299, 1e6)
    first, second = (
        DRLearner(settings=QUICK)
        .fit(rows.X, y, treatment=rows.treatment, weights=weights)
        .predict(rows.X)
        for y in (rows.y, other)
    )
    np.testing.assert_allclose(first, second)


def test_a_class_that_an_arm_never_shows() -> None:
    """No untreated row has an outcome of 1: their probability is near 0, not an error."""
    rows = classes(400, 4)
    y = rows.y * rows.treatment
    for settings in (LearnerSettings(), QUICK):
        learner = TLearner(settings=settings, outcome="classification")
        effect = learner.fit(rows.X, y, treatment=rows.treatment).predict(rows.X)
        assert abs(effect.mean() - y[rows.treatment == 1].mean()) < 0.05
