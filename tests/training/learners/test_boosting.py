"""Boosters side by side: the rounds that cross-validation would choose, the trees it would grow."""

from __future__ import annotations

import lightgbm as lgb
import numpy as np
import pytest
from scipy.special import expit

from tests.training.learners.simulated_effects import classes, flags
from training.arrays import Floats
from training.learners.binning import bin_rows
from training.learners.boosting import Trees, grow_trees
from training.learners.crossfit import Bench, Task
from training.learners.design import learn_design
from training.learners.folds import make_folds
from training.learners.settings import LinearTreeSettings, TreeSettings


def bench_of(X: Floats, treatment: Floats, *, linear: bool = False, threads: int = 2) -> Bench:
    folds = make_folds(np.arange(len(X)), treatment, folds=3, seed=0)
    binned = bin_rows(X, (), max_bin=63, linear_leaves=linear)
    return Bench(binned, learn_design(X, {}), folds, threads, seed=0)


@pytest.mark.parametrize("outcome", ["regression", "classification"])
@pytest.mark.parametrize("linear", [False, True], ids=["constant leaves", "linear leaves"])
def test_rounds_are_those_of_cross_validation(outcome: str, linear: bool) -> None:
    rows = flags(600, 1) if outcome == "regression" else classes(600, 1)
    settings: TreeSettings = TreeSettings(num_leaves=4, learning_rate=0.1)
    if linear:
        settings = LinearTreeSettings(feature_fraction=1.0, patience=10)
    bench = bench_of(rows.X, rows.treatment, linear=linear)
    task = Task(rows.y, np.ones(600), outcome)  # type: ignore[arg-type]
    parameters = {
        "objective": "binary" if outcome == "classification" else "regression",
        "metric": "binary_logloss" if outcome == "classification" else "l2",
        "num_leaves": 4,
        "learning_rate": 0.1,
        "min_data_in_leaf": 20,
        "lambda_l2": 1.0,
        "max_bin": 63,
        "linear_tree": linear,
        "linear_lambda": 10.0,
        "feature_pre_filter": False,
        "num_threads": 1,
        "deterministic": True,
        "force_col_wise": True,
        "verbosity": -1,
    }
    number = bench.folds.number
    curve = lgb.cv(
        parameters,
        lgb.Dataset(rows.X, rows.y, params=parameters, free_raw_data=False),
        500,
        folds=[(np.flatnonzero(number != one), np.flatnonzero(number == one)) for one in range(3)],
        callbacks=[lgb.early_stopping(10, verbose=False)],
    )
    found = grow_trees(bench, task, settings)
    losses = next(iter(curve.values()))
    assert isinstance(losses, list)
    assert {model.rounds for model in found.models if isinstance(model, Trees)} == {len(losses)}


def test_held_out_rows_are_predicted_by_their_folds_model() -> None:
    rows = flags(300, 2)
    bench = bench_of(rows.X, rows.treatment)
    found = grow_trees(bench, Task(rows.y, np.ones(300)), TreeSettings())
    for fold, model in enumerate(found.models):
        held = bench.folds.held(fold)
        np.testing.assert_array_equal(found.held_out[held], model.predict(rows.X[held]))


def test_weights_count_as_rows() -> None:
    """A row that weighs 2 is worth two rows."""
    rows = flags(300, 3)
    weight = np.tile([1.0, 2.0], 150)
    twice = np.repeat(np.arange(300), weight.astype(int))
    settings = TreeSettings(max_rounds=5, patience=None, min_data_in_leaf=1, num_leaves=4)
    once = bench_of(rows.X, rows.treatment)
    again = Bench(
        bin_rows(rows.X[twice], (), max_bin=63, linear_leaves=False),
        once.design,
        type(once.folds)(once.folds.number[twice], twice, 3),
        threads=1,
        seed=0,
    )
    weighted = grow_trees(once, Task(rows.y, weight), settings).held_out
    repeated = grow_trees(again, Task(rows.y[twice], np.ones(len(twice))), settings).held_out
    assert np.corrcoef(weighted[twice], repeated)[0, 1] > 0.97


def test_nothing_is_written_to_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    X, y = np.ones((100, 1)), np.tile([0.0, 1.0], 50)
    grow_trees(bench_of(X, y), Task(y, np.ones(100)), TreeSettings())
    grow_trees(bench_of(X, y), Task(np.zeros(100), np.ones(100), "classification"), TreeSettings())
    assert capfd.readouterr() == ("", "")


def test_without_a_split_the_mean_is_predicted() -> None:
    y = np.arange(90.0)
    bench = bench_of(np.ones((90, 2)), np.tile([0.0, 1.0], 45))
    found = grow_trees(bench, Task(y, np.ones(90)), TreeSettings())
    for fold in bench.folds.numbers:
        held = bench.folds.held(fold)
        np.testing.assert_allclose(found.held_out[held], y[~held].mean())
    odds = grow_trees(
        bench, Task((y > 60).astype(float), np.ones(90), "classification"), TreeSettings()
    )
    assert expit(-10) < odds.held_out.min() <= odds.held_out.max() < 0.5
