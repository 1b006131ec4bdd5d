"""Measured lifts against chosen ones, and what must not change them."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from experiments.measurement.by_assignment import p_value
from experiments.measurement.market_test import MarketTest, sold
from experiments.measurement.measure import (
    REDRAWS,
    assignments,
    difference_contrast,
    difference_in_differences,
    measure,
)
from experiments.measurement.measurement import BY_ASSIGNMENT, BY_TIME, DRAWN, NOT_DRAWN
from features.errors import NotMeasurableError
from tests.experiments.measurement.invented_tests import invented


@pytest.mark.parametrize("drawn", [True, False])
@pytest.mark.parametrize("lift", [-0.3, 0.0, 0.07, 2.5])
def test_without_noise_the_lift_is_the_lift(lift: float, drawn: bool) -> None:
    found = measure(invented(lift=lift, noise=0.0, drawn=drawn))
    assert found.difference.lift == pytest.approx(lift, abs=1e-9)
    # Sizes differ by more than weights that sum to one can follow: money is a little off.
    assert found.lift == pytest.approx(lift, abs=1e-6 if drawn else 0.02)


def test_money_adds_up() -> None:
    test = invented(lift=0.1, noise=0.0)
    found = measure(test)
    sales = test.revenue[test.treated][:, test.window].sum()
    assert found.baseline_revenue == pytest.approx(sales / 1.1)
    assert found.incremental_revenue.mean == pytest.approx(sales - sales / 1.1)
    assert found.incremental_revenue.low <= found.incremental_revenue.mean
    assert found.incremental_revenue.mean <= found.incremental_revenue.high


def test_the_money_is_of_sales_as_counted() -> None:
    test = invented(lift=0.1)
    counted = replace(test, counted=2.0 * test.revenue)
    once, twice = measure(test), measure(counted)
    assert twice.lift == once.lift
    assert twice.incremental_revenue.mean == pytest.approx(2 * once.incremental_revenue.mean)


def test_a_leak_is_taken_into_account() -> None:
    treated = np.arange(20) % 2 == 0
    dose = np.where(treated, 1.0, 0.4)
    leaky = invented(lift=0.2, noise=0.0, treated=treated, dose=dose)
    assert measure(leaky).lift == pytest.approx(0.2, abs=1e-6)
    as_a_flag = measure(replace(leaky, dose=None)).lift
    assert as_a_flag == pytest.approx(1.2 / 1.08 - 1, abs=1e-6)
    added = leaky.revenue[:, leaky.window].sum(axis=1) * (1 - 1 / (1 + 0.2 * dose))
    assert measure(leaky).incremental_revenue.mean == pytest.approx(added.sum())


def test_the_grade_says_who_chose_the_markets() -> None:
    found = [measure(invented(drawn=drawn)) for drawn in (True, False)]
    assert [(one.grade, one.inference) for one in found] == [
        (DRAWN, BY_ASSIGNMENT),
        (NOT_DRAWN, BY_TIME),
    ]


def test_a_draw_of_few_assignments_cannot_speak() -> None:
    found = measure(invented(markets=6, lift=0.2, noise=0.0))  # 20 assignments
    assert (found.grade, found.inference) == (DRAWN, BY_TIME)
    # Weights relative to size, as of any other draw.
    assert found.lift == pytest.approx(0.2, abs=1e-6)


@pytest.mark.parametrize("drawn", [True, False])
def test_the_interval_holds_the_lifts_that_are_not_rejected(drawn: bool) -> None:
    test = invented(lift=0.05, drawn=drawn, seed=4)
    found = measure(test).estimate
    assert found.low < found.lift < found.high
    for lift, accepted in ((found.low, True), (found.high, True)):
        inside = lift + 1e-3 * (found.lift - lift)
        outside = lift - 1e-3 * (found.lift - lift)
        for assumed, expected in ((inside, accepted), (outside, not accepted)):
            freed = test.revenue.copy()
            freed[np.ix_(test.treated, test.window)] /= 1.0 + assumed
            p = measure(replace(test, revenue=freed)).estimate.p_value
            assert (p > 0.1) == expected


def test_markets_may_come_in_any_order_and_currency() -> None:
    test = invented(lift=0.05)
    order = np.random.default_rng(1).permutation(20)
    other = replace(test, revenue=7.0 * test.revenue[order], treated=test.treated[order])
    once, again = measure(test), measure(other)
    assert again.lift == pytest.approx(once.lift, abs=1e-6)
    assert again.standard_error == pytest.approx(once.standard_error, rel=0.1)
    assert again.fit.rmse == pytest.approx(once.fit.rmse, rel=1e-3)


def test_gaps_hardly_move_the_lift() -> None:
    test = invented(lift=0.05)
    holes = np.random.default_rng(2).random(test.revenue.shape) < 0.05
    found = measure(replace(test, revenue=np.where(holes, np.nan, test.revenue)))
    assert found.lift == pytest.approx(measure(test).lift, abs=0.01)


def test_a_market_that_stopped_recording_is_left_out() -> None:
    test = invented()
    revenue = test.revenue.copy()
    revenue[3, test.window] = np.nan
    found = measure(replace(test, revenue=revenue))
    kept = np.arange(20) != 3
    assert found.left_out_markets == 1
    assert found.lift == measure(test.only(kept)).lift


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"treated": np.ones(20, dtype=bool)}, "0 held-out"),
        ({"treated": np.zeros(20, dtype=bool)}, "0 treated"),
        ({"window": np.zeros(35, dtype=bool)}, "0 in its window"),
        ({"before": np.arange(35) < 7}, "7 periods before"),
        ({"dose": np.ones(20)}, "100% of the full treatment in treated and 100%"),
    ],
)
def test_what_cannot_be_measured_says_why(change: dict[str, np.ndarray], said: str) -> None:
    with pytest.raises(NotMeasurableError, match="the test needs") as told:
        measure(replace(invented(lift=0.1), **change))  # type: ignore[arg-type]  # by name
    assert said in str(told.value)


def test_over_all_assignments_p_values_are_uniform() -> None:
    """Fisher's test is exact: of all 924 assignments of no effect, 10 % have p ≤ 0.1."""
    found = sold(invented(markets=12, noise=0.3, seed=8))
    every = np.zeros((924, 12), dtype=bool)
    for row, chosen in zip(every, combinations(range(12), 6), strict=True):
        row[list(chosen)] = True
    rotated = (np.roll(every, -first, axis=0) for first in range(0, 924, 3))
    p_values = [p_value(difference_contrast(found, rows), 0.0) for rows in rotated]
    assert len(set(p_values)) == len(p_values)
    assert np.sort(p_values) == pytest.approx((np.arange(308) + 0.5) / 308, abs=0.06)


def test_intervals_hold_the_lift_nine_times_in_ten() -> None:
    held = []
    for seed in range(200):
        test = invented(lift=0.04, noise=0.2, seed=100 + seed)
        found = difference_in_differences(test, redraws=199, seed=seed)
        held.append(found.low <= 0.04 <= found.high)
    # Three standard errors of a share of 0.9 among 200.
    assert np.mean(held) == pytest.approx(0.9, abs=0.064)


def test_the_stated_error_is_the_spread_of_estimates() -> None:
    found = [
        difference_in_differences(invented(noise=0.2, seed=s), redraws=199) for s in range(150)
    ]
    spread = np.std([one.lift for one in found])
    stated = np.sqrt(np.mean([one.standard_error**2 for one in found]))
    # Three standard errors of a standard deviation of 150.
    assert stated == pytest.approx(spread, rel=0.17)


def test_where_markets_follow_factors_the_synthetic_market_is_nearer() -> None:
    """Two groups of markets with seasons of their own: weights find the like ones."""
    errors = []
    for seed in range(25):
        rng = np.random.default_rng(seed)
        own = 0.15 * np.cumsum(rng.standard_normal((2, 60)), axis=1)[rng.integers(0, 2, 20)]
        sales = np.exp(7 + own + 0.02 * rng.standard_normal(own.shape))
        treated = np.isin(np.arange(20), rng.choice(20, 10, replace=False))
        period = np.arange(60)
        test = MarketTest(sales, treated, period < 50, period >= 50, propensity=np.full(20, 0.5))
        found = measure(test, redraws=99)
        errors.append((abs(found.lift), abs(found.difference.lift)))
    synthetic, plain = np.mean(errors, axis=0)
    assert synthetic < 0.5 * plain


def test_drawing_once_for_many_tests_gives_the_same() -> None:
    test = invented(lift=0.03)
    rows = assignments(test, 199, 5)
    assert rows is not None
    spared = difference_in_differences(test, drawn=rows)
    assert spared == difference_in_differences(test, redraws=199, seed=5)


def test_difference_in_differences_by_hand() -> None:
    test = invented(lift=0.1, noise=0.2)
    found = sold(test)
    rows = assignments(test, REDRAWS, 0)
    assert rows is not None
    contrast = difference_contrast(found, rows)
    for row, told in zip(rows[:5], contrast.logs(0.0)[:5], strict=True):
        sums = test.revenue[row].sum(axis=0), test.revenue[~row].sum(axis=0)
        growth = [side[test.window].mean() / side[test.before].mean() for side in sums]
        assert told == pytest.approx(np.log(growth[0] / growth[1]))
