"""Tables of numbers and categories: the same columns and codes for rows to come."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from features.errors import SampleError
from tests.training.learners.simulated_effects import PLAIN
from training.learners.columns import learn_columns
from training.learners.settings import LearnerSettings
from training.learners.t import TLearner

TABLE = pd.DataFrame(
    {
        "size": [1.0, np.nan, 3.0],
        "kind": pd.Categorical(["a", "b", None], categories=["a", "b", "c"]),
        "count": pd.array([1, None, 3], dtype="Int64"),
        "new": [True, False, True],
    }
)


def test_categories_become_codes_and_missing_stays_missing() -> None:
    matrix = learn_columns(TABLE).matrix(TABLE)
    expected = [[1, 0, 1, 1], [np.nan, 1, np.nan, 0], [3, np.nan, 3, 1]]
    np.testing.assert_array_equal(matrix, expected)


def test_rows_to_come_get_the_codes_of_training() -> None:
    columns = learn_columns(TABLE)
    coming = TABLE[["new", "count", "kind", "size"]].assign(
        kind=pd.Categorical(["z", "b", "a"]), extra=1.0
    )
    np.testing.assert_array_equal(columns.matrix(coming)[:, 1], [np.nan, 1, 0])
    as_text = TABLE.assign(kind=["b", "z", "a"])
    np.testing.assert_array_equal(columns.matrix(as_text)[:, 1], [1, np.nan, 0])


def test_arrays_are_not_copied() -> None:
    X = np.ones((3, 2), dtype=np.float32)
    assert learn_columns(X).matrix(X) is X


def test_other_columns_are_named() -> None:
    columns = learn_columns(TABLE)
    with pytest.raises(SampleError, match="without kind"):
        columns.matrix(TABLE.drop(columns="kind"))
    with pytest.raises(SampleError, match="the 4 columns of training"):
        columns.matrix(np.ones((2, 4)))
    with pytest.raises(SampleError, match="array of 3 columns"):
        learn_columns(np.ones((2, 4))).matrix(np.ones((2, 3)))


@pytest.mark.parametrize("settings", [LearnerSettings(), PLAIN], ids=["few", "many"])
def test_an_effect_by_category_is_found(settings: LearnerSettings) -> None:
    rng = np.random.default_rng(0)
    kind = rng.choice(["low", "middle", "high"], 1200)
    X = pd.DataFrame({"kind": pd.Categorical(kind), "noise": rng.normal(size=1200)})
    X.loc[rng.random(1200) < 0.1, "noise"] = np.nan
    treatment = rng.integers(0, 2, 1200)
    effect = pd.Series(kind).map({"low": -2.0, "middle": 0.0, "high": 3.0}).to_numpy()
    y = treatment * effect + rng.normal(size=1200)
    learner = TLearner(settings=settings).fit(X, y, treatment=treatment)
    coming = pd.DataFrame({"kind": ["high", "low", "unseen"], "noise": [0.0, np.nan, np.inf]})
    high, low, unseen = learner.predict(coming)
    assert high == pytest.approx(3.0, abs=0.6)
    assert low == pytest.approx(-2.0, abs=0.6)
    assert np.isfinite(unseen)
    assert len(learner.predict(coming[:0])) == 0
