"""How long one client waits for a prediction and for a comparison."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from experiments.studies.parts import Line
from experiments.studies.service_load.clients import one_by_one
from experiments.studies.service_load.homes import served_home
from experiments.studies.service_load.questions import comparisons, predictions
from experiments.studies.service_load.running import service

CREATORS, QUICK_CREATORS = 50, 5
SCENARIOS = 10
_ASKED, _QUICK_ASKED = 400, 10
_COMPARED, _QUICK_COMPARED = 40, 3
_WARM_UP = 5


def measure(*, quick: bool, seed: int, work: Path) -> list[Line]:
    """Latency at one client and one worker."""
    creators = QUICK_CREATORS if quick else CREATORS
    asked, compared = (_QUICK_ASKED, _QUICK_COMPARED) if quick else (_ASKED, _COMPARED)
    with service(served_home(work, quick=quick, seed=seed)) as server:
        bodies = predictions(server.address, asked + _WARM_UP, creators, seed)
        answers = one_by_one(server.address, "/v1/predict", bodies)[_WARM_UP:]
        wider = comparisons(server.address, compared + 1, SCENARIOS, creators, seed + 1)
        wide = one_by_one(server.address, "/v1/compare", wider)[1:]
    if {answer.status for answer in (*answers, *wide)} != {200}:
        raise RuntimeError("a question was not answered with 200")
    markets = len(json.loads(answers[0].body)["by_market"])
    median, slow = np.percentile([answer.milliseconds for answer in answers], [50, 99])
    other = float(np.median([answer.milliseconds for answer in wide]))
    return [
        Line(
            f"predict, {creators} creators × {markets} markets, one client, {asked} requests, "
            "each for another roster",
            f"p50 {median:.1f} ms, p99 {slow:.1f} ms",
            "p50 ≤ 15 ms, p99 ≤ 60 ms",
            {"p50_ms": float(median), "p99_ms": float(slow)},
        ),
        Line(
            f"compare, {SCENARIOS} scenarios × {creators} creators, all unlike",
            f"{other / median:.1f} × one predict ({other:.0f} ms)",
            "≤ 5 ×",
            {"compare_times": float(other / median)},
        ),
    ]
