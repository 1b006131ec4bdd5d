"""What /v1/optimize takes and refuses, each wrong field by its path; its errors over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from features.errors import InvalidRequestError
from serving.door.body import validate
from serving.messages.optimize_answers import Optimization
from serving.messages.optimize_questions import CandidateFilter, OptimizeRequest
from tests.serving.asking import booking, campaign, optimize, predict
from tests.serving.problems import paths_in, problem_in


def asked(**changed: Any) -> OptimizeRequest:
    question = validate(OptimizeRequest, optimize(**changed))
    assert isinstance(question, OptimizeRequest)
    return question


WRONG = [
    ({"budget": -1}, {"budget"}),
    ({"budget": "1000"}, {"budget"}),
    ({"budget": 1e13}, {"budget"}),
    ({"candidates": "all"}, {"candidates"}),
    ({"candidates": 3}, {"candidates"}),
    ({"candidates": []}, {"candidates"}),
    ({"candidates": [booking(), booking(posts=0, fee=-1)]}, {"candidates.1.posts", "candidates.1.fee"}),
    ({"candidates": [booking(creator={"category": "x"})]},
     {"candidates.0.creator.language", "candidates.0.creator.followers"}),
    ({"candidates": ["c1"]}, {"candidates.0"}),
    ({"candidates": {"colour": "red"}}, {"candidates.colour"}),
    ({"candidates": {"min_followers": "5"}}, {"candidates.min_followers"}),
    ({"candidates": {"min_followers": True}}, {"candidates.min_followers"}),
    ({"candidates": {"min_followers": 5, "max_followers": 4}}, {"candidates.max_followers"}),
    ({"candidates": {"tier": "giant", "platform": "myspace"}}, {"candidates.tier", "candidates.platform"}),
    ({"candidates": {"limit": 0, "posts": 51}}, {"candidates.limit", "candidates.posts"}),
    ({"include": "c1"}, {"include"}),
    ({"include": ["c1", 7]}, {"include.1"}),
    ({"exclude": [""]}, {"exclude.0"}),
    ({"max_creators": 0}, {"max_creators"}),
    ({"max_creators": 501}, {"max_creators"}),
    ({"max_creators": 2.5}, {"max_creators"}),
    ({"min_disclosed": 1.1}, {"min_disclosed"}),
    ({"max_virtual": -0.1}, {"max_virtual"}),
    ({"min_share": {"tier": {"giant": 0.5}}}, {"min_share.tier.giant"}),
    ({"min_share": {"language": {"es": 2}}}, {"min_share.language.es"}),
    ({"min_share": {"gender": {"f": 0.5}}}, {"min_share.gender"}),
    ({"min_share": {"category": {f"c{i}": 0.1 for i in range(17)}}}, {"min_share.category"}),
    ({"min_share": [0.5]}, {"min_share"}),
    ({"objective": "reach"}, {"objective"}),
    ({"margin": 0}, {"margin"}),
    ({"interval": 0.3}, {"interval"}),
    ({"campaign": campaign(ends_on="2024-01-01")}, {"campaign.ends_on"}),
    ({"colour": "red"}, {"colour"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "paths"), WRONG, ids=[" ".join(sorted(paths)) for _, paths in WRONG]
)
def test_every_wrong_field_is_named_by_its_path(changed: dict[str, Any], paths: set[str]) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        asked(**changed)
    assert {fault.path for fault in refused.value.faults} == paths


def test_what_is_missing_is_named() -> None:
    with pytest.raises(InvalidRequestError) as refused:
        validate(OptimizeRequest, {})
    assert {fault.path for fault in refused.value.faults} == {"campaign", "budget"}


def test_candidates_are_bookings_or_a_filter_or_everybody() -> None:
    listed = asked(candidates=[booking(), booking(posts=3)]).candidates
    assert isinstance(listed, list)
    assert [one.posts for one in listed] == [2, 3]  # alternatives may repeat a creator
    assert asked(candidates={"tier": "micro", "limit": 7.0}).candidates == CandidateFilter(
        tier="micro", limit=7
    )
    assert asked(candidates=None).candidates is None


def test_a_question_written_anew_is_the_same_question() -> None:
    for candidates in ([booking(fee_source="rates")], {"query": "a", "posts": 2}, None):
        question = asked(candidates=candidates, min_share={"tier": {"nano": 0.5}})
        assert OptimizeRequest.model_validate_json(question.model_dump_json()) == question


def test_an_answer_comes_back_whole_and_can_be_predicted(client: httpx.Client) -> None:
    response = client.post("/v1/optimize", json=optimize())
    answer = Optimization.model_validate_json(response.content)
    assert [one.fee_source for one in answer.roster] == ["rates"]
    again = client.post("/v1/predict", json=predict(roster=response.json()["roster"]))
    assert again.json() == response.json()["prediction"]


def test_constraints_in_conflict_are_422_by_their_paths(client: httpx.Client) -> None:
    response = client.post("/v1/optimize", json=optimize(budget=0.5))
    assert problem_in(response, 422)["title"] == "No roster satisfies this"
    assert paths_in(response) == {"budget", "include.0"}


def test_wrong_fields_are_422_over_http(client: httpx.Client) -> None:
    response = client.post("/v1/optimize", json=optimize(candidates=[booking(fee="free")]))
    assert paths_in(response) == {"candidates.0.fee"}
