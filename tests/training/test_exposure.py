"""Exposure of a booking by hand, and the sales that scale it."""

from __future__ import annotations

import numpy as np
import pytest

from features.rosters.reach import RosterReach
from tests.training.steady_sales import LEVELS, steady_sales
from training.arrays import Floats
from training.exposure import exposure, weekly_sales


@pytest.fixture
def reach() -> RosterReach:
    people = np.array([[100.0, 50.0], [300.0, 0.0]])
    return RosterReach(
        market_ids=("a", "b"),
        population=np.array([1000.0, 500.0]),
        shapley=people,
        people=people.sum(axis=0),
        impressions=people,
        gross=people,
        unique=people[0],
        followers=people[0],
        local=people[0],
    )


@pytest.mark.parametrize(
    ("power", "expected"),
    [
        # Heads alone: people over population.
        (0.0, [[0.1, 0.1], [0.3, 0.0]]),
        # Market a sells 4 a head, twice the typical 2; market b half of it.
        (1.0, [[0.05, 0.2], [0.15, 0.0]]),
        (0.5, [[0.1 / np.sqrt(2), 0.1 * np.sqrt(2)], [0.3 / np.sqrt(2), 0.0]]),
    ],
)
def test_exposure_by_hand(reach: RosterReach, power: float, expected: Floats) -> None:
    found = exposure(reach, np.array([4000.0, 500.0]), 2.0, power)
    assert found == pytest.approx(np.array(expected))


def test_where_nothing_is_sold_exposure_is_bounded(reach: RosterReach) -> None:
    found = exposure(reach, np.array([0.0, -5.0]), 2.0, 1.0)
    assert found == pytest.approx(100 * np.array([[0.1, 0.1], [0.3, 0.0]]))


def test_weekly_sales_are_the_mean_of_the_last_half_year() -> None:
    history = steady_sales(40)
    history.revenue[0, 0, :14] = 1e9  # longer ago than 26 weeks
    history.revenue[0, 1, -1] = np.nan
    found = weekly_sales(history, "b0", ("west", "atlantis", "south", "north"))
    assert found == pytest.approx([LEVELS[2], 0.0, LEVELS[1], LEVELS[0]])
    assert weekly_sales(history, "b9", ("west", "north")).tolist() == [0.0, 0.0]
