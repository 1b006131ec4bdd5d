"""Judges that saw what they judge are found, and so is one campaign under two ids."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.plain_rosters import plain_roster
from training.checks.leakage import leakage, recorded_twice, time_forward
from training.checks.verdict import Verdict
from training.past import PastRoster
from training.settings import GateSettings
from training.splits import campaign_folds, out_of_bag

GATES = GateSettings()
ROSTERS = [plain_roster(number) for number in range(8)]


def verdict_of(
    counts: np.ndarray, judges: np.ndarray | None = None, rosters: list[PastRoster] = ROSTERS
) -> Verdict:
    judging = out_of_bag(counts) if judges is None else judges
    return leakage(campaign_folds(8, 4, 0), judging, counts, rosters)


@pytest.fixture(name="counts")
def draws() -> np.ndarray:
    return np.random.default_rng(0).multinomial(8, np.full(8, 1 / 8), size=10)


def test_bags_that_left_out_what_they_judge_pass(counts: np.ndarray) -> None:
    verdict = verdict_of(counts)
    assert verdict.passed
    assert verdict.gate
    assert f"0 of {(counts == 0).sum()} judgements" in verdict.found


def test_one_judge_that_saw_its_campaign_is_found(counts: np.ndarray) -> None:
    judges = counts == 0
    bag, campaign = np.argwhere(counts > 0)[0]
    judges[bag, campaign] = True
    verdict = verdict_of(counts, judges)
    assert not verdict.passed
    assert "; 1 of" in verdict.found


def test_one_campaign_under_two_ids_is_found(counts: np.ndarray) -> None:
    twin = plain_roster(3, ("bob", "ada"))
    assert recorded_twice([*ROSTERS, twin]) == 2
    assert not verdict_of(counts, rosters=[*ROSTERS[:-1], twin]).passed


@pytest.mark.parametrize(
    "other",
    [plain_roster(3, ("ada", "eve")), plain_roster(3, brand="b1"), plain_roster(9)],
    ids=["creators", "brand", "days"],
)
def test_campaigns_that_differ_are_not_twins(other: PastRoster) -> None:
    assert recorded_twice([*ROSTERS, other]) == 0


def test_the_backtest_is_judged_by_its_slope() -> None:
    metrics = {
        "backtest_campaigns": 20.0,
        "backtest_slope": 0.5,
        "backtest_slope_error": 0.16,
        "backtest_skill": 0.1,
        "backtest_skill_error": 0.1,
    }
    assert time_forward(metrics, GATES).passed
    assert not time_forward({**metrics, "backtest_slope_error": 0.14}, GATES).passed
    assert not time_forward(metrics, GATES).gate
    assert not time_forward({"backtest_campaigns": 0.0}, GATES).passed
