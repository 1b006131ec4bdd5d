"""Pages of other origins get nothing: no permission is ever sent, and no preflight answered."""

from __future__ import annotations

import httpx
import pytest

from serving.door.exchange import SECURITY_HEADERS
from serving.door.operations import OPERATIONS, Operation
from tests.serving.asking import campaign, compare, holdout, optimize, predict
from tests.serving.problems import problem_in

STRANGE = {"Origin": "https://elsewhere.example", "Cookie": "session=1"}
PREFLIGHT = {
    **STRANGE,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization, content-type",
}
BODIES = {
    "/v1/predict": predict(),
    "/v1/compare": compare(),
    "/v1/optimize": optimize(),
    "/v1/holdout": holdout(),
}

#: What a question cannot do without.
QUERIES = {"/v1/baseline": {n: campaign()[n] for n in ("brand_id", "starts_on", "ends_on")}}

every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.path)


def _ask(client: httpx.Client, operation: Operation) -> httpx.Response:
    path = operation.path.replace("{creator_id}", "c1").replace("{file}", "planner.js")
    return client.request(
        operation.method,
        path,
        json=BODIES.get(operation.path),
        params=QUERIES.get(operation.path),
        headers=STRANGE,
    )


def _permissions(response: httpx.Response) -> list[str]:
    return [name for name in response.headers if name.startswith("access-control-")]


@every_operation
def test_no_answer_lets_another_origin_read_it(client: httpx.Client, operation: Operation) -> None:
    response = _ask(client, operation)
    assert response.status_code == 200
    assert _permissions(response) == []
    assert response.headers["cross-origin-resource-policy"] == "same-origin"
    assert "set-cookie" not in response.headers


@every_operation
def test_no_preflight_is_answered(client: httpx.Client, operation: Operation) -> None:
    response = client.options(operation.path, headers=PREFLIGHT)
    problem_in(response, 405)
    assert _permissions(response) == []


def test_a_refusal_lets_nobody_read_it_either(client: httpx.Client) -> None:
    for response in (
        client.post("/v1/predict", json={}, headers=STRANGE),
        client.get("/nowhere", headers=STRANGE),
    ):
        assert _permissions(response) == []
        for name, value in SECURITY_HEADERS.items():
            assert response.headers.get_list(name) == [value]


def test_the_policy_lets_a_page_load_only_its_own_files() -> None:
    directives = dict(
        part.strip().split(" ", 1)
        for part in SECURITY_HEADERS["Content-Security-Policy"].split(";")
    )
    assert directives == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }


@pytest.mark.parametrize("page", ["/", "/docs"])
def test_a_page_has_nothing_that_the_policy_would_stop(client: httpx.Client, page: str) -> None:
    text = client.get(page).text
    for forbidden in (
        "<style",
        " style=",
        " onclick=",
        " onload=",
        "javascript:",
        "http://",
        "//cdn",
    ):
        assert forbidden not in text
    scripts = text.split("<script")[1:]
    assert scripts
    assert all(script.split(">")[0].find("src=") >= 0 for script in scripts)
