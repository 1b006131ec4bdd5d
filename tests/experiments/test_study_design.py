"""The study of designs counts gaps between promised and played power."""

from __future__ import annotations

from typing import Any

import pytest

from experiments.studies.design.__main__ import SIZE, tasks_of
from experiments.studies.design.table import result


def a_design(predicted: float, simulated: float, **changed: Any) -> dict[str, Any]:
    return {
        "brand": "b1",
        "markets": 40,
        "share": 0.3,
        "weeks": 6,
        "lift": 0.02,
        "predicted": predicted,
        "beside": 2,
        "calm_predicted": predicted + 0.05,
        "windows": predicted + 0.1,
        "simulated": simulated,
        "calm": simulated + 0.04,
        "size": 0.06,
        "predicted_size": 0.04,
        "repeats": 100,
        **changed,
    }


def test_gaps_and_false_alarms_are_told() -> None:
    worlds = [
        {
            "seed": 7,
            "designs": [a_design(0.8, 0.78), a_design(0.5, 0.6, size=0.02)],
            "pre_weeks": [{"8": 0.03, "52": 0.02}, {"8": 0.02, "52": 0.02, "78": 0.01}],
        }
    ]
    found = result(worlds)
    assert found.metrics["within_5_points"] == 0.5
    assert found.metrics["mean_gap"] == pytest.approx(-0.04)
    assert found.metrics["mean_absolute_gap"] == pytest.approx(0.06)
    assert found.metrics["windows_mean_absolute_gap"] == pytest.approx(0.06)
    # Without campaigns beside, gaps of 0.03 and −0.09.
    assert found.metrics["calm_mean_gap"] == pytest.approx(-0.03)
    assert found.metrics["calm_mean_absolute_gap"] == pytest.approx(0.06)
    assert found.metrics["calm_within_5_points"] == 0.5
    assert found.metrics["size"] == pytest.approx(0.04)
    assert found.metrics["error_with_8_weeks"] == pytest.approx(1.25)
    assert (
        "| 7, b1 | 40 | 30% | 6 | 2.00% | 2 | 80% | 78% | 85% | 82% | 90% | 6.0% |" in found.table
    )
    assert "within 5 points in 1 of 2 designs" in found.table


def test_twenty_designs_take_turns_over_brands_and_sizes() -> None:
    tasks = tasks_of(SIZE, (1, 2, 3, 4, 5), 4, 300)
    asked = [design for task in tasks for design in task.asked]
    assert len(asked) == 20
    assert len({(d.share, d.weeks, d.power) for d in asked}) == 20
    assert {d.brand for d in asked} == {0, 1, 2, 3}
