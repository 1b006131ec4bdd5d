"""Each check on a test that deserves it, and on one that does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from experiments.measurement.checks import check_test
from experiments.measurement.market_test import MarketTest
from experiments.measurement.measure import measure
from tests.experiments.measurement.invented_tests import invented
from training.checks.verdict import Verdict


def _checked(test: MarketTest) -> dict[str, Verdict]:
    return {check.check: check for check in check_test(test, measure(test))}


@pytest.mark.parametrize("drawn", [True, False])
def test_an_honest_test_passes_all(drawn: bool) -> None:
    found = _checked(invented(lift=0.1, drawn=drawn, noise=0.02))
    assert [check.reason for check in found.values() if not check.passed] == []


def test_more_treated_markets_than_drawn_are_a_fault() -> None:
    treated = np.arange(20) < 18
    assert _checked(invented(treated=treated))["sample ratio"].gate
    assert not _checked(invented(treated=treated))["sample ratio"].passed


def test_markets_chosen_for_their_growth_are_a_fault() -> None:
    test = invented(noise=0.02)
    growing = test.revenue * np.where(test.treated, 1.02, 1.0)[:, None] ** np.arange(35)
    claimed = _checked(replace(test, revenue=growing))["placebo in time"]
    assert claimed.gate
    assert not claimed.passed


def test_a_leak_that_leaves_no_contrast_is_a_fault() -> None:
    treated = np.arange(20) % 2 == 0
    leaky = invented(lift=0.1, treated=treated, dose=np.where(treated, 1.0, 0.8))
    assert not _checked(leaky)["contrast of doses"].passed


def test_a_comparison_that_rests_on_one_market_is_told() -> None:
    treated = np.arange(20) < 19
    found = _checked(invented(treated=treated, drawn=False))["spread of weights"]
    assert not found.passed
    assert "100%" in found.found


def test_treated_markets_that_nobody_could_follow_are_a_fault() -> None:
    test = invented(drawn=False)
    wild = np.exp(0.5 * np.random.default_rng(0).standard_normal(35))
    strange = np.where(test.treated[:, None], test.revenue * wild, test.revenue)
    found = _checked(replace(test, revenue=strange))["fit before the test"]
    assert found.gate
    assert not found.passed


def test_a_window_in_which_all_markets_stray_is_told() -> None:
    test = invented(drawn=False, noise=0.01, treated=np.arange(20) < 2)
    rng = np.random.default_rng(3)
    stray = np.exp(0.4 * rng.standard_normal(20))[:, None] ** test.window
    found = _checked(replace(test, revenue=test.revenue * stray))["placebo in space"]
    assert "groups of held-out markets strayed" in found.found
    assert not found.passed


def test_many_gaps_are_told() -> None:
    test = invented()
    holes = np.random.default_rng(2).random(test.revenue.shape) < 0.2
    found = _checked(replace(test, revenue=np.where(holes, np.nan, test.revenue)))
    assert not found["recorded sales"].passed
