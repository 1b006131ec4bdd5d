"""The study of speed measures what it says, and its table compares what belongs together."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.studies.learner_speed.__main__ import result, tasks_of
from experiments.studies.learner_speed.bare import bare_cost
from experiments.studies.learner_speed.measure import SpeedTask, measure
from experiments.studies.learner_speed.world import simulate
from training.learners.settings import TreeSettings


def test_the_world_is_what_it_is_said_to_be() -> None:
    world = simulate(60_000, 1)
    assert world.X.shape == (60_000, 50)
    assert abs(world.treatment.mean() - world.propensity.mean()) < 0.01
    assert world.effect.std() == pytest.approx(0.45, abs=0.05)
    assert np.corrcoef(world.propensity, world.effect)[0, 1] > 0.2
    noise = world.y - world.expected - (world.treatment - world.propensity) * world.effect
    assert noise.std() == pytest.approx(1.0, abs=0.02)
    error = world.scores.std() / np.sqrt(len(world.y))
    assert abs(world.scores.mean() - world.effect.mean()) < 4 * error


@pytest.mark.parametrize("learner", ["r", "dr"])
def test_the_bare_cost_is_more_with_more_rounds(learner: str) -> None:
    world = simulate(1500, 2)
    few, many = (
        bare_cost(world, learner, TreeSettings(max_rounds=rounds), folds=3, bins=63).cpu_seconds
        for rounds in (2, 40)
    )
    assert 0 < few < many


def test_a_fit_is_measured_and_finds_effects() -> None:
    found = measure(SpeedTask("ours", "dr", 600, 3, 0))
    assert found["seconds"] > 0
    assert found["cpu"] > 0
    assert found["memory"] >= 0
    assert found["error"] < 1.0


def test_turns_are_taken_by_all_and_the_fastest_counts() -> None:
    tasks = list(tasks_of(2000, seed=5, turns=2))
    assert [task.who for task in tasks[:5]] == [task.who for task in tasks[5:10]]
    seconds = {
        "bare": 2.0,
        "ours, as the peers": 2.1,
        "ours": 1.0,
        "econml": 3.0,
        "metalearners": 5.0,
    }
    found = {
        task: {"seconds": seconds[task.who] + task.turn, "cpu": 1.0, "memory": 1.0, "error": None}
        for task in tasks
    }
    told = result(found)
    assert told.metrics["seconds.ours.r.2000"] == 1.0
    lines = [line for line in told.table.splitlines() if "| DR |" in line]
    assert [line.split("|")[-3:-1] for line in lines] == [
        [" 1.00 ", " 2.00 "],
        [" 1.05 ", " 2.10 "],
        [" 0.50 ", " 1.00 "],
        [" 1.50 ", " 3.00 "],
        [" 2.50 ", " 5.00 "],
    ]


def test_of_very_many_rows_only_econml_is_asked() -> None:
    assert {task.who for task in tasks_of(1_000_000, 5, 3)} == {"ours", "econml"}
