"""What studies make of their worlds: shares, thirds, rejections, and who is ahead."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from experiments.studies.ablation.__main__ import result as ablated
from experiments.studies.ablation.parts import PARTS
from experiments.studies.coverage.table import WorldResult, held_share, mean_width
from experiments.studies.coverage.table import result as covered
from experiments.studies.null.table import result as null_result
from experiments.studies.roster_peers.__main__ import result as compared
from experiments.studies.roster_peers.measure import BOOSTING, MEAN_COPIES, copies
from experiments.studies.rosters_to_come import Judged


def judged(predicted: list[float], truth: list[float]) -> Judged:
    """Intervals of 0.01 at 50 % and 0.02 at 90 % around what is predicted."""
    centre = np.array(predicted)
    intervals = {0.5: (centre - 0.005, centre + 0.005), 0.9: (centre - 0.01, centre + 0.01)}
    return Judged(np.array(truth), centre, np.zeros(len(centre), dtype=np.int64), intervals)


@pytest.fixture
def worlds() -> list[WorldResult]:
    predicted = [0.06, 0.01, 0.03, 0.02, 0.05, 0.04]
    good = judged(predicted, [0.067, 0.01, 0.03, 0.02, 0.05, 0.04])
    bad = judged(predicted, [0.09, 0.01, 0.03, 0.02, 0.08, 0.04])
    tests = judged(predicted, predicted)
    return [WorldResult(401, 10.0, good, tests, 0.9), WorldResult(402, 10.0, bad, tests, 1.1)]


def test_coverage_is_counted_in_thirds_of_each_world(worlds: list[WorldResult]) -> None:
    expected = [world.judged for world in worlds]
    assert held_share(expected, "lowest third", 0.9).value == 1.0
    highest = held_share(expected, "highest third", 0.9)
    assert highest.value == 0.5
    assert highest.error == pytest.approx(0.5)
    assert held_share(expected, "highest third", 0.5).value == 0.25
    assert held_share(expected, "all rosters", 0.9).value == pytest.approx((1 + 4 / 6) / 2)
    assert mean_width(expected, "middle third", 0.9) == pytest.approx(0.02)


def test_coverage_tells_shares_and_accuracy(worlds: list[WorldResult]) -> None:
    found = covered(worlds)
    assert found.metrics["expected_lift.coverage_90.highest third"] == 0.5
    assert found.metrics["test.coverage_90.highest third"] == 1.0
    assert found.metrics["error_ratio"] == pytest.approx(1.0)
    assert found.metrics["r2_mean"] == pytest.approx(np.mean([w.judged.r2 for w in worlds]))
    assert "| highest third | 25.0% ± 25.0% | 50.0% ± 50.0% | 2.00 points |" in found.table
    assert "| 402 |" in found.table


def null_world(seed: int, refused: list[str]) -> dict[str, Any]:
    z = np.random.default_rng(seed).standard_normal(4_000)
    return {"campaigns": z.tolist(), "average": z[0], "placebos": 0.05, "refused": refused}


def test_honest_tests_reject_one_in_twenty_and_promotions_are_counted() -> None:
    found = null_result([null_world(1, ["average effect: z = 0.1"]), null_world(2, [])])
    assert found.metrics["rejected.campaigns"] == pytest.approx(0.05, abs=0.01)
    assert found.metrics["promoted"] == 1
    assert "Promoted: 1 of 2" in found.table
    assert "| average effect | 1 |" in found.table


def test_ablation_compares_with_the_whole_world_by_world() -> None:
    truth = [0.01, 0.02, 0.03]
    whole, poor = judged(truth, truth), judged([0.02] * 3, truth)
    content = {part.name: whole.to_json() for part in PARTS} | {"trees": poor.to_json()}
    found = ablated([{"seed": 431, "judged": content}])
    assert "| trees | 0.000 | -1.000 |" in found.table
    assert found.metrics["r2.trees"] == 0.0
    assert found.metrics["r2.nothing"] == 1.0


def test_peers_are_ahead_where_they_are_better() -> None:
    truth = [0.01, 0.02, 0.03]
    good, poor = judged(truth, truth).to_json(), judged([0.02, 0.01, 0.03], truth).to_json()
    found = compared(
        [
            {"seed": 401, "judged": {BOOSTING: good, "other": poor}},
            {"seed": 402, "judged": {BOOSTING: poor, "other": good}},
        ]
    )
    assert "R²: ahead of every other in 1 of 2 worlds" in found.table
    assert "regret: ahead of every other in 0 of 2 worlds" in found.table
    assert found.metrics["r2.other"] == pytest.approx(
        (1 + judged([0.02, 0.01, 0.03], truth).r2) / 2
    )


def test_cells_are_repeated_as_they_weigh() -> None:
    weight = np.random.default_rng(0).gamma(2.0, 50.0, 10_000)
    times = copies(weight)
    assert times.mean() == pytest.approx(MEAN_COPIES, rel=0.02)
    assert np.corrcoef(times, weight)[0, 1] > 0.98
