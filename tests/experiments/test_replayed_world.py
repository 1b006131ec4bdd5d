"""A world drawn again is the same world, and tests played out in it find what is there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.studies.coverage.tests_to_come import play_tests
from experiments.studies.replayed_world import ReplayedWorld, replay
from experiments.studies.rosters_to_come import read_future, true_lifts
from experiments.worlds.campaign_tables import booking_records, bookings_table
from experiments.worlds.simulate import WorldSettings, simulate
from training.arrays import Floats
from training.settings import CellSettings

SMALL = WorldSettings(
    campaigns=30, creators=80, markets=16, brands=4, weeks=70, future_campaigns=12, seed=11
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    simulate(SMALL, folder)
    return folder


@pytest.fixture(scope="module")
def truth(folder: Path) -> Floats:
    return true_lifts(read_future(folder / "future.json"))


@pytest.fixture(scope="module")
def replayed(truth: Floats) -> ReplayedWorld:
    return replay(SMALL, truth)


def test_past_and_future_are_those_of_the_tables(
    folder: Path, replayed: ReplayedWorld, truth: Floats
) -> None:
    documents = json.loads((folder / "future.json").read_text(encoding="utf-8"))
    booked = [alternative["roster"] for d in documents for alternative in d["alternatives"]]
    assert booked == [booking_records(replayed.world, roster) for _, roster in replayed.to_come]
    plans, rosters = zip(*replayed.past(), strict=True)
    again = bookings_table(replayed.world, list(plans), list(rosters)).to_pandas()
    pd.testing.assert_frame_equal(again, pd.read_parquet(folder / "bookings.parquet"))
    assert replayed.lifts() == pytest.approx(truth)


def test_tests_show_the_truth_with_the_error_they_state(
    folder: Path, replayed: ReplayedWorld, truth: Floats
) -> None:
    tests = play_tests(replayed, folder, CellSettings())
    groups = tests.roster // SMALL.alternatives
    assert len(set(groups)) == len(groups) >= 8
    z = (tests.measured - np.log1p(truth[tests.roster])) / tests.error
    assert abs(z.mean()) < 4 / np.sqrt(len(z))
    assert 0.5 < z.std() < 1.6


def test_a_large_effect_is_found_by_its_test(folder: Path, replayed: ReplayedWorld) -> None:
    loud = replace(replayed, response=20 * replayed.response)
    tests = play_tests(loud, folder, CellSettings())
    found = np.corrcoef(tests.measured, np.log1p(loud.lifts()[tests.roster]))[0, 1]
    assert found > 0.9
