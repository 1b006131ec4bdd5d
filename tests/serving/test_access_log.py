"""One line a request, with nothing in it that a client should not be able to put there."""

from __future__ import annotations

import io
import json
import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from serving.door.access_log import log_request, open_access_log
from serving.messages.answers import ModelInfo
from serving.messages.listings import ModelCard
from serving.settings import AccessLogged, ServiceSettings
from tests.serving.asking import campaign, compare, predict
from tests.serving.counted import card_of
from tests.serving.problems import problem_in
from tests.serving.served import served_on_loopback
from tests.serving.stub_answers import AS_OF, MODEL
from tests.serving.stubs import SmallCatalog, StubLoader

FIELDS = ["time", "request_id", "method", "route", "status", "seconds", "bytes", "model", "catalog"]
TOKEN = "a-token-of-good-length"


@contextmanager
def _lines(which: AccessLogged = AccessLogged.REQUESTS) -> Iterator[io.StringIO]:
    """Collect what the access log writes, then leave logging as it was."""
    loggers = logging.getLogger("rosterlift.access"), logging.getLogger("uvicorn.access")
    before = [(one.handlers, one.propagate, one.level, one.disabled) for one in loggers]
    stream = io.StringIO()
    open_access_log(which, stream)
    try:
        yield stream
    finally:
        for one, state in zip(loggers, before, strict=True):
            one.handlers, one.propagate, one.disabled = state[0], state[1], state[3]
            one.setLevel(state[2])


def _told(stream: io.StringIO, lines: int) -> list[dict[str, Any]]:
    """The lines so far; each is written just after its answer left."""
    until = time.monotonic() + 5
    while stream.getvalue().count("\n") < lines and time.monotonic() < until:
        time.sleep(0.01)
    found = stream.getvalue().splitlines()
    assert len(found) == lines
    return [json.loads(line) for line in found]


def test_a_prediction_leaves_one_line(client: httpx.Client) -> None:
    with _lines() as stream:
        response = client.post("/v1/predict", json=predict())
        (line,) = _told(stream, 1)
    assert list(line) == FIELDS
    assert datetime.now(UTC) - datetime.fromisoformat(line["time"]) < timedelta(minutes=1)
    assert line["request_id"] == response.headers["x-request-id"]
    assert (line["method"], line["route"], line["status"]) == ("POST", "/v1/predict", 200)
    assert 0 < line["seconds"] < 60
    assert line["bytes"] == len(response.content)
    assert (line["model"], line["catalog"]) == (MODEL.version, AS_OF.isoformat())


def test_routes_are_told_and_never_paths_queries_or_bodies(client: httpx.Client) -> None:
    with _lines() as stream:
        client.get("/v1/creators/c1", params={"token": "hidden-1"})
        client.get("/v1/creators?query=hidden-2")
        client.get("/hidden-3")
        client.post("/v1/compare", json=compare(campaign=campaign(brief="hidden-4")))
        client.post("/v1/predict", json={"hidden-5": 1}, headers={"Cookie": "hidden-6"})
        told = _told(stream, 5)
    assert [(line["route"], line["status"]) for line in told] == [
        ("/v1/creators/{creator_id}", 200),
        ("/v1/creators", 200),
        ("unknown", 404),
        ("/v1/compare", 200),
        ("/v1/predict", 422),
    ]
    assert "hidden" not in stream.getvalue()


def test_tokens_are_never_told(tmp_path: Any) -> None:
    tokens = tmp_path / "tokens"
    tokens.write_text(TOKEN)
    with _lines() as stream, served_on_loopback(settings=ServiceSettings(token_file=tokens)) as url:
        for token in (TOKEN, f"{TOKEN}-wrong"):
            httpx.get(f"{url}/v1/brands", headers={"Authorization": f"Bearer {token}"})
        assert [line["status"] for line in _told(stream, 2)] == [200, 401]
    assert TOKEN not in stream.getvalue()


def test_health_checks_are_told_only_where_all_is_asked_for(client: httpx.Client) -> None:
    asked = ("/healthz", "/livez", "/readyz", "/metrics", "/v1/model")
    told = {}
    for which, lines in ((AccessLogged.NONE, 0), (AccessLogged.REQUESTS, 1), (AccessLogged.ALL, 5)):
        with _lines(which) as stream:
            for path in asked:
                assert client.get(path).status_code == 200
            told[which] = {line["route"] for line in _told(stream, lines)}
    assert told[AccessLogged.REQUESTS] == {"/v1/model"}
    assert told[AccessLogged.ALL] == set(asked)


def test_nothing_a_client_chooses_begins_a_line_of_its_own() -> None:
    with _lines() as stream:
        log_request(
            request_id="r\r\nforged", method="GET\n{}\u2028\x1b[2J" * 9, route="/", status=200,
            seconds=0.1, size=1,
        )  # fmt: skip
        (line,) = _told(stream, 1)
    assert line["request_id"] == "r\r\nforged"
    assert len(line["method"]) <= 16
    assert re.fullmatch(r"[ -~]+\n", stream.getvalue())


class _Swapping(StubLoader):
    """Its card is already the next champion's while the scorer still answers with the last."""

    def card(self, model: ModelInfo, catalog: SmallCatalog) -> ModelCard:
        return card_of("8", date(2024, 5, 1))


def test_an_answer_says_which_versions_it_came_from() -> None:
    with _lines() as stream, served_on_loopback(_Swapping()) as url:
        httpx.post(f"{url}/v1/predict", json=predict())
        httpx.post(f"{url}/v1/compare", json=compare())
        httpx.get(f"{url}/v1/model")
        told = [(line["model"], line["catalog"]) for line in _told(stream, 3)]
    assert told == [("7", "2024-04-01"), ("7", "2024-04-01"), ("8", "2024-05-01")]


def test_without_a_model_versions_are_null() -> None:
    with _lines() as stream, served_on_loopback(StubLoader(catalog=None, model=None)) as url:
        httpx.post(f"{url}/v1/predict", json=predict())
        (line,) = _told(stream, 1)
    assert (line["status"], line["model"], line["catalog"]) == (503, None, None)


@pytest.mark.parametrize(
    "told", ["7", "a" * 64, "0b1c-2D.3_e", "00-4bf92f3577b34da6a3ce929d0e0e4736-00"]
)
def test_a_client_s_own_request_id_is_taken_over(client: httpx.Client, told: str) -> None:
    response = client.post("/v1/predict", json={}, headers={"X-Request-Id": told})
    problem_in(response, 422)
    assert response.headers.get_list("x-request-id") == [told]


@pytest.mark.parametrize(
    "told", ["", "a" * 65, "two words", '{"a":1}', "<b>", "a;b", "ä", "a\tb", "x\x7f"], ids=repr
)
def test_another_request_id_is_replaced_by_ours(client: httpx.Client, told: str) -> None:
    response = client.get("/healthz", headers={b"X-Request-Id": told.encode("latin-1")})
    assert re.fullmatch("[0-9a-f]{16}", response.headers["x-request-id"])


def test_of_two_request_ids_neither_is_believed(client: httpx.Client) -> None:
    response = client.get("/healthz", headers=[("X-Request-Id", "a"), ("X-Request-Id", "b")])
    assert re.fullmatch("[0-9a-f]{16}", response.headers["x-request-id"])
