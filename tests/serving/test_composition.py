"""What is reported beside a prediction: who is booked, followers, and the middle half."""

from __future__ import annotations

from collections import Counter

import pytest

from features.entities import TIERS
from serving.messages.answers import Prediction
from serving.messages.questions import PredictRequest
from serving.predictions.scoring import RosterScorer
from tests.serving.small_world import World

PROPOSED = {
    "creator_id": "new",
    "platform": "tiktok",
    "format": "short_video",
    "posts": 1,
    "fee": 10.0,
    "disclosure": "none",
    "creator": {"category": "food", "language": "eo", "followers": 5_000, "is_virtual": True},
}


@pytest.fixture(scope="module")
def asked(world: World) -> PredictRequest:
    """Three creators of the catalog, the first booked twice, and a proposed virtual one."""
    rows = world.body["roster"]
    again = {**rows[0], "format": "story", "disclosure": "none"}
    body = {"campaign": world.body["campaign"], "roster": [*rows, again, PROPOSED]}
    return PredictRequest.model_validate(body)


@pytest.fixture(scope="module")
def answer(world: World, asked: PredictRequest) -> Prediction:
    return RosterScorer(world.bundles[0], world.snapshot).predict(asked)


def test_each_creator_is_counted_once(
    world: World, asked: PredictRequest, answer: Prediction
) -> None:
    found = answer.composition
    known = world.snapshot.creators.loc[[row["creator_id"] for row in world.body["roster"]]]
    languages = Counter([*known["language"], "eo"])
    sizes = Counter(
        max((least, tier) for tier, least in TIERS.items() if least <= followers)[1]
        for followers in [*known["followers"], 5_000]
    )
    assert (found.creators, found.bookings) == (4, 5)
    assert found.undisclosed == 2
    assert found.virtual == int(known["is_virtual"].sum()) + 1
    assert found.languages == languages
    assert found.tiers == sizes


def test_followers_count_once_an_account(world: World, answer: Prediction) -> None:
    accounts = world.snapshot.accounts["followers"]
    booked = [(row["creator_id"], row["platform"]) for row in world.body["roster"]]
    assert answer.reach.followers == pytest.approx(accounts.loc[booked].sum() + 5_000)
    assert 0 < answer.reach.followers_in_markets <= answer.reach.followers
    alone = sum(one.unique_reach for one in answer.by_creator)
    assert answer.reach.unique_people == pytest.approx(alone)


def test_the_middle_half_lies_inside_the_range(answer: Prediction) -> None:
    for wide, half in (
        (answer.lift, answer.likely.lift),
        (answer.incremental_revenue, answer.likely.incremental_revenue),
    ):
        assert wide.low < half.low < half.mean == wide.mean < half.high < wide.high


def test_the_middle_half_is_the_interval_of_one_half(
    world: World, asked: PredictRequest, answer: Prediction
) -> None:
    narrow = asked.model_copy(update={"interval": 0.5})
    scorer = RosterScorer(world.bundles[0], world.snapshot)
    assert answer.likely.lift == scorer.predict(narrow).lift
