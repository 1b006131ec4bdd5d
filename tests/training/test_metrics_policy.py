"""What choices are worth: by hand, by slow loops, and against the truth."""

from __future__ import annotations

import numpy as np
import pytest

from features.errors import MetricInputError
from tests.training.slow_uplift import parts_in_top
from training.metrics.policy import choice_value, policy_value
from training.metrics.truth import choice_regret_error


def test_the_top_share_by_hand() -> None:
    scores, priority = [4.0, 1.0, 3.0, 0.0], [9.0, 7.0, 7.0, 1.0]
    assert policy_value(scores, priority, share=0.25) == 4.0
    assert policy_value(scores, priority, share=0.5) == 3.0  # 4 and half of the tied 1 and 3
    assert policy_value(scores, priority, share=1.0) == 2.0
    assert policy_value(scores, [5.0] * 4, share=0.3) == 2.0


@pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.83])
@pytest.mark.parametrize("decimals", [8, 0])
def test_the_top_share_by_slow_loops(share: float, decimals: int) -> None:
    rng = np.random.default_rng(1)
    scores, priority = rng.normal(size=37), np.round(rng.normal(size=37), decimals)
    parts = parts_in_top(priority.tolist(), share)
    expected = sum(p * s for p, s in zip(parts, scores, strict=True)) / sum(parts)
    assert policy_value(scores, priority, share=share) == pytest.approx(expected)


def test_choosing_by_the_truth_beats_choosing_by_followers_beats_nothing() -> None:
    rng = np.random.default_rng(2)
    quality, followers = rng.uniform(size=50_000), rng.uniform(size=50_000)
    effect = quality + 0.2 * followers
    scores = effect + rng.normal(size=50_000)
    best = policy_value(scores, effect, share=0.2)
    naive = policy_value(scores, followers, share=0.2)
    assert best == pytest.approx(policy_value(effect, effect, share=0.2), abs=0.03)
    assert naive == pytest.approx(0.5 + 0.2 * 0.9, abs=0.03)
    assert best > naive > scores.mean()


def test_the_best_of_each_group_by_hand() -> None:
    scores = np.array([1.0, 3.0, 2.0, 5.0, 1.0])
    group = np.array([7, 7, 7, 2, 2])
    assert choice_value(scores, scores, group=group) == 4.0  # 3 and 5
    assert choice_value(scores, -scores, group=group) == 1.0
    assert choice_value(scores, np.zeros(5), group=group) == 2.5  # means 2 and 3
    assert choice_value(scores, np.array([4.0, 4.0, 1.0, 0.0, 9.0]), group=group) == 1.5


def test_what_a_choice_lacks_is_its_regret() -> None:
    rng = np.random.default_rng(3)
    truth, group = rng.normal(size=400), np.repeat(np.arange(100), 4)
    predicted = truth + rng.normal(size=400)
    best, random = choice_value(truth, truth, group=group), truth.mean()
    lacking = (best - choice_value(truth, predicted, group=group)) / (best - random)
    assert lacking == pytest.approx(choice_regret_error(truth, predicted, group))


@pytest.mark.parametrize("share", [0.0, -0.1, 1.2, float("nan")])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(MetricInputError, match="a share above 0, at most 1"):
        policy_value([1.0, 2.0], [1.0, 2.0], share=share)
