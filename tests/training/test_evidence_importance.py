"""Features that matter are told from those that do not, and from their stand-ins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from features.rosters.feature_set import FEATURES
from tests.training.simulated_rosters import simulate_rosters
from training.encoding import Encoding
from training.evidence.feature_groups import (
    BRAND,
    columns_by_feature,
    columns_by_theme,
    themes,
)
from training.evidence.held_out import BaggedLifts, Evidence, average_log_effect, gather
from training.evidence.importance import Worth, ablation, permutation_importance
from training.evidence.scoring import member_lifts, part_of
from training.rosters.averages import fit_average_bags
from training.rosters.boosting import RosterBoosting
from training.rosters.linear_start import LinearScore
from training.rosters.model import AveragedRosters, BoostedRosters
from training.rosters.sample import RosterSample
from training.splits import campaign_folds

#: The first three columns of the simulated rosters move F, the other three do not.
SAMPLE = simulate_rosters(2, campaigns=100).sample
MOVERS, IDLE = ("creative_freedom", "posts", "category_match"), ("season_sin", "is_virtual")
NAMES = (*MOVERS, *IDLE, "platform")
PENALTY = np.full(6, 3.0)
TRUE_SLOPES = np.array([0.5, -0.4, 0.5, 0.0, 0.0, 0.0])


def encoding_of(names: tuple[str, ...] = NAMES) -> Encoding:
    flat = (0.0,) * len(names)
    return Encoding(names, (), (), {}, flat, (1.0,) * len(names), (), flat, flat)


def bags_of(sample: RosterSample) -> tuple[BoostedRosters, Evidence]:
    """Bags of the linear truth, each with a little noise of its own."""
    rng = np.random.default_rng(0)
    members = tuple(
        RosterBoosting(LinearScore(-3.6, TRUE_SLOPES + rng.normal(0, 0.02, 6)), None)
        for _ in range(8)
    )
    model = BoostedRosters(members)
    lifts = np.stack([member_lifts(model, bag, sample) for bag in range(8)])
    counts = rng.multinomial(sample.campaigns, np.full(100, 0.01), size=8)
    values = np.exp(members[0].score(sample.linear, sample.trees))
    return model, gather(sample, BaggedLifts(lifts, values, counts), {})


@pytest.fixture(scope="module", name="shuffled")
def importance() -> dict[str, Worth]:
    model, evidence = bags_of(SAMPLE)
    found = permutation_importance(model, SAMPLE, evidence, encoding_of(), seed=0)
    assert [own.lost for own in found] == sorted((own.lost for own in found), reverse=True)
    return {own.name: own for own in found}


def test_what_moves_predictions_is_important(shuffled: dict[str, Worth]) -> None:
    assert set(shuffled) == set(NAMES)
    assert all(shuffled[name].low > 0 for name in MOVERS)
    assert all(shuffled[name].high < 0.5 * shuffled["posts"].lost for name in IDLE)
    assert all(own.low <= own.lost <= own.high for own in shuffled.values())


def test_columns_of_one_feature_are_shuffled_together() -> None:
    """A column and its copy of the opposite slope do nothing; torn apart they would."""
    model, evidence = bags_of(SAMPLE)
    slopes = np.array([0.5, -0.4, 0.5, 2.0, -2.0, 0.0])
    linear = SAMPLE.linear.copy()
    linear[:, 4] = linear[:, 3]
    copied = replace(SAMPLE, linear=linear)
    members = (RosterBoosting(LinearScore(-3.6, slopes), None),) * len(model.members)
    names = ("creative_freedom", "posts", "category_match", "format=a", "format=b", "is_virtual")
    found = permutation_importance(
        BoostedRosters(members), copied, evidence, encoding_of(names), seed=0
    )
    worth = {own.name: own.lost for own in found}
    assert set(worth) == {*MOVERS, "format", "is_virtual"}
    assert worth["format"] == pytest.approx(0.0, abs=1e-9)


def test_without_its_theme_a_model_loses() -> None:
    folds = campaign_folds(100, 3, 0)
    found = {own.name: own for own in ablation(SAMPLE, folds, encoding_of(), PENALTY, seed=0)}
    assert found["terms of the booking"].low > 0
    assert found["fit to the campaign"].low > 0
    assert abs(found["occasion"].lost) < 0.2 * found["terms of the booking"].lost
    assert "audience" not in found  # no column of that theme is there to be left out


def test_stand_ins_cover_for_each_other() -> None:
    """A theme that the rest can replace is important and loses nothing when left out."""
    linear = SAMPLE.linear.copy()
    linear[:, 3:] = linear[:, :3]
    covered = replace(SAMPLE, linear=linear)
    names = (*MOVERS, "is_virtual", "has_subscription", "platform_count")
    found = {
        own.name: own.lost
        for own in ablation(covered, campaign_folds(100, 3, 0), encoding_of(names), PENALTY, seed=0)
    }
    alone = {
        own.name: own.lost
        for own in ablation(SAMPLE, campaign_folds(100, 3, 0), encoding_of(), PENALTY, seed=0)
    }
    assert abs(found["terms of the booking"]) < 0.1 * alone["terms of the booking"]


def test_every_feature_has_one_theme() -> None:
    named = [name for members in themes().values() for name in members]
    assert sorted(named) == sorted([*FEATURES.names, BRAND])


def test_levels_and_flags_belong_to_their_feature() -> None:
    names = ("posts", "posts=missing", "platform=tiktok", "platform=x", "brand=b1")
    assert columns_by_feature(names) == {"posts": [0, 1], "platform": [2, 3], "brand": [4]}
    by_theme = columns_by_theme(names)
    assert by_theme["terms of the booking"] == [0, 1, 2, 3]
    assert by_theme["brand"] == [4]
    assert by_theme["audience"] == []


def test_a_part_is_the_whole_seen_through_some_campaigns() -> None:
    model, _ = bags_of(SAMPLE)
    campaigns = np.array([3, 20, 77])
    part = part_of(SAMPLE, campaigns)
    assert part.sample.campaigns == 3
    whole = average_log_effect(SAMPLE, member_lifts(model, 0, SAMPLE))
    alone = average_log_effect(part.sample, member_lifts(model, 0, part.sample))
    assert alone == pytest.approx(whole[campaigns])
    moved = part.with_rows(SAMPLE.linear + 1.0, SAMPLE.trees)
    assert moved.linear == pytest.approx(part.sample.linear + 1.0)


def test_members_on_averages_answer_too() -> None:
    members, _ = fit_average_bags(SAMPLE, 5, bags=2, seed=0)
    lifts = member_lifts(AveragedRosters(members), 1, SAMPLE)
    assert lifts.shape == SAMPLE.outcome.shape
    assert np.ptp(lifts) > 0
