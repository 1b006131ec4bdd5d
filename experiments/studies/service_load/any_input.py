"""Schemathesis makes up requests from the OpenAPI document, right ones and wrong ones.

One operation after the other, each in a run of its own: its threads share one interpreter and are
no faster side by side. What a run wrote down is kept, so that a study that was interrupted goes
on with the operations that are left.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterable, Mapping
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
#: Of each operation; one without parameters has few.
_EXAMPLES, _QUICK_EXAMPLES = 1_200, 5
#: Rosters in scenarios and lists of candidates take schemathesis seconds each to make up.
_FEWER: Final = {"POST /v1/compare": 100, "POST /v1/optimize": 300}
_COUNTED: Final = ("requests", "no answer", "5xx", "other shape", "failed checks", "4xx", "2xx")


def measure(*, quick: bool, seed: int, work: Path) -> list[Line]:
    """Count requests by how they were answered; every failed one must have the one shape."""
    folder = work / ("quick" if quick else "report")
    folder.mkdir(exist_ok=True)
    examples = _QUICK_EXAMPLES if quick else _EXAMPLES
    with service(served_home(work, quick=quick, seed=seed), workers=1 if quick else 2) as server:
        files = {name: folder / f"{_slug(name)}.ndjson" for name in operations(server.address)}
        left = unfinished(files)
        for name, events in left.items():
            fewer = min(examples, _FEWER.get(name, examples))
            _ask(name, server.address, events, fewer, seed)
        alive = _status(f"{server.address}/readyz")
    found = answers(files.values())
    total, failed = found["requests"], found["5xx"] + found["no answer"]
    return [
        Line(
            f"schemathesis against the {len(files)} operations of the OpenAPI document: requests, "
            "without an answer or with 5xx, errors in another shape, other findings",
            f"{total:,}, {failed}, {found['other shape']}, "
            f"{found['failed checks']}; ready afterwards: {alive}",
            "10,000 requests, 0, 0",
            {name.replace(" ", "_"): float(count) for name, count in found.items()},
        )
    ]


def operations(address: str) -> list[str]:
    """Method and path of every operation of the document, as schemathesis names them."""
    with urllib.request.urlopen(f"{address}/docs.json", timeout=30) as response:
        paths: Mapping[str, Mapping[str, Any]] = json.load(response)["paths"]
    return [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]


def unfinished(files: Mapping[str, Path]) -> dict[str, Path]:
    """The operations without events of an ended run; all of them where none is left to ask."""
    left = {name: events for name, events in files.items() if not events.exists()}
    return left or dict(files)


def answers(written: Iterable[Path]) -> Counter[str]:
    """Count what schemathesis wrote down, one event a line."""
    found: Counter[str] = Counter(dict.fromkeys(_COUNTED, 0))
    for events in written:
        for line in events.read_text(encoding="utf-8").splitlines():
            for interaction in _interactions(json.loads(line)):
                found["requests"] += 1
                found.update(_judged(interaction))
    return found


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


def _ask(operation: str, address: str, events: Path, examples: int, seed: int) -> None:
    """Run schemathesis; the events get their name once it has ended, beside what it told."""
    growing = events.with_suffix(".part")
    done = subprocess.run(
        _command(operation, address, growing, examples, seed),
        cwd=events.parent,
        env={**os.environ, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    events.with_suffix(".txt").write_text(done.stdout, encoding="utf-8")
    growing.rename(events)


def _command(operation: str, address: str, events: Path, examples: int, seed: int) -> list[str]:
    arguments = ["run", f"{address}/docs.json", "--url", address, "--include-name", operation]
    arguments += ["--phases", "examples,coverage,fuzzing", "--max-examples", str(examples)]
    arguments += ["--checks", ",".join(_CHECKS), "--continue-on-failure"]
    arguments += ["--seed", str(seed), "--workers", "1"]
    arguments += ["--suppress-health-check", "all", "--request-timeout", "60"]
    return [str(COMMAND), *arguments, "--report", "ndjson", "--report-ndjson-path", str(events)]


def _slug(operation: str) -> str:
    return re.sub(r"\W+", "-", operation).strip("-").lower()


def _status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=30) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
