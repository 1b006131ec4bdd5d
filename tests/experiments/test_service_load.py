"""The study of the service under load counts what it claims to count."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import sleep

import numpy as np
import pytest

from experiments.studies.service_load.any_input import answers, unfinished
from experiments.studies.service_load.clients import Answer, Crowd, one_by_one, throughput
from experiments.studies.service_load.running import free_port
from experiments.studies.service_load.swaps import Judge

BODY = b"{}"


def written(path: Path, *interactions: tuple[int | None, str, str]) -> Path:
    """Events as schemathesis writes them: status, content type and outcome of the one check."""
    recorded, checks = {}, {}
    for number, (status, kind, outcome) in enumerate(interactions):
        response = {"status_code": status, "headers": {"content-type": [kind]}}
        recorded[f"{number}"] = {"response": response if status else None}
        checks[f"{number}"] = [{"name": "not_a_server_error", "status": outcome}]
    scenario = {"recorder": {"interactions": recorded, "checks": checks}}
    lines = [{"Initialize": {}}, {"ScenarioFinished": scenario}]
    path.write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")
    return path


def test_every_kind_of_answer_is_counted(tmp_path: Path) -> None:
    shaped, other = "application/problem+json", "text/html; charset=utf-8"
    events = written(
        tmp_path / "events.ndjson",
        (200, "application/json", "success"),
        (422, shaped, "success"),
        (404, other, "success"),
        (500, shaped, "failure"),
        (None, "", "success"),
    )
    found = answers([events])
    assert found == {
        "requests": 5, "2xx": 1, "4xx": 2, "5xx": 1, "no answer": 1, "other shape": 1,
        "failed checks": 1,
    }  # fmt: skip


def test_a_study_that_was_interrupted_goes_on_and_one_that_ended_begins_anew(
    tmp_path: Path,
) -> None:
    files = {name: tmp_path / name for name in ("GET", "POST")}
    assert unfinished(files) == files
    files["GET"].touch()
    assert unfinished(files) == {"POST": files["POST"]}
    files["POST"].touch()
    assert unfinished(files) == files


def test_an_answer_of_mixed_versions_is_seen() -> None:
    judge = Judge({("1", "2025-01-01"): [0.01], ("2", "2025-01-01"): [0.015]})

    def answer(status: int, version: str, lift: float) -> Answer:
        told = {"model": {"version": version}, "as_of": "2025-01-01", "lift": {"mean": lift}}
        return Answer(status, json.dumps(told).encode(), "", 0.0, 0.1)

    for status, version, lift in ((200, "1", 0.01), (200, "2", 0.015), (200, "2", 0.01)):
        judge.hear(answer(status, version, lift))
    judge.hear(answer(503, "1", 0.01))
    judge.hear(answer(200, "3", 0.01))
    assert (judge.counts["answers"], judge.counts["failed"], judge.counts["mixed"]) == (5, 1, 2)


class _Echo(BaseHTTPRequestHandler):
    """Answers 200 to JSON and 400 to anything else."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200 if body == BODY else 400)
        self.send_header("Content-Length", "0")
        self.send_header("X-Request-Id", "r1")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_clients_hear_every_answer(address: str) -> None:
    told = one_by_one(address, "/v1/predict", [BODY, b"no json"])
    assert [(answer.status, answer.request_id) for answer in told] == [(200, "r1"), (400, "r1")]
    assert throughput(address, "/v1/predict", [BODY], clients=2, seconds=0.2) > 0
    with pytest.raises(RuntimeError, match=r"failed: \{400\}"):
        throughput(address, "/v1/predict", [b"no json"], clients=1, seconds=0.1)


def test_nobody_there_is_an_answer_of_status_0() -> None:
    assert one_by_one(f"http://127.0.0.1:{free_port()}", "/", [BODY])[0].status == 0


def test_a_crowd_asks_no_faster_than_its_rate(address: str) -> None:
    heard: list[Answer] = []
    crowd = Crowd(address, "/v1/predict", [BODY], 3, heard.append, rate=20.0)
    crowd.start()
    sleep(0.4)
    crowd.stop()
    gaps = np.diff([answer.began for answer in sorted(heard, key=lambda one: one.began)])
    # Whoever was late asks at once; over all of them nobody asks too early.
    assert len(heard) > 1 and gaps.sum() >= (len(heard) - 1) / 20.0 - 0.05
