"""Charts put marks where the numbers say, and label axes with round numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.plain_rosters import made_up_evidence
from training.evidence.slices import Slice
from training.report.charts import (
    Axis,
    balance_chart,
    calibration_chart,
    choice_chart,
    coverage_mark,
    forest_chart,
    round_step,
)


def test_an_axis_maps_its_ends_and_keeps_the_rest_inside() -> None:
    axis = Axis(-1.0, 3.0, 100.0, 500.0)
    assert [axis(value) for value in (-1.0, 1.0, 3.0)] == [100.0, 300.0, 500.0]
    assert (axis(-9.0), axis(9.0)) == (100.0, 500.0)
    down = Axis(0.0, 1.0, 400.0, 0.0)
    assert down(0.25) == 300.0


@given(low=st.floats(-50, 50), span=st.floats(1e-4, 100))
def test_ticks_are_few_round_and_on_the_axis(low: float, span: float) -> None:
    axis = Axis(low, low + span, 0.0, 100.0)
    ticks = axis.ticks(percent=False)
    assert 3 <= len(ticks) <= 9
    assert all(-1e-6 <= tick.at <= 100 + 1e-6 for tick in ticks)
    assert len({tick.text for tick in ticks}) == len(ticks)


def test_ticks_read_as_people_write() -> None:
    assert [tick.text for tick in Axis(-0.02, 0.02, 0, 1).ticks(percent=True)] == [
        "−2%",
        "−1%",
        "0%",
        "1%",
        "2%",
    ]
    assert Axis(0.0, 0.003, 0, 1).ticks(percent=True)[1].text == "0.05%"


@pytest.mark.parametrize(("rough", "step"), [(0.13, 0.2), (1.0, 1.0), (3.4, 5.0), (7.0, 10.0)])
def test_steps_are_round(rough: float, step: float) -> None:
    assert round_step(rough) == pytest.approx(step)


def test_calibration_puts_right_predictions_on_the_diagonal() -> None:
    predicted = np.linspace(0.005, 0.05, 50)
    chart = calibration_chart(made_up_evidence(predicted, predicted, 0.01))
    x1, y1, x2, y2 = chart.ideal
    assert len(chart.marks) == 10
    for mark in chart.marks:
        along = (mark.x - x1) / (x2 - x1)
        assert mark.y == pytest.approx(y1 + along * (y2 - y1))
        assert mark.low > mark.y > mark.high  # pixels run down
    wide = calibration_chart(made_up_evidence(predicted, predicted, 0.02)).marks[0]
    assert wide.low - wide.high > chart.marks[0].low - chart.marks[0].high


def test_a_forest_has_a_row_for_each_thing() -> None:
    chart = forest_chart(
        [("a", 1.0, 0.5, 1.5), ("b", -1.0, -np.inf, np.inf)], reference=0.0, percent=False
    )
    first, second = chart.marks
    assert chart.labels == ("a", "b")
    assert second.y > first.y
    assert second.x < chart.reference < first.low < first.x < first.high
    # An interval without end reaches both ends of the axis.
    assert second.low <= first.low
    assert second.high >= first.high


def test_balance_always_shows_how_far_a_tenth_is() -> None:
    chart = balance_chart({"log_price": 0.01}, chance=0.001)
    assert {tick.text for tick in chart.across} >= {"−0.10", "0.00", "0.10"}


def test_curves_put_the_models_on_top() -> None:
    shares = np.array([0.5, 1.0])
    curves = {"this model": np.array([0.02, 0.01]), "cheapest": np.array([0.005, 0.01])}
    chart = choice_chart(curves, shares, "this model")
    assert [line.name for line in chart.lines] == ["cheapest", "this model"]
    naive, own = ([float(p.split(",")[1]) for p in line.points.split()] for line in chart.lines)
    assert own[0] < naive[0]
    assert own[1] == naive[1]


def test_coverage_is_drawn_from_half_to_all() -> None:
    mark = coverage_mark(Slice("by", "name", 20, 0.0, 0.0, inside=0.9, low=0.3, high=1.0))
    assert mark.mark.x == pytest.approx(mark.reference)
    assert mark.mark.low < mark.mark.x < mark.mark.high <= mark.width
