"""Sums and Shapley values of trees, against LightGBM's own and against their definition."""

from __future__ import annotations

from itertools import combinations
from math import factorial
from typing import Any

import lightgbm as lgb
import numpy as np
import pytest
from numpy.testing import assert_allclose

from training.arrays import Floats
from training.rosters.tree_shap import TreeShap
from training.rosters.tree_sums import TreeSums

COLUMNS = 8


def rows_with_gaps(count: int, seed: int) -> Floats:
    """Booking rows; column 0 has no gaps, column 1 holds few values, column 2 words."""
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((count, COLUMNS))
    rows[rng.random(rows.shape) < 0.15] = np.nan
    rows[:, 0] = rng.standard_normal(count)
    rows[:, 1] = np.round(rows[:, 1])
    rows[:, 2] = rng.random(count) < 0.3
    return rows


def grown(leaves: int, seed: int, rounds: int = 40) -> lgb.Booster:
    rows = rows_with_gaps(800, seed)
    filled = np.nan_to_num(rows)
    outcome = filled[:, 0] * filled[:, 1] + filled[:, 3] ** 2 + np.isnan(rows[:, 4]) + filled[:, 2]
    parameters: dict[str, Any] = {
        "num_leaves": leaves,
        "verbosity": -1,
        "num_threads": 1,
        "seed": seed,
    }
    parameters |= {"feature_fraction": 0.6, "max_bin": 31, "deterministic": True}
    return lgb.train(parameters, lgb.Dataset(rows, outcome), rounds)


def by_lightgbm(booster: lgb.Booster, rows: Floats) -> Floats:
    return np.asarray(booster.predict(rows, num_threads=1), dtype=float)


@pytest.mark.parametrize("leaves", [2, 4, 15])
@pytest.mark.parametrize("count", [1, 7, 8, 300])
def test_sums_are_those_of_lightgbm(leaves: int, count: int) -> None:
    boosters = [grown(leaves, 1), None, grown(leaves, 2)]
    rows = rows_with_gaps(count, 3)
    found = TreeSums.of(boosters)(rows)
    expected = np.stack([np.zeros(count) if b is None else by_lightgbm(b, rows) for b in boosters])
    assert_allclose(found, expected, rtol=0, atol=1e-12)


def test_rows_on_a_threshold_turn_as_lightgbm_turns_them() -> None:
    booster = grown(4, 1)
    thresholds = booster.trees_to_dataframe()["threshold"].dropna().to_numpy(dtype=float)
    # LightGBM splits at ±1e-35 between 0 and the rest, and takes smaller values for 0.
    thresholds = np.where(np.abs(thresholds) < 1e-30, 0.0, thresholds)
    rows = np.repeat(thresholds[:, None], COLUMNS, axis=1)
    beside = [np.where(rows == 0.0, 0.0, np.nextafter(rows, way)) for way in (np.inf, -np.inf)]
    around = np.vstack([rows, *beside])
    assert_allclose(
        TreeSums.of([booster])(around)[0], by_lightgbm(booster, around), rtol=0, atol=1e-12
    )


def test_a_rows_sums_do_not_depend_on_its_neighbours() -> None:
    rows = rows_with_gaps(200, 4)
    sums = TreeSums.of([grown(4, 1)])
    alone = np.hstack([sums(rows[i : i + 1]) for i in range(len(rows))])
    np.testing.assert_array_equal(sums(rows), alone)


def test_no_rows_and_no_trees() -> None:
    assert TreeSums.of([grown(4, 1)])(np.empty((0, COLUMNS))).shape == (1, 0)
    assert_allclose(TreeSums.of([None, None])(rows_with_gaps(3, 5)), np.zeros((2, 3)))
    assert_allclose(TreeShap.of([]).weighted(rows_with_gaps(3, 5), np.ones(3)), np.zeros(COLUMNS))


@pytest.mark.parametrize("leaves", [2, 4, 15, 31])
def test_shapley_values_are_those_of_lightgbm(leaves: int) -> None:
    boosters = [grown(leaves, 1), grown(leaves, 2)]
    rows = rows_with_gaps(30, 3)
    weights = np.random.default_rng(0).random(30)
    found = TreeShap.of(boosters).weighted(rows, weights)
    theirs = [np.asarray(b.predict(rows, pred_contrib=True))[:, :-1] for b in boosters]
    assert_allclose(found, np.mean([weights @ own for own in theirs], axis=0), atol=1e-10)


def test_shapley_values_by_their_definition() -> None:
    booster = grown(6, 1, rounds=3)
    row = rows_with_gaps(1, 6)
    trees = [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]]

    def value(known: frozenset[int]) -> float:
        return sum(_expected(tree, row[0], known) for tree in trees)

    found = TreeShap.of([booster]).weighted(row, np.ones(1))
    for column in range(COLUMNS):
        others = [c for c in range(COLUMNS) if c != column]
        shapley = 0.0
        for size in range(COLUMNS):
            orders = factorial(size) * factorial(COLUMNS - size - 1) / factorial(COLUMNS)
            for own in combinations(others, size):
                known = frozenset(own)
                shapley += orders * (value(known | {column}) - value(known))
        assert found[column] == pytest.approx(shapley, abs=1e-12)


def _expected(node: dict[str, Any], row: Floats, known: frozenset[int]) -> float:
    """A tree's output where only some features are known, by walking it."""
    if "leaf_value" in node:
        return float(node["leaf_value"])
    left, right = node["left_child"], node["right_child"]
    if node["split_feature"] in known:
        value = row[node["split_feature"]]
        if np.isnan(value):
            goes_left = node["default_left"] if node["missing_type"] == "NaN" else True
            assert node["missing_type"] == "NaN"
        else:
            goes_left = value <= node["threshold"]
        return _expected(left if goes_left else right, row, known)
    count = [child.get("internal_count", child.get("leaf_count")) for child in (left, right)]
    parts = np.array(count, dtype=float) / sum(count)
    return float(parts[0] * _expected(left, row, known) + parts[1] * _expected(right, row, known))


def test_a_split_by_category_is_refused() -> None:
    rows = np.random.default_rng(0).integers(0, 9, (300, 1)).astype(float)
    parameters = {"verbosity": -1, "min_data_per_group": 1, "num_threads": 1}
    dataset = lgb.Dataset(rows, rows[:, 0] % 2, categorical_feature=[0])
    booster = lgb.train(parameters, dataset, 3)
    with pytest.raises(ValueError, match="numeric splits"):
        TreeSums.of([booster])
