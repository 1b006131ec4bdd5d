"""Optimised rosters beat rules of thumb in a simulated world, as predicted and in truth."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import numpy as np
import pytest

from experiments.studies.optimize.naive import RULES, by_rule, offers_of
from experiments.studies.optimize.truth import true_lift
from experiments.studies.replayed_world import ReplayedWorld
from experiments.worlds.baseline import build_baseline
from experiments.worlds.campaigns import Plan, plan_future
from experiments.worlds.settings import WorldSettings
from experiments.worlds.vocabulary import CATEGORIES
from experiments.worlds.world import build_world
from features.snapshots.assembly import snapshot
from features.snapshots.snapshot import Snapshot
from features.sources.source import open_source
from serving.messages.optimize_questions import OptimizeRequest
from serving.messages.questions import PredictRequest
from serving.predictions.scoring import RosterScorer
from tests.training.trained_worlds import TrainedWorld

#: The world of `conftest`, with campaigns to come: they change nothing else.
WORLD: Final = WorldSettings(
    world="randomised", campaigns=40, creators=120, markets=12, brands=4, weeks=90,
    future_campaigns=6, seed=1,
)  # fmt: skip
BUDGET: Final = 3_000.0


@pytest.fixture(scope="module")
def known(randomised: TrainedWorld) -> Snapshot:
    return snapshot(open_source(randomised.folder))


@pytest.fixture(scope="module")
def replayed() -> ReplayedWorld:
    """The world's lifts up to their common scale, which no comparison needs."""
    world = build_world(WORLD)
    return ReplayedWorld(world, build_baseline(world), (), response=1.0)


def asked(replayed: ReplayedWorld, known: Snapshot, plan: Plan) -> dict[str, Any]:
    world = replayed.world
    starts = known.as_of + timedelta(days=28)
    return {
        "brand_id": world.brands.brand_ids[plan.brand],
        "category": CATEGORIES[plan.category],
        "starts_on": starts.isoformat(),
        "ends_on": (starts + timedelta(days=7 * plan.posting_weeks - 1)).isoformat(),
        "brief": plan.brief,
        "markets": [world.geography.market_ids[m] for m in np.flatnonzero(plan.markets)],
    }


def test_rosters_beat_rules_of_thumb_in_prediction_and_in_truth(
    randomised: TrainedWorld, known: Snapshot, replayed: ReplayedWorld
) -> None:
    scorer, offers = RosterScorer(randomised.run.bundle, known), offers_of(known)
    lifts: dict[str, list[float]] = {rule: [] for rule in ("ours", *RULES)}
    for plan in plan_future(replayed.world):
        campaign = asked(replayed, known, plan)
        wish = {"campaign": campaign, "budget": BUDGET, "candidates": offers}
        question = OptimizeRequest.model_validate({**wish, "objective": "revenue"})
        ours = scorer.optimize(question)
        rosters = {rule: by_rule(known, offers, BUDGET, rule) for rule in RULES}
        for roster in rosters.values():
            predicted = scorer.headline(
                PredictRequest.model_validate({"campaign": campaign, "roster": roster})
            )
            assert ours.prediction.lift.mean >= predicted.lift.mean
        rosters["ours"] = [booking.model_dump() for booking in ours.roster]
        for rule, roster in rosters.items():
            lifts[rule].append(true_lift(replayed, plan, roster))
    means = {rule: float(np.mean(values)) for rule, values in lifts.items()}
    assert all(means["ours"] > means[rule] for rule in RULES), means
