"""The study of worlds tells what was measured of each, and how often claims were found out."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from experiments.studies.rosters_to_come import Judged
from experiments.studies.worlds.__main__ import (
    CLAIMS,
    MORE_SEEDS,
    QUICK_CLAIMS,
    SEEDS,
    claim_tasks,
)
from experiments.studies.worlds.__main__ import trained_tasks as tasks
from experiments.studies.worlds.table import result
from experiments.studies.worlds.trained import true_average
from experiments.worlds.rules import WORLDS
from tests.training.simulated_cells import simulate_cells


def one_world(name: str, predicted: float, outside: list[bool]) -> dict[str, Any]:
    truth = np.array([0.01, 0.02, 0.03, 0.02])
    guess = predicted * truth
    ends = {0.5: (guess, guess), 0.9: (0.5 * guess, 1.5 * guess)}
    judged = Judged(truth, guess, np.array([0, 0, 1, 1]), ends)
    return {
        "world": name,
        "judged": judged.to_json(),
        "true_average": 0.02,
        "plain_average": 0.01,
        "dosed_average": 0.019,
        "leak": [0.45, 0.3, 0.6],
        "outside": outside,
        "new": [False, True, False, True],
        "grade": "randomised",
        "refused": [],
    }


def test_the_table_has_a_line_for_each_world_that_was_measured() -> None:
    found = result([one_world("leaky", 1.1, [False, True, False, True])], [])
    assert found.metrics["leaky.bias_predicted"] == pytest.approx(0.1)
    assert found.metrics["leaky.bias_plain"] == pytest.approx(-0.5)
    assert found.metrics["leaky.bias_dosed"] == pytest.approx(-0.05)
    assert found.metrics["leaky.coverage_90"] == 1.0
    assert found.metrics["leaky.warned_new"] == 1.0
    assert found.metrics["leaky.warned_familiar"] == 0.0
    assert "-50% → -5%" in found.table
    assert "0.45 (0.5); 90 %: 0.30 to 0.60" in found.table


def test_where_nothing_is_sold_there_is_no_bias_to_tell() -> None:
    found = result([one_world("null", 1.0, [False] * 4)], [])
    assert not any(name.startswith("null.bias") for name in found.metrics)
    assert "nan" not in found.table


def test_claims_are_counted_world_by_world() -> None:
    claims = [
        {"world": "confounded", "fired": [["sample ratio", "drawn as recorded"], []]},
        {"world": "randomised", "fired": [[]]},
    ]
    found = result([], claims)
    assert found.metrics == {"claims.randomised": 0.0, "claims.confounded": 0.5}
    assert "1 of 2" in found.table


def test_worlds_and_seeds_are_those_that_are_reported() -> None:
    worlds = [task.world for task in tasks(SEEDS, MORE_SEEDS, quick=False)]
    by_name = Counter(world.world for world in worlds)
    assert by_name == {name: 10 if name == "leaky" else 3 for name in WORLDS}
    assert len({(world.world, world.seed) for world in worlds}) == len(worlds)
    assert next(world for world in worlds if world.world == "mixed").campaigns == 300
    claims = claim_tasks(quick=False)
    assert sum(len(task.seeds) for task in claims) == 100
    assert all(task.world.claimed_as_drawn for task in claims)
    assert not {*SEEDS, *CLAIMS} & {*QUICK_CLAIMS}


def test_the_true_average_weighs_cells_as_their_measurement_does() -> None:
    cells = simulate_cells(0, campaigns=3, markets=4)
    lifts = np.full(cells.size, 0.05)
    assert true_average(cells, lifts) == pytest.approx(np.log(1.05))
