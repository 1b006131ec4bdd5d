"""Two worker processes as `bentoml serve` runs them: one log, one set of numbers, and a kill."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from serving.request_log.table import FOLDER, log_files, read_requests
from tests.architecture.product import ROOT
from tests.serving.asking import compare
from tests.serving.counted import series_in

WORKERS = 2
WORKER_MODULE = b"_bentoml_impl.worker.service"


@dataclass(frozen=True)
class Server:
    """A running server, its home, and what it writes on its two streams."""

    url: str
    home: Path
    process: subprocess.Popen[bytes]

    def told(self, stream: str) -> str:
        """Everything written so far on "out" or "err"."""
        return (self.home / stream).read_text()

    def metrics(self) -> dict[tuple[str, tuple[str, ...]], float]:
        """The numbers of all workers together."""
        return series_in(httpx.get(f"{self.url}/metrics", timeout=20).text)

    def workers(self) -> list[int]:
        """Process ids of the workers."""
        pid = self.process.pid
        children = map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return [one for one in children if WORKER_MODULE in _command_of(one)]


def _command_of(pid: int) -> bytes:
    with suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("server")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    environment = {
        **os.environ,
        "ROSTERLIFT_HOME": str(home),
        "ROSTERLIFT_WORKERS": str(WORKERS),
        "BENTOML_HOME": str(home / "bentoml"),
        "BENTOML_DO_NOT_TRACK": "True",
    }
    command = [sys.executable, "-m", "bentoml", "serve", "tests.serving.stub_service:service"]
    command += ["--working-dir", str(ROOT), "--host", "127.0.0.1", "--port", str(port)]
    with (home / "out").open("w") as out, (home / "err").open("w") as err:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=err)
    running = Server(f"http://127.0.0.1:{port}", home, process)
    try:
        _wait_for_workers(running)
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait_for_workers(server: Server) -> None:
    until = time.monotonic() + 60
    answering = ("rosterlift_model_info", ("r7", "7"))
    while time.monotonic() < until:
        assert server.process.poll() is None, server.told("err")
        with suppress(httpx.TransportError):
            if server.metrics().get(answering) == WORKERS:
                return
        time.sleep(0.1)
    raise AssertionError(f"no {WORKERS} workers within a minute: {server.told('out')}")


def _ask(server: Server, request_id: str) -> bool:
    """Ask on a connection of its own, so that any worker may answer; tell whether it did."""
    headers = {"X-Request-Id": request_id}
    with suppress(httpx.TransportError):
        answer = httpx.post(
            f"{server.url}/v1/compare?secret=1", json=compare(), headers=headers, timeout=20
        )
        assert answer.status_code == 200
        assert answer.headers["x-request-id"] == request_id
        return True
    return False


def test_workers_share_the_numbers_the_access_log_and_the_request_log(server: Server) -> None:
    before = server.metrics().get(("rosterlift_predictions_total", ("/v1/compare",)), 0)
    asked = [f"shared-{number}" for number in range(20)]
    assert all(_ask(server, one) for one in asked)
    after = server.metrics()["rosterlift_predictions_total", ("/v1/compare",)]
    assert after - before == 2 * len(asked)
    _until(lambda: server.told("err").count("shared-") >= len(asked))
    lines = [json.loads(line) for line in server.told("err").splitlines() if "shared-" in line]
    assert sorted(line["request_id"] for line in lines) == sorted(asked)
    rows = read_requests(server.home)["request_id"].value_counts()
    assert {one: rows[one] for one in asked} == dict.fromkeys(asked, 2)


def test_no_other_access_log_is_written(server: Server) -> None:
    assert _ask(server, "only-ours")
    _until(lambda: "only-ours" in server.told("err"))
    for stream in ("out", "err"):
        assert "secret" not in server.told(stream)
        assert "path=" not in server.told(stream)


def test_a_worker_killed_under_load_leaves_the_request_log_whole(server: Server) -> None:
    answered: list[str] = []
    over = threading.Event()

    def ask(name: str) -> None:
        number = 0
        while not over.is_set():
            number += 1
            if _ask(server, f"{name}-{number}"):
                answered.append(f"{name}-{number}")

    askers = [threading.Thread(target=ask, args=(f"asker-{name}",)) for name in range(3)]
    for asker in askers:
        asker.start()
    _until(lambda: len(answered) >= 40)
    os.kill(server.workers()[0], signal.SIGKILL)
    at_kill = len(answered)
    _until(lambda: len(answered) >= at_kill + 40)
    over.set()
    for asker in askers:
        asker.join(30)
    rows = read_requests(server.home)["request_id"].value_counts()
    assert set(answered) <= set(rows.index)
    assert set(rows) == {2}  # both scenarios of a comparison, or neither
    for file in log_files(server.home / FOLDER):
        with closing(sqlite3.connect(file)) as opened:
            assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def _until(reached: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < until
        time.sleep(0.01)
