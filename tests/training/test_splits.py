"""Splits prove themselves when they are made, and refuse to be made otherwise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.errors import CrossedFoldsError
from training.splits import (
    CampaignFolds,
    Split,
    TimeForward,
    campaign_folds,
    out_of_bag,
    time_forward,
)

DAYS = np.arange("2024-01-01", "2024-04-10", dtype="datetime64[D]")


def numbers(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def test_a_campaign_on_both_sides_is_refused_by_its_number() -> None:
    Split(numbers(0, 1), numbers(2))
    with pytest.raises(CrossedFoldsError, match="2") as caught:
        Split(numbers(0, 2), numbers(1, 2))
    assert caught.value.groups == (2,)


def test_weights_of_the_learned_are_one() -> None:
    assert Split(numbers(0, 3), numbers(2)).learned(5).tolist() == [1, 0, 0, 1, 0]


@pytest.mark.parametrize("second", [numbers(1, 2), numbers(2)])
def test_folds_that_miss_or_repeat_a_campaign_are_refused(second: np.ndarray) -> None:
    """Campaign 1 would be judged twice, or campaign 3 never."""
    first = Split(numbers(2, 3), numbers(0, 1))
    with pytest.raises(CrossedFoldsError):
        CampaignFolds((first, Split(numbers(0), second)), campaigns=4)


@given(campaigns=st.integers(2, 60), folds=st.integers(2, 10), seed=st.integers(0, 5))
def test_every_campaign_is_judged_once_by_a_fit_without_it(
    campaigns: int, folds: int, seed: int
) -> None:
    made = campaign_folds(campaigns, min(folds, campaigns), seed)
    judged = np.concatenate([split.judge for split in made.splits])
    assert sorted(judged) == list(range(campaigns))
    for split in made.splits:
        assert sorted({*split.learn, *split.judge}) == list(range(campaigns))
        assert not set(split.learn) & set(split.judge)


def test_the_cut_in_time_keeps_what_is_known_from_what_is_asked() -> None:
    """One campaign a day for 100 days, each measured 20 days after it was booked."""
    split = time_forward(DAYS, DAYS + 20)
    assert split.cut == DAYS[70]
    assert split.judge.tolist() == list(range(70, 100))
    # Measured before the cut: booked on one of the first 50 days. The 20 between are on no side.
    assert split.learn.tolist() == list(range(50))


@given(
    booked=st.lists(st.integers(0, 300), min_size=2, max_size=40),
    days=st.integers(1, 90),
    share=st.floats(0.1, 0.95),
)
def test_no_cut_lets_the_future_be_learned_from(booked: list[int], days: int, share: float) -> None:
    booked_on = np.datetime64("2024-01-01") + np.array(booked)
    split = time_forward(booked_on, booked_on + days, share)
    assert len(split.judge) >= 1
    for learned in split.learn:
        assert all(booked_on[learned] + days < booked_on[judged] for judged in split.judge)


@pytest.mark.parametrize(
    ("learn", "judge", "wrong"),
    [(numbers(0, 60), numbers(80), 60), (numbers(0), numbers(69, 80), 69)],
)
def test_a_cut_that_leaks_is_refused(learn: np.ndarray, judge: np.ndarray, wrong: int) -> None:
    """Campaign 60 was still running at the cut; campaign 69 was booked before it."""
    make: Callable[[], TimeForward] = lambda: TimeForward(  # noqa: E731
        learn, judge, cut=DAYS[70], booked_on=DAYS, measured_on=DAYS + 20
    )
    with pytest.raises(CrossedFoldsError) as caught:
        make()
    assert caught.value.groups == (wrong,)


def test_only_bags_that_left_a_campaign_out_may_judge_it() -> None:
    counts = np.array([[0, 1, 0], [0, 2, 1], [3, 0, 1]])
    assert out_of_bag(counts).tolist() == [
        [True, False, True],
        [True, False, False],
        [False, True, False],
    ]
