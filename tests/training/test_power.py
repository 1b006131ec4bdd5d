"""Power arithmetic against hand-computed values, published figures and tests played out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from features.errors import NoTestBasisError
from features.history.markets import SalesHistory
from training.arrays import Floats
from training.power.arithmetic import (
    Detection,
    expected_detection,
    held_out_count,
    window_variance,
)
from training.power.noise import SalesNoise, autocorrelation, sales_noise
from training.power.words import Told, told

WEEKS = 156


def even_noise(markets: int, spread: float = 0.05, rho: float = 0.2) -> SalesNoise:
    """Markets of one size and one noise."""
    ids = tuple(f"m{i}" for i in range(markets))
    return SalesNoise(ids, np.full(markets, spread), np.ones(markets), rho, WEEKS)


def autoregression(rng: np.random.Generator, spread: Floats, rho: float, weeks: int) -> Floats:
    """Series [market, week] of a first-order autoregression with these spreads."""
    noise = np.empty((len(spread), weeks))
    noise[:, 0] = rng.standard_normal(len(spread))
    for week in range(1, weeks):
        shock = np.sqrt(1 - rho**2) * rng.standard_normal(len(spread))
        noise[:, week] = rho * noise[:, week - 1] + shock
    return noise * spread[:, None]


def history_of(log_sales: Floats) -> SalesHistory:
    """Sales of one brand b1; nothing is known of price, discount and media."""
    revenue = np.exp(log_sales)[None]
    unknown = np.full_like(revenue, np.nan)
    weeks = np.datetime64("2022-01-03") + 7 * np.arange(log_sales.shape[1])
    ids = tuple(f"m{i}" for i in range(len(log_sales)))
    return SalesHistory(("b1",), ids, weeks, revenue, unknown, unknown, unknown)


def test_white_noise_averages_out_on_both_sides() -> None:
    assert window_variance(0.0, 4, 10) == pytest.approx(1 / 4 + 1 / 10)


@pytest.mark.parametrize(("rho", "weeks", "pre_weeks"), [(0.2, 4, 10), (0.6, 1, 3), (0.9, 6, 52)])
def test_window_variance_is_that_of_drawn_series(rho: float, weeks: int, pre_weeks: int) -> None:
    drawn = autoregression(np.random.default_rng(3), np.ones(40_000), rho, weeks + pre_weeks)
    found = drawn[:, pre_weeks:].mean(axis=1) - drawn[:, :pre_weeks].mean(axis=1)
    assert window_variance(rho, weeks, pre_weeks) == pytest.approx(float(found.var()), rel=0.03)


@pytest.mark.parametrize(
    ("markets", "published"), [(20, 0.044), (50, 0.028), (100, 0.020), (210, 0.013)]
)
def test_published_smallest_effects(markets: int, published: float) -> None:
    """5 % noise, AR(1) 0.2, four weeks against ten, half held out; normal quantiles there."""
    found = expected_detection(even_noise(markets), 0.5, weeks=4, pre_weeks=10)
    assert found.smallest_detectable() == pytest.approx(published, abs=0.0025)
    assert found.smallest_detectable(0.52) == pytest.approx(2 * published, abs=0.004)


def test_the_error_is_that_of_tests_played_out() -> None:
    """Markets of all sizes, a third held out, weighed by what they sell."""
    rng = np.random.default_rng(5)
    size = np.exp(0.8 * rng.standard_normal(30))
    noise = replace(even_noise(30, rho=0.4), spread=0.04 * size**-0.37, size=size)
    effects, squares = [], []
    for _ in range(1_500):
        drawn = autoregression(rng, noise.spread, 0.4, 32)
        change = drawn[:, 26:].mean(axis=1) - drawn[:, :26].mean(axis=1)
        held_out = rng.permutation(30) < 10
        weights = np.where(held_out, -size / size[held_out].sum(), size / size[~held_out].sum())
        effects.append(weights @ change)
        squares.append(weights**2)
    found = float(np.std(effects))
    expected = expected_detection(noise, 1 / 3, weeks=6, pre_weeks=26).error
    # Sides that happen to hold the largest market make drawn errors a little larger.
    assert 1.0 <= found / expected < 1.15
    mean_squares = np.mean(squares, axis=0)
    known = expected_detection(noise, 1 / 3, weeks=6, pre_weeks=26, squares=mean_squares).error
    assert found / known == pytest.approx(1.0, abs=0.04)


def test_power_without_a_lift_is_the_size_and_at_the_smallest_lift_four_in_five() -> None:
    detection = Detection(error=0.01, freedom=48)
    nothing, smallest = detection.power(np.array([0.0, detection.smallest_detectable()]))
    assert nothing == pytest.approx(0.05)
    assert smallest == pytest.approx(0.8, abs=0.002)


@pytest.mark.parametrize(("markets", "held_out"), [(24, 3), (40, 20)])
def test_power_is_that_of_studentised_randomisation_tests(markets: int, held_out: int) -> None:
    """Markets of one size, all of 150 other draws looked at; few held out see much less."""
    rng = np.random.default_rng(4)
    found = expected_detection(even_noise(markets), held_out / markets, weeks=6, pre_weeks=52)
    lift = 3.0 * found.error
    spread = found.error / np.sqrt(1 / held_out + 1 / (markets - held_out))
    seen = []
    for _ in range(1_500):
        drawn = rng.permuted(np.tile(np.arange(markets) < held_out, (151, 1)), axis=1)
        change = spread * rng.standard_normal(markets) + lift * ~drawn[0]
        off, on = (side @ change / side.sum(axis=1) for side in (drawn, ~drawn))
        scatter = [
            (side * (change - mean[:, None]) ** 2).sum(axis=1) / side.sum(axis=1) ** 2
            for side, mean in ((drawn, off), (~drawn, on))
        ]
        told = np.abs(on - off) / np.sqrt(scatter[0] + scatter[1])
        seen.append(float(np.mean(told >= told[0] * (1 - 1e-9))) <= 0.05)
    assert float(found.power(np.expm1([lift]))[0]) == pytest.approx(float(np.mean(seen)), abs=0.07)


@pytest.mark.parametrize("freedom", [3.0, 3.7, 12.0, 500.0])
def test_every_lift_has_a_chance_to_be_seen_that_grows_with_it(freedom: float) -> None:
    lifts = np.linspace(0.0, 3.0, 400)
    seen = Detection(error=0.005, freedom=freedom).power(lifts)
    assert seen[0] == pytest.approx(0.05)
    assert np.all(np.diff(seen) >= -1e-9)
    assert seen[-1] == pytest.approx(1.0, abs=1e-4)
    assert Detection(error=0.005, freedom=freedom).power(-lifts)[3] > 0.05


def test_few_or_unequal_markets_leave_few_degrees_of_freedom() -> None:
    noise = even_noise(40)
    half, tenth = (expected_detection(noise, share, 6).freedom for share in (0.5, 0.1))
    unequal = replace(noise, size=np.r_[np.full(4, 20.0), np.ones(36)])
    assert half == pytest.approx(40)
    assert tenth < 6
    assert expected_detection(unequal, 0.5, 6).freedom < 15
    assert expected_detection(even_noise(5), 0.4, 6).freedom >= 3.0


def test_a_leak_takes_from_every_lift() -> None:
    detection = Detection(error=0.01, freedom=48)
    lifts = np.array([0.01, 0.03])
    np.testing.assert_allclose(detection.power(lifts, 0.5), detection.power(lifts / 2))
    assert detection.smallest_detectable(0.0) == float("inf")
    np.testing.assert_allclose(detection.power(lifts, 0.0), 0.05)


def test_two_markets_stay_on_each_side() -> None:
    assert [held_out_count(n, s) for n, s in ((50, 0.3), (10, 0.1), (6, 0.9), (4, 0.5))] == [
        15,
        2,
        4,
        2,
    ]


def test_noise_is_learned_from_sales() -> None:
    rng = np.random.default_rng(11)
    spread = np.linspace(0.03, 0.08, 40)
    season = 0.3 * np.sin(np.arange(WEEKS) / 8.3)
    levels = rng.normal(8, 1, 40)
    log_sales = levels[:, None] + season + autoregression(rng, spread, 0.3, WEEKS)
    log_sales[3, 50:60] = np.nan
    found = sales_noise(history_of(log_sales), "b1")
    assert found.weeks == WEEKS
    assert found.autocorrelation == pytest.approx(0.3, abs=0.03)
    # The quietest and the loudest are drawn a little towards the typical one.
    np.testing.assert_allclose(found.spread, spread, rtol=0.25)
    assert float(np.mean(found.spread / spread)) == pytest.approx(1.0, abs=0.03)
    assert np.corrcoef(np.log(found.size), levels)[0, 1] > 0.99


def test_noise_of_the_few_largest_markets_is_not_that_of_the_many() -> None:
    rng = np.random.default_rng(13)
    size = np.geomspace(1.0, 100.0, 24)
    spread = 0.2 * size**-0.37
    learned = []
    for _ in range(30):
        log_sales = np.log(size)[:, None] + autoregression(rng, spread, 0.2, WEEKS)
        learned.append(sales_noise(history_of(log_sales), "b1").spread)
    np.testing.assert_allclose(
        np.mean(learned, axis=0)[[0, 12, 23]], spread[[0, 12, 23]], rtol=0.05
    )


def test_a_short_series_does_not_hide_its_autocorrelation() -> None:
    drawn = autoregression(np.random.default_rng(1), np.ones(4_000), 0.3, 40)
    assert autocorrelation(drawn - drawn.mean(axis=1, keepdims=True)) == pytest.approx(
        0.3, abs=0.015
    )


def test_markets_are_answered_for_in_the_order_asked() -> None:
    rng = np.random.default_rng(2)
    history = history_of(autoregression(rng, np.linspace(0.02, 0.1, 12), 0.2, WEEKS))
    every, some = (
        sales_noise(history, "b1"),
        sales_noise(history, "b1", ["m9", "m1", "x", "m4", "m2"]),
    )
    assert some.market_ids == ("m9", "m1", "m4", "m2")
    np.testing.assert_array_equal(some.spread, every.spread[[9, 1, 4, 2]])


@pytest.mark.parametrize(
    ("brand", "markets", "weeks", "told_why"),
    [
        ("b2", 12, WEEKS, "nothing is known of its sales"),
        ("b1", 3, WEEKS, "3 markets"),
        ("b1", 12, 20, "0 markets have at least 26 weeks"),
    ],
)
def test_without_a_basis_nothing_is_said(
    brand: str, markets: int, weeks: int, told_why: str
) -> None:
    history = history_of(autoregression(np.random.default_rng(2), np.ones(markets), 0.2, weeks))
    with pytest.raises(NoTestBasisError, match=told_why):
        sales_noise(history, brand)


def test_too_few_of_the_markets_asked_for() -> None:
    history = history_of(autoregression(np.random.default_rng(2), np.ones(12), 0.2, WEEKS))
    with pytest.raises(NoTestBasisError, match="2 markets"):
        sales_noise(history, "b1", ["m1", "m2"])


@pytest.mark.parametrize(
    ("power", "smallest", "begins"),
    [(0.81, 0.02, "Yes"), (0.6, 0.02, "Perhaps"), (0.2, 0.05, "No:"), (0.05, None, "No holdout")],
)
def test_the_answer_in_words(power: float, smallest: float | None, begins: str) -> None:
    sentence = told(Told((0.022, 0.011, 0.049), 50, 15, 6, power, smallest))
    assert sentence.startswith(begins)
    assert "+2.2% (+1.1% to +4.9%)" in sentence
    if smallest is not None:
        assert "15 of 50 markets held out, 6 weeks of sales" in sentence
        assert f"{power:.0%}" in sentence
