"""Two workers, the registry on PostgreSQL: swaps, outages and broken bundles under load."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from features.catalogs import catalog
from features.errors import RegistryUnreachableError
from serving.holder import Holder
from serving.home import HomeLoader
from serving.messages.questions import PredictRequest
from tests.serving.lifecycle.conftest import Registry
from tests.serving.lifecycle.servers import Service, service, until
from tests.serving.small_world import World
from training import tracking


@pytest.fixture(scope="module")
def home(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    catalog.save(world.snapshot, folder)
    return folder


@pytest.fixture(scope="module")
def two_workers(registry: Registry, home: Path) -> Iterator[Service]:
    with service(home, registry.address, workers=2) as served:
        until(lambda: len(served.workers()) == 2, "two workers")
        yield served


@contextmanager
def asked(served: Service, world: World) -> Iterator[list[tuple[str, float]]]:
    """Two clients ask on and on meanwhile; yields versions and lifts. Every answer is 200."""
    told: list[tuple[str, float]] = []
    failed: list[str] = []
    over = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=served.address, timeout=30) as client:
            while not over.wait(0.06):  # leaves the machine to the workers
                try:
                    answer = client.post("/v1/predict", json=world.body)
                    document = answer.raise_for_status().json()
                    told.append((document["model"]["version"], document["lift"]["mean"]))
                except (httpx.HTTPError, KeyError) as error:
                    failed.append(repr(error))

    clients = [threading.Thread(target=ask) for _ in range(2)]
    for client in clients:
        client.start()
    try:
        yield told
    finally:
        over.set()
        for client in clients:
            client.join()
    assert failed == []


def served_by_all(told: list[tuple[str, float]], version: str) -> Callable[[], bool]:
    """Whether the last answers of both workers are all of one version."""
    return lambda: len(told) > 20 and {found for found, _ in told[-20:]} == {version}


def test_the_champion_comes_from_postgres_and_answers(
    registry: Registry, world: World, new_home: Callable[[], Path]
) -> None:
    registry.promote("1")
    holder = Holder(HomeLoader(new_home()))
    with registry.named():
        assert holder.refresh()
        answer = holder.scorer.predict(PredictRequest(**world.body))
        assert answer.lift.mean == world.answer("1")
        registry.promote("2")
        assert holder.refresh()
        assert [v.champion for v in tracking.versions(registry.artifacts)] == [True, False]
    answer = holder.scorer.predict(PredictRequest(**world.body))
    assert (answer.model.version, answer.lift.mean) == ("2", world.answer("2"))
    assert answer.lift.mean == pytest.approx(2 * world.answer("1"))


def test_a_registry_that_hangs_is_given_up_and_the_last_model_answers(
    registry: Registry, world: World, new_home: Callable[[], Path]
) -> None:
    home = new_home()
    registry.promote("1")
    with registry.named():
        Holder(HomeLoader(home)).refresh()
        with registry.hanging():
            with pytest.raises(RegistryUnreachableError, match="MLFLOW_TRACKING_URI"):
                HomeLoader(home).model_version()
            restarted = Holder(HomeLoader(home))
            assert restarted.refresh()
        assert restarted.scorer.predict(PredictRequest(**world.body)).model.version == "1"
        registry.promote("2")
        assert restarted.refresh()
    assert restarted.scorer.predict(PredictRequest(**world.body)).model.version == "2"


def test_champions_and_catalogs_change_without_a_failed_or_mixed_answer(
    registry: Registry, world: World, two_workers: Service, home: Path
) -> None:
    lifts = {version: world.answer(version) for version in ("1", "2")}
    with asked(two_workers, world) as told:
        for version in ("2", "1", "2", "1"):
            registry.promote(version)
            catalog.save(world.snapshot, home)
            until(served_by_all(told, version), f"both workers serve version {version}")
    assert {version for version, _ in told} == {"1", "2"}
    assert [answer for answer in told if answer[1] != lifts[answer[0]]] == []


def test_an_outage_of_the_registry_is_not_noticed_by_clients(
    registry: Registry, world: World, two_workers: Service
) -> None:
    registry.promote("1")
    with asked(two_workers, world) as told:
        until(served_by_all(told, "1"), "both workers serve version 1")
        with registry.hanging():
            before = len(told)
            until(lambda: complaints(two_workers), "a look that was given up")
            assert two_workers.ready().status_code == 200
            until(lambda: len(told) > before + 20, "answers meanwhile")
            assert 1 <= complaints(two_workers) <= 2  # once a worker, however often it looks
        registry.promote("2")
        until(served_by_all(told, "2"), "both workers serve version 2")


def complaints(served: Service) -> int:
    """How often the log tells that the registry does not answer."""
    return served.log.read_text().count("not loaded: RegistryUnreachableError")


def test_killed_workers_come_back_while_the_registry_hangs(
    registry: Registry, world: World, two_workers: Service
) -> None:
    registry.promote("2")
    until(
        lambda: two_workers.predict(world.body).json()["model"]["version"] == "2",
        "version 2 is served",
    )
    with registry.hanging():
        two_workers.kill_workers()
        answer = until(lambda: two_workers.predict(world.body), "an answer after the kill")
        assert answer.json()["lift"]["mean"] == world.answer("2")
        assert two_workers.ready().status_code == 200


def test_a_broken_champion_leaves_the_last_good_one_in_place(
    registry: Registry, world: World, two_workers: Service
) -> None:
    with registry.named():
        broken = tracking.log_run(
            registry.artifacts, world.bundles[0], parameters={}, metrics={}, tags={}, texts={}
        )
    (newest,) = sorted(registry.artifacts.rglob("encoding.json"), key=_made)[-1:]
    newest.write_text(newest.read_text()[:-100])
    registry.promote("2")
    with asked(two_workers, world) as told:
        until(served_by_all(told, "2"), "both workers serve version 2")
        registry.promote(broken.version)
        until(
            lambda: two_workers.log.read_text().count("encoding.json") >= 2,
            "both workers refuse the broken bundle",
        )
        assert two_workers.ready().status_code == 200
        until(served_by_all(told, "2"), "version 2 goes on answering")
        registry.promote("1")
        until(served_by_all(told, "1"), "the next good one is taken up")
    assert broken.version not in {version for version, _ in told}


def test_requests_in_flight_are_answered_on_sigterm_and_new_ones_refused(
    registry: Registry, world: World, two_workers: Service
) -> None:
    """The last test of this file: it ends the service."""
    host, port = httpx.URL(two_workers.address).host, httpx.URL(two_workers.address).port or 0
    body = json.dumps(world.body).encode()
    head = (
        f"POST /v1/predict HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((host, port)) as waiting:
        waiting.sendall(head.encode() + body[:10])
        until(lambda: in_flight(two_workers), "the request has arrived")
        two_workers.process.terminate()
        until(lambda: refused(host, port), "new connections are refused")
        assert two_workers.process.poll() is None
        waiting.sendall(body[10:])
        told = b"".join(iter(lambda: waiting.recv(65536), b""))
    assert told.startswith(b"HTTP/1.1 200 ")
    assert json.loads(told.partition(b"\r\n\r\n")[2])["lift"]["mean"] in {
        world.answer("1"),
        world.answer("2"),
    }
    assert two_workers.process.wait(20) == 0


def in_flight(served: Service) -> bool:
    """Whether a worker has taken a connection that did not close yet."""
    return any(
        connection.status == "ESTABLISHED"
        for worker in served.workers()
        for connection in worker.net_connections("tcp")
        if connection.laddr.port == httpx.URL(served.address).port
    )


def refused(host: str, port: int) -> bool:
    """Whether nobody listens any more."""
    try:
        socket.create_connection((host, port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False


def _made(file: Path) -> float:
    return file.stat().st_mtime
