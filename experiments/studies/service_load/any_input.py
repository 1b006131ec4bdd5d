"""Schemathesis makes up requests from the OpenAPI document, right ones and wrong ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from experiments.studies.parts import Line
from experiments.studies.service_load.homes import served_home
from experiments.studies.service_load.running import service

#: In the environment of the peers: it is no dependency of ours.
COMMAND: Final = Path(sys.executable).parents[2] / ".venv-peers" / "bin" / "schemathesis"
_CHECKS: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
_EXAMPLES, _QUICK_EXAMPLES = 700, 5


def measure(*, quick: bool, seed: int, work: Path) -> list[Line]:
    """Count requests by how they were answered; every failed one must have the one shape."""
    folder = work / "report"
    folder.mkdir(exist_ok=True)
    events = folder / "events.ndjson"
    events.unlink(missing_ok=True)
    with service(served_home(work, quick=quick, seed=seed), workers=1 if quick else 2) as server:
        done = subprocess.run(
            _command(server.address, events, _QUICK_EXAMPLES if quick else _EXAMPLES, seed),
            cwd=folder,
            env={**os.environ, "NO_COLOR": "1"},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        alive = _status(f"{server.address}/readyz")
    (folder / "told.txt").write_text(done.stdout, encoding="utf-8")
    found = answers(events)
    total, failed = found["requests"], found["5xx"] + found["no answer"]
    return [
        Line(
            "schemathesis against the OpenAPI document: requests, without an answer or with 5xx, "
            "errors in another shape, other findings",
            f"{total:,}, {failed}, {found['other shape']}, "
            f"{found['failed checks']}; ready afterwards: {alive}",
            "10,000 requests, 0, 0",
            {name.replace(" ", "_"): float(count) for name, count in found.items()},
        )
    ]


def answers(events: Path) -> Counter[str]:
    """Count what schemathesis wrote down, one event a line."""
    found: Counter[str] = Counter(dict.fromkeys(_COUNTED, 0))
    for line in events.read_text(encoding="utf-8").splitlines():
        for interaction in _interactions(json.loads(line)):
            found["requests"] += 1
            found.update(_judged(interaction))
    return found


_COUNTED: Final = ("requests", "no answer", "5xx", "other shape", "failed checks", "4xx", "2xx")


def _interactions(event: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The requests of a finished scenario with their answers and checks."""
    told = event.get("ScenarioFinished")
    if not told:
        return []
    recorder = told["recorder"]
    checks: Mapping[str, list[dict[str, Any]]] = recorder.get("checks", {})
    return [
        {**one, "checks": checks.get(name, [])}
        for name, one in recorder.get("interactions", {}).items()
    ]


def _judged(interaction: Mapping[str, Any]) -> list[str]:
    response = interaction.get("response")
    if not response:
        return ["no answer"]
    status = int(response["status_code"])
    said = [f"{status // 100}xx"]
    kinds = [kind.lower() for kind in response["headers"].get("content-type", [])]
    if status >= 400 and not any(k.startswith("application/problem+json") for k in kinds):
        said.append("other shape")
    if any(check["status"] == "failure" for check in interaction["checks"]):
        said.append("failed checks")
    return said


def _command(address: str, events: Path, examples: int, seed: int) -> list[str]:
    arguments = ["run", f"{address}/docs.json", "--url", address, "--checks", ",".join(_CHECKS)]
    arguments += ["--phases", "examples,coverage,fuzzing", "--max-examples", str(examples)]
    arguments += ["--seed", str(seed), "--workers", "2", "--continue-on-failure"]
    arguments += ["--suppress-health-check", "all", "--request-timeout", "60"]
    return [str(COMMAND), *arguments, "--report", "ndjson", "--report-ndjson-path", str(events)]


def _status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=30) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
