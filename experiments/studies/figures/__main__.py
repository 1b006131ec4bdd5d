"""How long and how much: the demo, training, and one prediction over HTTP.

    python -m experiments.studies.figures [--write]

Every step runs as a user would run it, through the installed command.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.studies.result_table import put_result
from experiments.studies.service_load.clients import one_by_one
from experiments.studies.service_load.questions import predictions
from experiments.studies.service_load.running import COMMAND, service

README = Path(__file__).with_name("README.md")
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
        [sys.executable, "-c", script, str(COMMAND), *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return Spent(time.perf_counter() - started, int(done.stdout) / 2**20)


def latencies(address: str) -> list[float]:
    """Milliseconds of one prediction after another, each for another roster, one client."""
    bodies = predictions(address, _WARM_UP + _REQUESTS, _CREATORS, _WORLD_SEED)
    answers = one_by_one(address, "/v1/predict", bodies)
    for answer in answers:
        if answer.status != 200:
            raise RuntimeError("a question was not answered with 200")
        told = json.loads(answer.body)
        if (len(told["by_creator"]), len(told["by_market"])) != (_CREATORS, _MARKETS):
            raise RuntimeError("the answer is not about 50 creators in 50 markets")
    return [answer.milliseconds for answer in answers[_WARM_UP:]]


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
        with service(Path(home)) as server:
            requests = latencies(server.address)
    result = table(demo, train, requests)
    sys.stdout.write(result + "\n")
    if asked.write:
        put_result(README, result)


if __name__ == "__main__":
    main()
