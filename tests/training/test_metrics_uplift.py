"""Qini, AUUC and uplift at k against slow loops, small examples by hand and known effects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from features.errors import MetricInputError
from tests.training.slow_uplift import (
    area,
    curve,
    difference_of_means,
    parts_in_top,
    share_of_perfect,
)
from training.arrays import Floats, Integers
from training.metrics.uplift import (
    Scale,
    auuc_score,
    qini_curve,
    qini_score,
    uplift_at,
    uplift_curve,
)


@dataclass(frozen=True)
class Rows:
    """Outcomes of 0 and 1, predictions with or without ties, a drawn treatment, true effects."""

    outcome: Floats
    uplift: Floats
    treatment: Integers
    effect: Floats


def draw_rows(seed: int, size: int, decimals: int = 12, chance: float = 0.5) -> Rows:
    rng = np.random.default_rng(seed)
    effect = 0.4 * rng.uniform(size=size)
    treatment = (rng.random(size) < chance).astype(np.int64)
    outcome = (rng.random(size) < 0.2 + effect * treatment).astype(float)
    return Rows(outcome, np.round(effect + rng.normal(0, 0.2, size), decimals), treatment, effect)


@pytest.mark.parametrize("decimals", [12, 1, 0])
@pytest.mark.parametrize("seed", range(4))
def test_scores_equal_slow_loops(seed: int, decimals: int) -> None:
    rows = draw_rows(seed, 60, decimals)
    y, u, w = rows.outcome.tolist(), rows.uplift.tolist(), rows.treatment.tolist()

    best = [o if t else -o for o, t in zip(y, w, strict=True)]
    expected = share_of_perfect(
        curve(y, u, w, per_treated=True), curve(y, best, w, per_treated=True)
    )
    assert qini_score(y, u, treatment=w) == pytest.approx(expected, abs=1e-12)

    # Treated buyers come first, untreated rows that bought nothing second; of the two kinds that
    # remain the more frequent one comes before the other.
    alone = sum(o == 1 and t == 0 for o, t in zip(y, w, strict=True))
    unmoved = sum(o == 0 and t == 1 for o, t in zip(y, w, strict=True))
    second = y if alone > unmoved else w
    best = [2.0 * (o == t) + s for o, t, s in zip(y, w, second, strict=True)]
    expected = share_of_perfect(
        curve(y, u, w, per_treated=False), curve(y, best, w, per_treated=False)
    )
    assert auuc_score(y, u, treatment=w) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("decimals", [12, 1, 0])
def test_curves_equal_slow_loops(decimals: int) -> None:
    rows = draw_rows(7, 60, decimals)
    y, u, w = rows.outcome.tolist(), rows.uplift.tolist(), rows.treatment.tolist()
    qini, gain = qini_curve(y, u, treatment=w), uplift_curve(y, u, treatment=w)
    slow = curve(y, u, w, per_treated=True)
    assert qini.share * 60 == pytest.approx([size for size, _ in slow])
    assert qini.value * sum(w) == pytest.approx([value for _, value in slow])
    slow = curve(y, u, w, per_treated=False)
    assert gain.value * 60 == pytest.approx([value for _, value in slow])
    assert gain.area * 60**2 == pytest.approx(area(slow))
    assert qini.value[-1] == pytest.approx(gain.value[-1])


@pytest.mark.parametrize("decimals", [12, 1, 0])
@pytest.mark.parametrize("k", [0.05, 0.3, 0.5, 0.77, 1.0])
def test_uplift_at_equals_slow_loops(k: float, decimals: int) -> None:
    rows = draw_rows(3, 120, decimals)
    y, u, w = rows.outcome.tolist(), rows.uplift.tolist(), rows.treatment.tolist()
    together = parts_in_top(u, k)
    expected = difference_of_means(list(zip(y, w, together, strict=True)))
    found = uplift_at(y, u, k, treatment=w, strategy="overall")
    assert found == pytest.approx(expected, abs=1e-12)

    apart = [0.0] * 120
    for side in (0, 1):
        own = [i for i in range(120) if w[i] == side]
        for i, part in zip(own, parts_in_top([u[i] for i in own], k), strict=True):
            apart[i] = part
    expected = difference_of_means(list(zip(y, w, apart, strict=True)))
    assert uplift_at(y, u, k, treatment=w) == pytest.approx(expected, abs=1e-12)


def test_four_rows_by_hand() -> None:
    outcome, treatment = [1, 0, 0, 1], [1, 0, 1, 0]
    # Qini in counts, best first: 1 | 1 − 0·1 | 1 − 0·2 | 1 − 1·2/2 = 1, 1, 1, 0; area 3.
    # The perfect curve is the same, so the score is 1.
    assert qini_curve(outcome, [4, 3, 2, 1], treatment=treatment).value * 2 == pytest.approx(
        [0, 1, 1, 1, 0]
    )
    assert qini_score(outcome, [4, 3, 2, 1], treatment=treatment) == pytest.approx(1.0)
    # Reversed: 0 − 1·0 | 0 − 1·1 | 0 − 1/2·1 | 1 − 1/2·2 = 0, −1, −1/2, 0; area −3/2, a half.
    assert qini_score(outcome, [1, 2, 3, 4], treatment=treatment) == pytest.approx(-0.5)
    # Treated 1 and 0, untreated 0 and 1: the top half of each side gains 1 − 0.
    assert uplift_at(outcome, [4, 3, 2, 1], 0.5, treatment=treatment) == 1.0
    assert uplift_at(outcome, [1, 2, 3, 4], 0.5, treatment=treatment) == -1.0


def test_a_true_ranking_beats_chance_and_chance_beats_its_reverse() -> None:
    rows = draw_rows(11, 40_000)
    rng = np.random.default_rng(12)
    for score in (qini_score, auuc_score):
        right = score(rows.outcome, rows.effect, treatment=rows.treatment)
        chance = score(rows.outcome, rng.random(40_000), treatment=rows.treatment)
        wrong = score(rows.outcome, -rows.effect, treatment=rows.treatment)
        assert right > 0.1
        assert abs(chance) < 0.02
        assert wrong == pytest.approx(-right, rel=0.05)


def test_scales_without_a_perfect_curve_have_their_known_areas() -> None:
    # Effects are uniform in 0 to 0.4: the top share q gains q·(0.4 − 0.2·q), whose area is
    # 0.2 − 0.2/3; a random order's is 0.1.
    rows = draw_rows(13, 100_000)
    above = 0.1 - 0.2 / 3
    scales: tuple[tuple[Scale, float], ...] = (("none", above), ("final", above / 0.2))
    for scale, expected in scales:
        for score in (qini_score, auuc_score):
            found = score(rows.outcome, rows.effect, treatment=rows.treatment, scale=scale)
            assert found == pytest.approx(expected, rel=0.08)


def test_uplift_at_finds_the_known_effect_of_the_top() -> None:
    rows = draw_rows(14, 100_000)
    for strategy in ("by_group", "overall"):
        found = uplift_at(
            rows.outcome, rows.effect, 0.25, treatment=rows.treatment, strategy=strategy
        )
        assert found == pytest.approx(0.35, abs=0.02)  # effects from 0.3 to 0.4


def test_known_propensities_undo_a_treatment_that_followed_the_outcome() -> None:
    rng = np.random.default_rng(15)
    size = 100_000
    rich = rng.random(size) < 0.5  # the rich buy more and were treated more
    effect = np.where(rng.random(size) < 0.5, 0.2, 0.0)
    propensity = np.where(rich, 0.8, 0.2)
    treatment = (rng.random(size) < propensity).astype(float)
    outcome = (rng.random(size) < 0.1 + 0.4 * rich + effect * treatment).astype(float)
    naive = uplift_at(outcome, effect, 0.5, treatment=treatment, strategy="overall")
    found = uplift_at(
        outcome, effect, 0.5, treatment=treatment, strategy="overall", propensity=propensity
    )
    assert naive > 0.3
    assert found == pytest.approx(0.2, abs=0.015)
    gain = uplift_curve(outcome, effect, treatment=treatment, propensity=propensity)
    assert gain.value == pytest.approx([0.0, 0.1, 0.1], abs=0.01)
    qini = qini_curve(outcome, effect, treatment=treatment, propensity=propensity)
    assert qini.value == pytest.approx([0.0, 0.1, 0.1], abs=0.01)


def test_one_propensity_for_all_changes_nothing() -> None:
    rows = draw_rows(16, 200, decimals=1, chance=0.3)
    constant = np.full(200, 0.3)
    for score in (qini_score, auuc_score):
        plain = score(rows.outcome, rows.uplift, treatment=rows.treatment)
        weighted = score(rows.outcome, rows.uplift, treatment=rows.treatment, propensity=constant)
        assert weighted == pytest.approx(plain)


def test_amounts_have_a_qini_score_too() -> None:
    rng = np.random.default_rng(17)
    effect, treatment = rng.uniform(0, 10, 5_000), rng.integers(0, 2, 5_000)
    spend = rng.exponential(20, 5_000) + effect * treatment
    score = qini_score(spend, effect, treatment=treatment)
    assert 0 < score < 1
    assert qini_score(7 * spend, effect, treatment=treatment) == pytest.approx(score)
    perfect = np.where(treatment == 1, spend, -spend)
    assert qini_score(spend, perfect, treatment=treatment) == pytest.approx(1.0)


def test_what_nobody_can_rank_scores_zero() -> None:
    treatment = [1, 0, 1, 0]
    for score in (qini_score, auuc_score):
        assert score([0, 0, 0, 0], [4, 3, 2, 1], treatment=treatment) == 0.0
        assert score([1, 0, 0, 1], [5, 5, 5, 5], treatment=treatment) == pytest.approx(0.0)


def test_refusals_say_what_was_expected_and_found() -> None:
    four, both = [1.0, 0.0, 0.0, 1.0], [1, 0, 1, 0]
    with pytest.raises(MetricInputError, match=r"qini_score: expected treatments 0 and 1, both"):
        qini_score(four, four, treatment=[1, 1, 1, 1])
    with pytest.raises(MetricInputError, match=r"found 3 values, 0 to 2"):
        auuc_score(four, four, treatment=[0, 1, 2, 1])
    with pytest.raises(MetricInputError, match=r"propensities between 0 and 1, found 0.5 to 1"):
        qini_score(four, four, treatment=both, propensity=[0.5, 0.5, 1.0, 0.5])
    with pytest.raises(MetricInputError, match=r"outcomes of 0 or more .* found -2"):
        qini_score([1.0, -2.0, 0.0, 1.0], four, treatment=both)
    with pytest.raises(MetricInputError, match=r"outcomes of 0 and 1 .* found 0 to 3"):
        auuc_score([1.0, 3.0, 0.0, 1.0], four, treatment=both)
    with pytest.raises(MetricInputError, match=r"an average effect on the scale 'final', found 0"):
        auuc_score([1.0, 1.0, 0.0, 0.0], four, treatment=both, scale="final")
    with pytest.raises(MetricInputError, match=r"both sides in the top 0.25, found one"):
        uplift_at(four, [4, 3, 2, 1], 0.25, treatment=both, strategy="overall")
    for k in (0.0, 1.5, float("nan")):
        with pytest.raises(MetricInputError, match=r"k above 0, at most 1"):
            uplift_at(four, four, k, treatment=both)
