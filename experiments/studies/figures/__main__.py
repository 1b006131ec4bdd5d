"""How long and how much: the demo, training, and one prediction over HTTP.

    python -m experiments.studies.figures [--write]

Every step runs as a user would run it, through the installed command.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from experiments.studies.result_table import put_result

README = Path(__file__).with_name("README.md")
_COMMAND = Path(sys.executable).with_name("rosterlift")
_WORLD_SEED = 301
_REQUESTS, _WARM_UP = 60, 5
_CREATORS, _MARKETS = 50, 50


@dataclass(frozen=True)
class Spent:
    """Wall-clock seconds and peak memory (GiB) of one command."""

    seconds: float
    peak: float


def run(*arguments: str) -> Spent:
    """Run the command; its peak memory is measured by a process of its own."""
    script = (
        "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:], stdout=2); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)"
    )
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", script, str(_COMMAND), *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return Spent(time.perf_counter() - started, int(done.stdout) / 2**20)


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The service on a free port; yields its address once it is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = [str(_COMMAND), "--home", str(home), "serve", "--port", str(port)]
    process = subprocess.Popen(arguments, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(address)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=60)


def latencies(address: str) -> list[float]:
    """Milliseconds of one prediction after another: 50 creators, 50 markets, one client."""
    body = json.dumps(_question(address)).encode()
    spent = []
    for _ in range(_WARM_UP + _REQUESTS):
        request = urllib.request.Request(
            f"{address}/v1/predict", body, {"Content-Type": "application/json"}
        )
        started = time.perf_counter()
        with urllib.request.urlopen(request) as response:
            answer = json.load(response)
        spent.append((time.perf_counter() - started) * 1000)
        if (len(answer["by_creator"]), len(answer["by_market"])) != (_CREATORS, _MARKETS):
            raise RuntimeError("the answer is not about 50 creators in 50 markets")
    return spent[_WARM_UP:]


def table(demo: Spent, train: Spent, requests: Sequence[float]) -> str:
    """The result as Markdown."""
    median, slow = np.percentile(requests, [50, 95])
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return "\n".join(
        [
            "| what | seconds | peak memory |",
            "|---|---|---|",
            f"| `rosterlift demo` | {demo.seconds:.0f} | {demo.peak:.1f} GiB |",
            "| `rosterlift train`, 300 campaigns × 50 markets, 1,000 creators "
            f"| {train.seconds:.0f} | {train.peak:.1f} GiB |",
            "",
            f"`/v1/predict`, {_CREATORS} creators × {_MARKETS} markets, one client, "
            f"{len(requests)} requests: median {median:.0f} ms, 95th percentile {slow:.0f} ms "
            f"(the client took {own:.1f} GiB).",
        ]
    )


def _question(address: str) -> dict[str, Any]:
    creators = _get(address, f"/v1/creators?limit={_CREATORS}&platform=instagram")["items"]
    markets = [market["market_id"] for market in _get(address, "/v1/markets?limit=500")["items"]]
    brand = next(b for b in _get(address, "/v1/brands")["items"] if b["has_baseline"])
    as_of = _get(address, "/v1/model")["data_window"]["catalog_as_of"]
    start = np.datetime64(as_of) + np.timedelta64(28, "D")
    return {
        "campaign": {
            "brand_id": brand["brand_id"],
            "category": brand["category"],
            "starts_on": str(start),
            "ends_on": str(start + np.timedelta64(13, "D")),
            "brief": "Show how you use it and answer questions.",
            "markets": markets[:_MARKETS],
        },
        "roster": [
            {
                "creator_id": creator["creator_id"],
                "platform": "instagram",
                "format": "short_video",
                "posts": 2,
                "fee": 300.0,
            }
            for creator in creators
        ],
    }


def _get(address: str, path: str) -> dict[str, Any]:
    with urllib.request.urlopen(address + path) as response:
        content: dict[str, Any] = json.load(response)
    return content


def _wait_until_ready(address: str) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise TimeoutError("the service did not become ready within 90 seconds")


def main() -> None:
    """Measure; with --write, put the table into this folder's README."""
    parser = argparse.ArgumentParser(prog="python -m experiments.studies.figures")
    parser.add_argument("--write", action="store_true", help="write the table into the README")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        demo = run("--home", str(folder / "demo"), "demo")
        world, home = str(folder / "world"), str(folder / "home")
        run("simulate", world, "--seed", str(_WORLD_SEED))
        train = run("--home", home, "train", world)
        with served(Path(home)) as address:
            requests = latencies(address)
    result = table(demo, train, requests)
    sys.stdout.write(result + "\n")
    if asked.write:
        put_result(README, result)


if __name__ == "__main__":
    main()
