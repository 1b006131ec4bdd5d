"""The ceilings of the recovery study are what they are said to be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from experiments.studies.recovery.__main__ import worlds
from experiments.studies.recovery.ceiling import expected_lifts, feature_ceiling
from experiments.studies.recovery.measure import label_ceiling, true_spread
from experiments.studies.recovery.table import result
from experiments.studies.replayed_world import ReplayedWorld, replay
from experiments.studies.rosters_to_come import Judged, read_future, true_lifts
from experiments.worlds import persuasion
from experiments.worlds.simulate import WorldSettings, simulate

TINY = WorldSettings(
    campaigns=12, creators=80, markets=6, brands=3, weeks=70, future_campaigns=5, seed=3
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    simulate(TINY, folder)
    return folder


def replayed(folder: Path) -> ReplayedWorld:
    return replay(TINY, true_lifts(read_future(folder / "future.json")))


def test_the_oracle_misses_what_charisma_does(folder: Path) -> None:
    assert 0.5 < feature_ceiling(replayed(folder)) < 1.0


def test_without_charisma_nothing_is_left_to_chance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(persuasion, "_CHARISMA_GAIN", 0.0)
    simulate(TINY, tmp_path)
    assert feature_ceiling(replayed(tmp_path)) == pytest.approx(1.0, abs=1e-9)


def test_expected_lifts_are_averages_over_charisma(folder: Path) -> None:
    """A slow twin: charisma drawn anew without mirror images, many times."""
    whole = replayed(folder)
    some = replace(whole, to_come=whole.to_come[:2])
    rng, plain = np.random.default_rng(0), []
    for _ in range(150):
        plain.append(some.with_charisma(rng.standard_normal(TINY.creators)).lifts())
    error = np.std(plain, axis=0) / np.sqrt(len(plain))
    expected = expected_lifts(some, draws=64)
    assert np.all(np.abs(expected - np.mean(plain, axis=0)) < 4 * error)


def test_the_truth_reaches_the_ceiling_of_noisy_labels(folder: Path) -> None:
    assert true_spread(folder) > 0
    rng = np.random.default_rng(0)
    truth = 0.02 * rng.standard_normal(200_000)
    measured = truth + 0.03 * rng.standard_normal(len(truth))
    r2 = 1 - np.sum((measured - truth) ** 2) / np.sum((measured - measured.mean()) ** 2)
    assert label_ceiling(0.02, 0.03) == pytest.approx(r2, abs=0.01)


def test_more_campaigns_are_of_more_brands_only_where_brands_would_be_busy() -> None:
    sizes = worlds(421, (50, 240, 500), WorldSettings(brands=12))
    assert [(w.seed, w.campaigns, w.brands) for w in sizes] == [
        (421, 50, 12),
        (421, 240, 12),
        (421, 500, 25),
    ]


def a_world(campaigns: int, seed: int, predicted: list[float]) -> dict[str, object]:
    truth = np.array([0.01, 0.02, 0.03, 0.04])
    judged = Judged(
        truth, np.array(predicted), np.array([0, 0, 1, 1]), {0.9: (truth - 0.01, truth + 0.01)}
    )
    return {
        "seed": seed,
        "campaigns": campaigns,
        "brands": 12,
        "seconds": 3.0,
        "judged": judged.to_json(),
        "feature_ceiling": 0.9,
        "typical_error": 0.02,
        "label_ceiling": 0.5,
    }


def test_the_table_averages_worlds_of_a_size_and_names_the_worst() -> None:
    perfect, constant = [0.01, 0.02, 0.03, 0.04], [0.025] * 4
    found = result([a_world(240, 2, perfect), a_world(50, 1, constant), a_world(50, 2, perfect)])
    assert found.metrics["r2.50"] == pytest.approx(0.5)
    assert found.metrics["r2.240"] == pytest.approx(1.0)
    assert [line.split(" | ")[:4] for line in found.table.splitlines()[2:4]] == [
        ["| 50", "12", "2", "0.500"],
        ["| 240", "12", "1", "1.000"],
    ]
    assert "0.000 (50 campaigns, seed 1)" in found.table
