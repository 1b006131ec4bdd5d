"""A world taken apart and put together again: the same model, or one without a part."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from experiments.studies.ablation.parts import PARTS, Part, without
from experiments.studies.roster_peers.averages import judge_effects, roster_lifts, tabulate
from experiments.studies.rosters_to_come import Judged, forecast_all, judge, true_lifts
from experiments.studies.studied_world import StudiedWorld, judge_bundle, refit, study
from experiments.studies.trained_world import QUICK, QUICK_WORLD
from experiments.worlds.simulate import simulate
from features.rosters.feature_set import FEATURES
from features.snapshots.assembly import snapshot
from features.sources.source import open_source

BY_NAME = {part.name: part for part in PARTS}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    simulate(replace(QUICK_WORLD, seed=7), folder)
    return folder


@pytest.fixture(scope="module")
def world(folder: Path) -> StudiedWorld:
    return study(folder, QUICK)


@pytest.fixture(scope="module")
def whole(world: StudiedWorld) -> Judged:
    return without(BY_NAME["nothing"], world, QUICK)


def test_leaving_nothing_out_is_the_product(
    folder: Path, world: StudiedWorld, whole: Judged
) -> None:
    known = snapshot(open_source(folder))
    product = judge(world.asked, forecast_all(world.bundle, known, world.asked))
    np.testing.assert_allclose(whole.predicted, product.predicted, rtol=1e-6)
    for level, bounds in product.intervals.items():
        np.testing.assert_allclose(whole.intervals[level], bounds, rtol=1e-6)


def test_without_recalibration_the_bags_speak_alone(world: StudiedWorld, whole: Judged) -> None:
    bare = without(BY_NAME["recalibration"], world, QUICK)
    slope = world.bundle.calibration.slope
    np.testing.assert_allclose(bare.predicted * slope, whole.predicted, rtol=1e-6)
    low, high = bare.intervals[0.9]
    contributions = [
        world.bundle.model.contributions(
            *world.bundle.encode(one.rows, one.campaign), world.bundle.expose(one.rows, one.weekly)
        )
        for one in world.future
    ]
    bags = np.array(
        [
            parts.sum(axis=1) @ one.weight
            for parts, one in zip(contributions, world.future, strict=True)
        ]
    )
    assert np.all(low >= bags.min(axis=1) - 1e-9)
    assert np.all(high <= bags.max(axis=1) + 1e-9)


def test_without_features_a_reach_is_worth_the_same_everywhere(world: StudiedWorld) -> None:
    """What remains of a roster is its exposure, and a term of its brand."""
    alone = replace(
        BY_NAME["all features: reach and brand alone"],
        campaign=BY_NAME["terms of brands and categories"].campaign,
    )
    found = without(alone, world, QUICK)
    exposed = [world.bundle.expose(one.rows, one.weekly).sum(axis=0) @ one.weight
               for one in world.future]  # fmt: skip
    worth = found.predicted / np.array(exposed)
    assert worth.max() / worth.min() < 1.02  # but for what saturates


def test_summed_people_are_more_than_people(world: StudiedWorld) -> None:
    changed = BY_NAME["deduplication: people summed over bookings"].rows
    for one in world.future:
        people, summed = one.rows.reach, changed(one.rows).reach
        assert np.all(summed.people >= people.people - 1e-6)
        assert summed.people.sum() > people.people.sum()
        np.testing.assert_allclose(summed.shapley.sum(axis=0), summed.people)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_feature_groups_cover_all_columns_once(part: Part, world: StudiedWorld) -> None:
    before = world.future[0].rows.features
    after = part.rows(world.future[0].rows).features
    assert tuple(after.columns) == FEATURES.names
    gone = {name for name in after if not after[name].equals(before[name])}
    assert bool(gone) is ("features" in part.name)
    assert all(after[name].isna().all() or (after[name] == "").all() for name in gone)


def test_every_other_learner_sees_each_cell_and_each_market_to_come(world: StudiedWorld) -> None:
    rows = tabulate(world, QUICK.exposure_power)
    assert rows.past.shape[0] == world.cells.size == len(rows.outcome)
    assert rows.past.shape[1] == rows.to_come.shape[1]
    assert np.isfinite(rows.past).all()
    assert np.isfinite(rows.to_come).all()
    assert np.bincount(rows.roster, weights=rows.part) == pytest.approx(1.0)
    truth = true_lifts(world.asked)
    effects = np.log1p(truth)[rows.roster]
    assert roster_lifts(rows, effects) == pytest.approx(truth)
    assert judge_effects(world, rows, effects).r2 == pytest.approx(1.0)


def test_the_challenger_can_be_fitted_to_the_same_past(world: StudiedWorld) -> None:
    challenger = refit(world, QUICK.model_copy(update={"learner": "roster_averages"}))
    assert challenger.manifest.learner == "roster_averages"
    judged = judge_bundle(challenger, world.future)
    assert np.isfinite(judged.predicted).all()
    assert not np.allclose(judged.predicted, judge_bundle(world.bundle, world.future).predicted)
