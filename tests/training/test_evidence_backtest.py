"""Learned before the cut, judged after it; what turns with time is found out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.training.plain_rosters import plain_roster
from tests.training.simulated_rosters import simulate_rosters
from training.evidence.backtest import backtest_metrics, cut_in_time
from training.settings import BoostingSettings, IntervalSettings, Settings

QUICK = Settings(
    threads=1,
    folds=2,
    boosting=BoostingSettings(pooling=(4.0,), ceilings=(), max_rounds=0),
    intervals=IntervalSettings(bags=30),
)
ROSTERS = [plain_roster(number) for number in range(100)]
PAST = simulate_rosters(4, campaigns=100, error=0.01)


def test_a_steady_world_is_foretold() -> None:
    split = cut_in_time(ROSTERS)
    # A campaign a week; each is measured 55 days after it was booked.
    assert split.judge.tolist() == list(range(70, 100))
    assert split.learn.tolist() == list(range(63))
    found = backtest_metrics(PAST.sample, split, QUICK)
    assert found["backtest_campaigns"] == 30
    assert found["backtest_slope"] == pytest.approx(1.0, abs=3 * found["backtest_slope_error"])
    assert found["backtest_skill"] > 0
    assert found["backtest_rank"] > 0.5


def test_what_came_after_the_cut_cannot_help() -> None:
    """Other outcomes of the later campaigns: other measurements, the same predictions."""
    split = cut_in_time(ROSTERS)
    later = np.isin(PAST.sample.cell_campaign, split.judge)
    turned = replace(PAST.sample, outcome=np.where(later, -1.0, 1.0) * PAST.sample.outcome)
    before = backtest_metrics(PAST.sample, split, QUICK)
    after = backtest_metrics(turned, split, QUICK)
    assert after["backtest_slope"] == pytest.approx(-before["backtest_slope"])
    assert after["backtest_rank"] == pytest.approx(-before["backtest_rank"])


def test_too_few_campaigns_are_said_to_be_too_few() -> None:
    few = simulate_rosters(4, campaigns=25)
    found = backtest_metrics(few.sample, cut_in_time(ROSTERS[:25]), QUICK)
    assert found == {"backtest_campaigns": 0.0}
