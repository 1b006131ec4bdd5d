"""Whatever is wrong with a request is answered in one shape, with its own status."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from serving.door.body import LARGEST_BODY
from serving.door.operations import OPERATIONS, Operation
from tests.serving.asking import booking, campaign, compare, predict
from tests.serving.problems import paths_in, problem_in

ASKED = ("/v1/predict", "/v1/compare", "/v1/optimize", "/v1/holdout")
NOT_JSON = {
    "nothing": b"",
    "half": b'{"campaign": ',
    "words": b"brand=b1&posts=2",
    "NaN": b'{"interval": NaN}',
    "infinity": b'{"interval": -Infinity}',
    "latin-1": '{"brief": "né"}'.encode("latin-1"),
    "deep": b"[" * 100_000,
    "digits": b'{"interval": ' + b"9" * 5_000 + b"}",
    "two": b"{} {}",
}


@pytest.mark.parametrize("path", ASKED)
@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON.keys())
def test_what_is_not_json_is_400(client: httpx.Client, path: str, body: bytes) -> None:
    problem_in(client.post(path, content=body), 400)


@pytest.mark.parametrize("path", ASKED)
@pytest.mark.parametrize("value", [[], "text", 1, None, True], ids=repr)
def test_json_that_is_no_object_is_422(client: httpx.Client, path: str, value: object) -> None:
    assert paths_in(client.post(path, content=json.dumps(value))) == {"body"}


@pytest.mark.parametrize("path", ASKED)
def test_a_large_body_is_413(client: httpx.Client, path: str) -> None:
    problem_in(client.post(path, content=b" " * (LARGEST_BODY + 1)), 413)


@pytest.mark.parametrize("path", ASKED)
def test_a_large_body_of_unknown_length_is_413(client: httpx.Client, path: str) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(LARGEST_BODY // 100_000 + 1):
            yield b" " * 100_000

    problem_in(client.post(path, content=chunks()), 413)


def test_the_largest_body_allowed_is_read(client: httpx.Client) -> None:
    body = json.dumps(predict()).encode()
    padded = body + b" " * (LARGEST_BODY - len(body))
    assert client.post("/v1/predict", content=padded).status_code == 200


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_the_content_decides_not_its_declared_type(client: httpx.Client, content_type: str) -> None:
    body = json.dumps(predict()).encode()
    response = client.post("/v1/predict", content=body, headers={"Content-Type": content_type})
    assert response.status_code == 200


@pytest.mark.parametrize(
    "content_type", ["application/vnd.bentoml+pickle", "multipart/form-data; boundary=x"]
)
def test_no_declared_type_opens_another_parser(client: httpx.Client, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    problem_in(client.post("/v1/predict", content=b"\x80\x04N.", headers=headers), 400)
    assert (
        client.post("/v1/predict", content=json.dumps(predict()), headers=headers).status_code
        == 200
    )


FAULTS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "missing": ({"roster": [booking()]}, {"campaign"}),
    "unknown field": (predict(budget=3), {"budget"}),
    "nobody": (predict(roster=[]), {"roster"}),
    "too many": (predict(roster=[booking()] * 501), {"roster"}),
    "interval": (predict(interval=1), {"interval"}),
    "two bookings": (
        predict(roster=[booking(posts=0), booking(fee=-1, platform="myspace")]),
        {"roster.0.posts", "roster.1.fee", "roster.1.platform"},
    ),
    "types": (
        predict(roster=[booking(posts="2", fee=True, invites_ugc="yes", creator_id=7)]),
        {f"roster.0.{name}" for name in ("posts", "fee", "invites_ugc", "creator_id")},
    ),
    "dates": (predict(campaign=campaign(ends_on="2024-05-05")), {"campaign.ends_on"}),
    "no day": (predict(campaign=campaign(starts_on="2024-02-30")), {"campaign.starts_on"}),
    "timestamp": (predict(campaign=campaign(starts_on=0)), {"campaign.starts_on"}),
    "years": (predict(campaign=campaign(ends_on="2031-01-01")), {"campaign.ends_on"}),
    "no markets": (predict(campaign=campaign(markets=[])), {"campaign.markets"}),
    "long brief": (predict(campaign=campaign(brief="x" * 20_001)), {"campaign.brief"}),
    "audience": (
        predict(
            roster=[
                booking(
                    creator={
                        "category": "food",
                        "language": "en",
                        "followers": 10,
                        "audience": {"market": {"m1": 0.7, "m2": 0.7}},
                    }
                )
            ]
        ),
        {"roster.0.creator.audience"},
    ),
}


@pytest.mark.parametrize(("body", "paths"), FAULTS.values(), ids=FAULTS.keys())
def test_each_wrong_field_is_named(
    client: httpx.Client, body: dict[str, Any], paths: set[str]
) -> None:
    assert paths_in(client.post("/v1/predict", json=body)) == paths


def test_a_number_too_large_for_a_double_is_named(client: httpx.Client) -> None:
    body = json.dumps(predict(roster=[booking(fee=0)])).replace('"fee": 0', '"fee": 1e999')
    assert paths_in(client.post("/v1/predict", content=body)) == {"roster.0.fee"}


def test_half_a_character_is_named_and_does_not_break_the_answer(client: httpx.Client) -> None:
    half = r"\udfff"
    body = json.dumps(predict(campaign=campaign(brief="HALF"))).replace("HALF", half)
    assert paths_in(client.post("/v1/predict", content=body)) == {"campaign.brief"}
    assert paths_in(client.post("/v1/predict", content=f'{{"{half}": 1}}')) == {"body"}


@pytest.mark.parametrize(
    ("changed", "paths"),
    [
        ({"scenarios": compare()["scenarios"][:1]}, {"scenarios"}),
        ({"scenarios": compare()["scenarios"] * 11}, {"scenarios"}),
        ({"scenarios": compare()["scenarios"] * 2}, {"scenarios"}),
        ({"margin": 0}, {"margin"}),
        ({"margin": 1.1}, {"margin"}),
    ],
    ids=["one", "twenty-two", "same names", "no margin", "more than all"],
)
def test_a_comparison_needs_two_to_twenty_named_apart(
    client: httpx.Client, changed: dict[str, Any], paths: set[str]
) -> None:
    assert paths_in(client.post("/v1/compare", json=compare(**changed))) == paths


def test_a_field_deep_in_a_comparison_is_named(client: httpx.Client) -> None:
    body = compare()
    body["scenarios"][1]["roster"][0]["fee"] = None
    assert paths_in(client.post("/v1/compare", json=body)) == {"scenarios.1.roster.0.fee"}


def test_an_error_of_the_domain_keeps_its_sentence(client: httpx.Client) -> None:
    response = client.post("/v1/predict", json=predict(campaign=campaign(brand_id="b2")))
    problem = problem_in(response, 422)
    assert problem["title"] == "No baseline to set a lift against"
    assert problem["errors"][0]["path"] == "campaign.brand_id"


UNKNOWN = (
    "/nope",
    "/v1",
    "/v1/predict/",
    "/v1/creators/",
    "/v1/creators/nobody",
    "/v1/creators/%00",
    "/static_content/index.css",
    "/docs/x",
    "/page",
    "/page/",
    "/page/none.js",
    "/page/../service.py",
    "/page/%2e%2e/service.py",
    "/page/..%2fservice.py",
    "/page/%00",
    "/page/" + "x" * 300,
    "//",
    "/%ff",
)


@pytest.mark.parametrize("path", UNKNOWN)
def test_an_unknown_path_or_id_is_404(url: str, path: str) -> None:
    # http.client sends the path as it is, httpx would tidy it first.
    with closing(http.client.HTTPConnection(url.removeprefix("http://"))) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        content, headers = response.read(), response.getheaders()
    received = httpx.Response(response.status, headers=headers, content=content)
    problem_in(received, 404)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.path)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_another_method_is_405_and_says_which(
    client: httpx.Client, operation: Operation, method: str
) -> None:
    response = client.request(method, operation.path)
    problem_in(response, 405)
    assert set(response.headers["allow"].split(", ")) == operation.methods


def test_asking_by_get_is_405(client: httpx.Client) -> None:
    problem_in(client.get("/v1/predict"), 405)
    problem_in(client.post("/v1/creators", json={}), 405)


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("limit=0", {"limit"}),
        ("limit=501&offset=-1", {"limit", "offset"}),
        ("limit=ten", {"limit"}),
        ("tier=giant&platform=myspace", {"tier", "platform"}),
        ("sort=charm", {"sort"}),
        ("colour=red", {"colour"}),
        ("limit=1&limit=2", {"limit"}),
        ("min_followers=5&max_followers=4", {"max_followers"}),
    ],
)
def test_a_wrong_parameter_is_named(client: httpx.Client, query: str, paths: set[str]) -> None:
    assert paths_in(client.get(f"/v1/creators?{query}")) == paths
