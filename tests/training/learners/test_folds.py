"""Folds keep groups together and both arms spread."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.errors import CrossedFoldsError, SampleError
from training.learners.folds import Folds, make_folds


@given(seed=st.integers(0, 10_000), groups=st.integers(5, 60), rows=st.integers(60, 200))
def test_a_group_is_in_one_fold_and_folds_are_filled_alike(
    seed: int, groups: int, rows: int
) -> None:
    rng = np.random.default_rng(seed)
    group = np.r_[np.arange(groups), rng.integers(0, groups, rows - groups)]
    folds = make_folds(group, rng.integers(0, 2, rows).astype(float), folds=5, seed=seed)
    for one in range(groups):
        assert len(np.unique(folds.number[group == one])) == 1
    dealt = np.array([len(np.unique(group[folds.held(fold)])) for fold in folds.numbers])
    assert dealt.sum() == groups
    assert dealt.max() - dealt.min() <= 1


def test_rows_of_their_own_are_dealt_out_by_arm() -> None:
    treatment = (np.arange(1000) < 83).astype(float)
    folds = make_folds(np.arange(1000), treatment, folds=5, seed=3)
    treated = [int(treatment[folds.held(fold)].sum()) for fold in folds.numbers]
    assert max(treated) - min(treated) <= 1


def test_another_seed_deals_otherwise() -> None:
    treatment = np.tile([0.0, 1.0], 100)
    first, again, other = (
        make_folds(np.arange(200), treatment, folds=4, seed=seed).number for seed in (1, 1, 2)
    )
    assert (first == again).all()
    assert (first != other).any()


def test_folds_that_part_a_group_cannot_be_made() -> None:
    with pytest.raises(CrossedFoldsError) as caught:
        Folds(np.array([0, 1, 1, 0]), np.array([0, 0, 1, 2]), 2)
    assert caught.value.groups == (0,)
    assert "fold" in str(caught.value)


@pytest.mark.parametrize("groups", [1, 4])
def test_too_few_groups_are_named(groups: int) -> None:
    with pytest.raises(SampleError, match=f"at least 5 groups.*found {groups}") as caught:
        make_folds(np.arange(100) % groups, np.tile([0.0, 1.0], 50), folds=5, seed=0)
    assert caught.value.argument == "groups"
