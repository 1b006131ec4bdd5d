"""What /v1/holdout takes and refuses, each wrong field by its path; its errors over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from features.errors import InvalidRequestError
from serving.door.body import validate
from serving.messages.holdout import SHARES, HoldoutAnswer, HoldoutRequest
from tests.serving.asking import campaign, holdout, predict
from tests.serving.problems import problem_in


def test_a_prediction_s_body_is_enough() -> None:
    question = validate(HoldoutRequest, predict())
    assert isinstance(question, HoldoutRequest)
    assert (tuple(question.shares), question.weeks, question.leak) == (SHARES, None, None)


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"shares": []}, "shares"),
        ({"shares": [0.05]}, "shares.0"),
        ({"shares": [0.2, 0.91]}, "shares.1"),
        ({"shares": [0.2, 0.2]}, "shares"),
        ({"shares": 0.5}, "shares"),
        ({"weeks": [0]}, "weeks.0"),
        ({"weeks": [53]}, "weeks.0"),
        ({"weeks": [6.5]}, "weeks.0"),
        ({"weeks": [6, 6.0]}, "weeks"),
        ({"leak": 1.1}, "leak"),
        ({"leak": "half"}, "leak"),
        ({"roster": []}, "roster"),
        ({"scenarios": []}, "scenarios"),
    ],
)
def test_a_wrong_field_is_named(changed: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        validate(HoldoutRequest, holdout(**changed))
    assert [fault.path for fault in caught.value.faults] == [path]


def test_every_design_asked_for_is_answered(client: httpx.Client) -> None:
    answer = HoldoutAnswer.model_validate_json(client.post("/v1/holdout", json=holdout()).text)
    assert [(d.weeks, d.share) for d in answer.designs] == [
        (6, 0.1),
        (6, 0.5),
        (10, 0.1),
        (10, 0.5),
    ]


def test_what_leaks_wholly_has_no_smallest_lift(client: httpx.Client) -> None:
    answer = client.post("/v1/holdout", json=holdout(leak=1.0)).json()
    assert {design["smallest_detectable_lift"] for design in answer["designs"]} == {None}


def test_where_there_is_no_basis_it_is_said(client: httpx.Client) -> None:
    body = holdout(campaign=campaign(brand_id="b2"))
    problem = problem_in(client.post("/v1/holdout", json=body), 422)
    assert problem["title"] == "No basis for a holdout test"
    assert "no holdout test for brand 'b2'" in problem["detail"]
    assert [fault["path"] for fault in problem["errors"]] == ["campaign.brand_id"]
