"""Too many at once, too slow, not ready, not allowed, and what nobody expected."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from serving.door.operations import OPERATIONS
from serving.settings import ServiceSettings
from tests.serving.asking import compare, holdout, optimize, predict
from tests.serving.counted import series_in
from tests.serving.problems import problem_in
from tests.serving.served import served_on_loopback
from tests.serving.stubs import StubLoader, StubScorer

TOKEN = "a-token-of-good-length"
BODIES = {
    "/v1/predict": predict(),
    "/v1/compare": compare(),
    "/v1/optimize": optimize(),
    "/v1/holdout": holdout(),
}


def test_one_request_too_many_is_429_and_the_next_is_answered() -> None:
    gate = threading.Event()
    loader = StubLoader(StubScorer(gate=gate))
    with served_on_loopback(loader, ServiceSettings(at_once=2, threads=2)) as url:
        with ThreadPoolExecutor(2) as asking:
            waiting = [asking.submit(_predict, url) for _ in range(2)]
            while len(loader.scorer_.asked) < 2:
                assert not any(one.done() for one in waiting)
            for path, body in BODIES.items():
                refused = httpx.post(url + path, json=body, timeout=20)
                problem_in(refused, 429)
                assert int(refused.headers["retry-after"]) >= 1
            assert httpx.get(f"{url}/healthz").status_code == 200
            gate.set()
            assert [one.result().status_code for one in waiting] == [200, 200]
        assert _predict(url).status_code == 200
        counted = series_in(httpx.get(f"{url}/metrics").text)
    for path in BODIES:
        assert counted["rosterlift_requests_total", ("POST", path, "429")] == 1
    assert counted["rosterlift_requests_in_flight", ()] == 0


def _predict(url: str) -> httpx.Response:
    return httpx.post(f"{url}/v1/predict", json=predict(), timeout=20)


def test_an_answer_that_takes_too_long_is_given_up() -> None:
    gate = threading.Event()
    loader = StubLoader(StubScorer(gate=gate))
    with served_on_loopback(loader, ServiceSettings(answer_seconds=0.2)) as url:
        problem_in(_predict(url), 503)
        gate.set()
        assert _predict(url).status_code == 200


def test_the_unexpected_is_500_and_logged_under_its_id(
    caplog: pytest.LogCaptureFixture,
) -> None:
    loader = StubLoader(StubScorer(raises=ZeroDivisionError("a secret of the code")))
    with served_on_loopback(loader) as url:
        for path, body in (("/v1/predict", predict()), ("/v1/compare", compare())):
            response = httpx.post(url + path, json=body)
            problem = problem_in(response, 500)
            assert "secret" not in response.text
            request_id = response.headers["x-request-id"]
            assert request_id in problem["detail"]
            logged = [one for one in caplog.records if request_id in one.getMessage()]
            assert logged[0].exc_info is not None


NOTHING = StubLoader(catalog=None, model=None)
NO_MODEL = StubLoader(model=None)


@pytest.mark.parametrize(
    "path", ["/readyz", "/v1/model", "/v1/creators", "/v1/creators/c1", "/v1/brands", "/v1/markets"]
)
def test_without_a_catalog_lists_are_503(nothing: str, path: str) -> None:
    response = httpx.get(nothing + path)
    assert problem_in(response, 503)["title"] == "No catalog is loaded"
    assert response.headers["retry-after"]


def test_without_a_catalog_the_page_and_the_health_are_answered(nothing: str) -> None:
    for path in ("/", "/docs", "/docs.json", "/healthz", "/metrics"):
        assert httpx.get(nothing + path).status_code == 200


def test_without_a_model_lists_are_answered_and_predictions_are_503() -> None:
    with served_on_loopback(NO_MODEL) as url:
        assert httpx.get(f"{url}/v1/creators").status_code == 200
        assert problem_in(httpx.get(f"{url}/readyz"), 503)["title"] == "No model is loaded"
        problem_in(_predict(url), 503)
        problem_in(httpx.get(f"{url}/v1/model"), 503)


@pytest.fixture(scope="module")
def nothing() -> Iterator[str]:
    with served_on_loopback(NOTHING) as url:
        yield url


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    tokens: Path = tmp_path_factory.mktemp("tokens") / "tokens"
    tokens.write_text(f"# the planners\n\nanother-long-enough-token\n{TOKEN}\n")
    with served_on_loopback(settings=ServiceSettings(token_file=tokens)) as url:
        yield url


CLOSED = [one for one in OPERATIONS if one.needs_token]
HEADERS = [{}, {"Authorization": TOKEN}, {"Authorization": "Bearer"}, {"Authorization": "Basic x"}]


@pytest.mark.parametrize("operation", CLOSED, ids=lambda one: one.path)
@pytest.mark.parametrize(
    "headers", [*HEADERS, {"Authorization": f"Bearer {TOKEN}x"}], ids=lambda one: str(len(str(one)))
)
def test_without_the_token_it_is_401(
    guarded: str, operation: object, headers: dict[str, str]
) -> None:
    path, method = operation.path, operation.method  # type: ignore[attr-defined]
    response = httpx.request(method, guarded + path, headers=headers)
    problem_in(response, 401)
    assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", [one.path for one in OPERATIONS if not one.needs_token])
def test_the_page_and_the_health_need_no_token(guarded: str, path: str) -> None:
    assert httpx.get(guarded + path.replace("{file}", "planner.js")).status_code == 200


def test_with_the_token_it_is_answered(guarded: str) -> None:
    headers = {"Authorization": f"bearer {TOKEN}"}
    assert httpx.get(f"{guarded}/v1/creators", headers=headers).status_code == 200
    asked = httpx.post(f"{guarded}/v1/predict", json=predict(), headers=headers)
    assert asked.status_code == 200
