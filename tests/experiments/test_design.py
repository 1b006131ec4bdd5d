"""A designed test promises the power that plain noise allows, and says when it is not enough."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from experiments.design.design import DesignedTest, Question, design_test, recommended
from experiments.design.document import assignments_table, document, sentences
from experiments.design.past_sales import PastSales
from experiments.design.predicted import PredictedLift
from experiments.design.simulation import fitted, nothing_tested, simulate_power
from experiments.design.tried import within_reach
from experiments.measurement.measure import measure
from tests.experiments.invented_past import invented_past
from training.arrays import Floats
from training.power.arithmetic import Detection, window_variance

STARTS_ON = date(2024, 7, 1)
#: Enough to tell a curve of power, in a second.
TESTS = 150


def lift_of(past: PastSales, draws: Floats) -> PredictedLift:
    """The same lift in all markets."""
    by_market = dict.fromkeys(past.market_ids, float(draws.mean()))
    people = dict.fromkeys(past.market_ids, 100.0)
    return PredictedLift(draws, float(draws.mean()), by_market, people, 6)


@pytest.fixture(scope="module")
def past() -> PastSales:
    return invented_past()


@pytest.fixture(scope="module")
def designed(past: PastSales) -> DesignedTest:
    large, small = np.linspace(0.05, 0.07, 50), np.linspace(0.0, 0.01, 50)
    lifts = {"large": lift_of(past, large), "small": lift_of(past, small)}
    return design_test(past, Question(STARTS_ON, 6, (0.2, 0.5), lifts, seed=5, tests=TESTS))


def test_simulation_on_past_weeks_confirms_the_arithmetic(designed: DesignedTest) -> None:
    for tried in designed.tried:
        ratio = tried.simulated.detection.error / tried.arithmetic.alone.error
        assert ratio == pytest.approx(1.0, abs=0.2)
        # Placebo windows share their weeks: chance leaves more than a share of so many would.
        assert tried.simulated.size <= 0.12
        np.testing.assert_allclose(
            tried.simulated.detection.power(tried.simulated.lifts[1:]),
            tried.simulated.rejected[1:],
            atol=0.1,
        )


def test_power_is_averaged_over_the_draws_of_the_lift(designed: DesignedTest) -> None:
    best = designed.recommended
    lift = designed.question.lifts["large"]
    expected = [float(best.detection.power(np.array([x]))[0]) for x in lift.draws]
    assert best.powers["large"] == pytest.approx(float(np.mean(expected)))
    assert best.powers["small"] < best.powers["large"]
    assert best.least_power == best.powers["small"]


def test_without_power_the_best_there_is_is_recommended(designed: DesignedTest) -> None:
    assert not designed.can_see
    assert designed.recommended.share == 0.5
    large, small = sentences(designed)
    assert large.startswith("large: Yes")
    assert small.startswith("small: No")


def test_with_power_the_least_is_held_out(past: PastSales) -> None:
    lifts = {"large": lift_of(past, np.linspace(0.05, 0.07, 50))}
    found = design_test(past, Question(STARTS_ON, 6, (0.2, 0.5), lifts, seed=5, tests=TESTS))
    assert (found.can_see, found.recommended.share) == (True, 0.2)


def test_without_a_lift_the_least_that_is_nearly_as_sharp(designed: DesignedTest) -> None:
    tried = [replace(one, powers={}, leakages={}) for one in designed.tried]
    assert recommended(tried).share == 0.5
    sharper = replace(tried[0], simulated=tried[1].simulated, arithmetic=tried[1].arithmetic)
    assert recommended([sharper, tried[1]]).share == 0.2


def test_longer_tests_see_smaller_lifts_but_a_campaign_s_own_thins_out(
    designed: DesignedTest,
) -> None:
    short, asked, long = designed.weeks_tried
    assert (short.weeks, asked.weeks, long.weeks) == (3, 6, 12)
    assert short.smallest_detectable > asked.smallest_detectable > long.smallest_detectable
    assert asked.smallest_detectable == pytest.approx(designed.recommended.smallest_detectable)
    assert long.powers["large"] < asked.powers["large"]


def test_what_leaks_everywhere_is_seen_by_no_test(past: PastSales) -> None:
    lifts = {"large": lift_of(past, np.linspace(0.05, 0.07, 50))}
    found = design_test(past, Question(STARTS_ON, 6, (0.5,), lifts, leak=1.0, seed=5, tests=28))
    assert found.recommended.powers["large"] == pytest.approx(0.05)
    assert document(found, "k")["recommended"]["smallest_detectable_lift"] is None
    assert sentences(found)[0].startswith("No holdout test can show")


def test_assignments_have_the_shape_of_their_table(designed: DesignedTest) -> None:
    table = assignments_table(designed, "k9")
    assert list(table.columns) == ["campaign_id", "market_id", "treated", "propensity"]
    assert list(table["market_id"]) == list(designed.past.market_ids)
    assert int((~table["treated"]).sum()) == designed.recommended.held_out == 12
    np.testing.assert_array_equal(table["propensity"], designed.recommended.draws.propensity)


def test_simulated_tests_are_measured_as_finished_ones(
    past: PastSales, designed: DesignedTest
) -> None:
    """One window and one assignment: p values are those of `measure` on sales with the lift in."""
    draws, seed = designed.recommended.draws, 5
    treated = draws.one(seed)
    windows = replace(designed.windows, starts=designed.windows.starts[:1])
    only = replace(draws, treated=np.tile(treated, (3, 1)))
    found = simulate_power(
        past, only, windows, designed.recommended.arithmetic.alone, seed=seed, tests=1
    )
    test = nothing_tested(past, draws, windows, int(windows.starts[0]), treated)
    for lift, share in zip(found.lifts, found.rejected, strict=True):
        raised = 1.0 + lift * treated[:, None] * test.window[None, :]
        lifted = replace(test, revenue=test.revenue * raised)
        p_value = measure(lifted, redraws=199, seed=seed).estimate.p_value
        assert share == float(p_value <= 0.05)


def test_the_error_counts_the_weights_that_measuring_sets(
    past: PastSales, designed: DesignedTest
) -> None:
    best, pre_weeks = designed.recommended, designed.windows.pre_weeks
    squares = best.simulated.squares
    assert squares is not None
    # Sides of equal weights have the least squares there can be.
    least = 1 / best.held_out + 1 / (len(squares) - best.held_out)
    assert least < squares.sum() < 2 * least
    variance = window_variance(past.noise.autocorrelation, 6, pre_weeks) * past.noise.spread**2
    assert best.arithmetic.alone.error == pytest.approx(np.sqrt(squares @ variance))


def test_what_is_told_is_the_arithmetic_s_where_past_weeks_agree(designed: DesignedTest) -> None:
    for tried in designed.tried:
        assert tried.detection.error == pytest.approx(tried.arithmetic.alone.error)


@pytest.mark.parametrize(("past_error", "told"), [(0.002, 0.003), (0.012, 0.01), (0.03, 0.02)])
def test_arithmetic_goes_no_further_than_past_weeks_let_it(past_error: float, told: float) -> None:
    found = within_reach(Detection(0.01, 22), Detection(past_error, 22))
    assert found.error == pytest.approx(told)
    assert found.freedom == 22


def test_few_markets_are_measured_against_other_stretches_of_time(past: PastSales) -> None:
    small = invented_past(markets=6, weeks=80)
    found = design_test(small, Question(STARTS_ON, 4, (0.5,), seed=1, tests=8))
    assert found.recommended.held_out == 3
    assert found.recommended.simulated.rejected[-1] > found.recommended.simulated.rejected[0]


def test_one_curve_is_fitted_to_all_shares() -> None:
    lifts = np.array([0.0, 0.01, 0.02, 0.03, 0.04])
    shares = Detection(0.012, 40).power(lifts)
    assert fitted(lifts, shares, 40).error == pytest.approx(0.012, rel=1e-3)
