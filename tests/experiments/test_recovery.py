"""The ceilings of the recovery study are what they are said to be."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from experiments.studies.recovery import ceiling
from experiments.studies.recovery.__main__ import worlds
from experiments.studies.recovery.measure import label_ceiling, true_spread
from experiments.studies.recovery.table import result
from experiments.studies.rosters_to_come import Judged, read_future, true_lifts
from experiments.worlds import persuasion
from experiments.worlds.baseline import build_baseline
from experiments.worlds.simulate import WorldSettings, simulate
from experiments.worlds.world import build_world

TINY = WorldSettings(
    campaigns=12, creators=80, markets=6, brands=3, weeks=70, future_campaigns=5, seed=3
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    simulate(TINY, folder)
    return folder


def test_the_oracle_knows_the_rosters_and_all_but_charisma(folder: Path) -> None:
    world = build_world(TINY)
    rosters = list(ceiling.rosters_to_come(world))
    truth = true_lifts(read_future(folder / "future.json"))
    shown = ceiling.expected_lifts(
        replace(world, creators=world.creators), build_baseline(world), rosters, draws=2
    )
    documents = json.loads((folder / "future.json").read_text(encoding="utf-8"))
    booked = [a["roster"] for document in documents for a in document["alternatives"]]
    names = world.creators.creator_ids
    assert [[b["creator_id"] for b in roster] for roster in booked] == [
        [names[creator] for creator in roster.creator] for _, roster in rosters
    ]
    assert len(shown) == len(truth) == 20
    assert 0.5 < ceiling.feature_ceiling(TINY, folder / "future.json") < 1.0


def test_without_charisma_nothing_is_left_to_chance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(persuasion, "_CHARISMA_GAIN", 0.0)
    simulate(TINY, tmp_path)
    assert ceiling.feature_ceiling(TINY, tmp_path / "future.json") == pytest.approx(1.0, abs=1e-9)


def test_expected_lifts_are_averages_over_charisma() -> None:
    """A slow twin: charisma drawn anew without mirror images, many times."""
    world = build_world(replace(TINY, future_campaigns=1, alternatives=2))
    baseline, rosters = build_baseline(world), list(ceiling.rosters_to_come(world))
    rng, plain = np.random.default_rng(0), []
    for _ in range(150):
        charisma = rng.standard_normal(world.creators.count)
        drawn = replace(world, creators=replace(world.creators, charisma=charisma))
        plain.append(ceiling._lifts(drawn, baseline, rosters))
    error = np.std(plain, axis=0) / np.sqrt(len(plain))
    expected = ceiling.expected_lifts(world, baseline, rosters, draws=64)
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
