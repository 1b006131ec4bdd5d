"""The published document is valid, complete and true of real answers."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from serving.door.openapi import document
from serving.door.operations import OPERATIONS, Operation
from tests.serving.asking import compare, holdout, optimize, predict

DOCUMENT: dict[str, Any] = json.loads(document())
LISTED = [operation for operation in OPERATIONS if operation.listed]


def _validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def _content(operation: Operation, status: str) -> dict[str, Any]:
    response = DOCUMENT["paths"][operation.path][operation.method]["responses"][status]
    content: dict[str, Any] = response["content"]
    return content


def test_every_schema_is_valid_and_every_reference_resolves() -> None:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert schema["description"], name
    references = set(_references(DOCUMENT))
    known = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}
    assert references <= known


def _references(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [one for value in part.values() for one in _references(value)]
    if isinstance(part, list):
        return [one for value in part for one in _references(value)]
    return []


def test_it_is_what_the_service_publishes(client: httpx.Client) -> None:
    assert client.get("/docs.json").json() == DOCUMENT


def test_every_listed_operation_is_in_it_and_no_other() -> None:
    written = {(method, path) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert written == {(one.method, one.path) for one in LISTED}
    identifiers = [
        content["operationId"]
        for methods in DOCUMENT["paths"].values()
        for content in methods.values()
    ]
    assert len(set(identifiers)) == len(identifiers)


@pytest.mark.parametrize(
    "path", ["/v1/creators", "/v1/creators/c1", "/v1/creators/c4", "/v1/brands", "/v1/markets",
             "/v1/filters", "/v1/model",
             "/v1/baseline?brand_id=b1&starts_on=2024-05-06&ends_on=2024-05-19"]
)  # fmt: skip
def test_a_list_is_what_the_document_says(client: httpx.Client, path: str) -> None:
    operation = next(
        one for one in LISTED if one.method == "get" and one.matches(path.split("?")[0])
    )
    schema = _content(operation, "200")["application/json"]["schema"]
    _validator(schema).validate(client.get(path).json())


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/predict", predict()),
        ("/v1/compare", compare()),
        ("/v1/optimize", optimize()),
        ("/v1/holdout", holdout()),
    ],
)
def test_questions_and_answers_are_what_the_document_says(
    client: httpx.Client, path: str, body: dict[str, Any]
) -> None:
    operation = next(one for one in LISTED if one.path == path)
    asked = DOCUMENT["paths"][path]["post"]["requestBody"]["content"]["application/json"]
    _validator(asked["schema"]).validate(body)
    answer = client.post(path, json=body).json()
    _validator(_content(operation, "200")["application/json"]["schema"]).validate(answer)


def test_a_problem_is_what_the_document_says(client: httpx.Client) -> None:
    operation = next(one for one in LISTED if one.path == "/v1/predict")
    schema = _content(operation, "422")["application/problem+json"]["schema"]
    _validator(schema).validate(client.post("/v1/predict", json={}).json())


def test_every_status_of_the_contract_is_promised_for_a_prediction() -> None:
    promised = DOCUMENT["paths"]["/v1/predict"]["post"]["responses"]
    assert set(promised) == {"200", "400", "401", "408", "413", "422", "429", "500", "503"}


@pytest.mark.parametrize(
    "name", ["BookingIn", "CampaignIn", "HoldoutRequest", "OptimizeRequest", "ProposedCreatorIn"]
)
def test_every_field_is_described_with_an_example_that_holds(name: str) -> None:
    for field, schema in DOCUMENT["components"]["schemas"][name]["properties"].items():
        assert schema["description"], field
        for example in schema.get("examples", []):
            _validator(schema).validate(example)


def test_bounds_stand_in_the_document() -> None:
    fields = DOCUMENT["components"]["schemas"]["BookingIn"]["properties"]
    assert (fields["posts"]["minimum"], fields["posts"]["maximum"]) == (1, 50)
    assert fields["fee"]["minimum"] == 0
    roster = DOCUMENT["components"]["schemas"]["PredictRequest"]["properties"]["roster"]
    assert (roster["minItems"], roster["maxItems"]) == (1, 500)
