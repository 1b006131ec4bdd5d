"""Minutes of load while the champion and the catalog change and the registry goes away.

Two registered versions, one predicting half as much again as the other, and two catalogs, of
different days, take turns. Every answer names its version and day, and its lift must be what that
model says of that catalog, computed here: an answer of mixed versions cannot pass.
"""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import numpy as np

from experiments.studies.parts import Line
from experiments.studies.service_load.answers import CREATORS, QUICK_CREATORS
from experiments.studies.service_load.clients import Answer, Crowd, throughput
from experiments.studies.service_load.expected import Lifts, expected_lifts
from experiments.studies.service_load.homes import served_home
from experiments.studies.service_load.questions import predictions
from experiments.studies.service_load.running import Server, free_port, running, service
from features.catalogs import catalog
from features.snapshots.assembly import snapshot
from features.snapshots.snapshot import Snapshot
from features.sources.source import open_source
from training import tracking
from training.bundle import Bundle

_SECONDS, _QUICK_SECONDS = 600.0, 30.0
_CHANGES, _QUICK_CHANGES = 20, 2
_OUTAGES, _OUTAGE_PART = 2, 0.05
_CLIENTS, _WORKERS = 8, 2
_PEAK_SECONDS, _QUICK_PEAK_SECONDS = 20.0, 2.0
_PART_OF_PEAK = 0.8
_ROSTERS = 4
_OLDER = timedelta(days=28)


@dataclass
class Judge:
    """Counts answers; `lifts` is what every version says of every catalog, by roster."""

    lifts: Lifts
    counts: Counter[str] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)

    def hear(self, answer: Answer) -> None:
        """Count one answer and hold it against what its version must say."""
        self.counts["answers"] += 1
        self.milliseconds.append(answer.milliseconds)
        if answer.status != 200:
            self.counts["failed"] += 1
            return
        told = json.loads(answer.body)
        own = self.lifts.get((told["model"]["version"], told["as_of"]), ())
        if not np.isclose(own, told["lift"]["mean"], rtol=1e-9, atol=0).any():
            self.counts["mixed"] += 1
        self.counts[f"version {told['model']['version']}"] += 1
        self.counts[f"catalog {told['as_of']}"] += 1


def measure(*, quick: bool, seed: int, work: Path) -> list[Line]:
    """Ask at four fifths of the peak while everything changes."""
    home = served_home(work, quick=quick, seed=seed)
    bundles, known = _two_versions(home), _two_catalogs(home)
    seconds, changes = (_QUICK_SECONDS, _QUICK_CHANGES) if quick else (_SECONDS, _CHANGES)
    try:
        with (
            _Registry(home) as registry,
            service(
                home, workers=_WORKERS, environment={"MLFLOW_TRACKING_URI": registry.address}
            ) as server,
        ):
            creators = QUICK_CREATORS if quick else CREATORS
            bodies = predictions(server.address, _ROSTERS, creators, seed)
            judge = Judge(expected_lifts(bundles, known, bodies))
            peak = throughput(
                server.address,
                "/v1/predict",
                bodies,
                clients=_CLIENTS,
                seconds=_QUICK_PEAK_SECONDS if quick else _PEAK_SECONDS,
            )
            crowd = Crowd(
                server.address, "/v1/predict", bodies, _CLIENTS, judge.hear, _PART_OF_PEAK * peak
            )
            crowd.start()
            memory = _change_everything(home, server, registry, bundles, known, seconds, changes)
            crowd.stop()
    finally:
        catalog.save(known[0], home)
        tracking.promote(home, bundles[0].manifest.version, "study")
    return [_line(judge, seconds, changes, peak, memory)]


def _line(judge: Judge, seconds: float, changes: int, peak: float, memory: Sequence[float]) -> Line:
    counts = judge.counts
    rate = counts["answers"] / seconds
    seen = len([name for name in counts if name.startswith(("version ", "catalog "))])
    # After the first change of everything both models and catalogs were in memory once.
    fourth = max(len(memory) // 4, 1)
    growth = float(np.median(memory[-fourth:]) / np.median(memory[fourth : 2 * fourth]) - 1.0)
    slow = float(np.percentile(judge.milliseconds, 99))
    return Line(
        f"{seconds / 60:.1f} minutes at {rate:.0f} requests a second ({rate / peak:.0%} of the "
        f"peak), {_WORKERS} workers; champion and catalog changed {changes} times each, registry "
        f"away {_OUTAGES} times: failed, of mixed versions, growth of memory",
        f"{counts['failed']}, {counts['mixed']} of {counts['answers']:,}, {growth:+.1%} "
        f"({memory[-1]:,.0f} MiB); p99 {slow:.0f} ms; versions and catalogs seen: {seen} of 4",
        "0, 0, within 5 %",
        {
            "failed": float(counts["failed"]),
            "mixed": float(counts["mixed"]),
            "answers": float(counts["answers"]),
            "growth": growth,
            "p99_ms": slow,
            "peak": peak,
        },
    )


def _change_everything(
    home: Path,
    server: Server,
    registry: _Registry,
    bundles: Sequence[Bundle],
    known: Sequence[Snapshot],
    seconds: float,
    changes: int,
) -> list[float]:
    """Change champion and catalog in turn at even intervals; returns the memory seen, MiB."""
    memory: list[float] = []
    began = time.monotonic()
    away = {round((k + 1) * changes / (_OUTAGES + 1)) for k in range(_OUTAGES)}
    for change in range(changes):
        _wait_until(began + seconds * change / changes)
        tracking.promote(home, bundles[(change + 1) % 2].manifest.version, "study")
        _wait_until(began + seconds * (change + 0.5) / changes)
        catalog.save(known[(change + 1) % 2], home)
        _wait_until(began + seconds * (change + 0.75) / changes)
        memory.append(server.memory())
        if change in away:
            with registry.away():
                time.sleep(_OUTAGE_PART * seconds)
    _wait_until(began + seconds)
    return memory


def _wait_until(moment: float) -> None:
    time.sleep(max(moment - time.monotonic(), 0.0))


def _two_versions(home: Path) -> tuple[Bundle, Bundle]:
    """The champion, and a registered one that predicts half as much again."""
    first = tracking.champion_bundle(home)
    calibration = replace(first.calibration, slope=1.5 * first.calibration.slope)
    logged = tracking.log_run(
        home,
        replace(first, calibration=calibration),
        parameters={},
        metrics={},
        tags={},
        texts={},
    )
    return first, tracking.load_version(home, logged)


def _two_catalogs(home: Path) -> tuple[Snapshot, Snapshot]:
    """The newest snapshot, and what was known four weeks before."""
    newest = catalog.load(home)
    return newest, snapshot(open_source(home / "world"), newest.as_of - _OLDER)


class _Registry:
    """An MLflow tracking server on a home's store that can go away and come back."""

    def __init__(self, home: Path) -> None:
        self._home, self._port = home, free_port()
        self._open = contextlib.ExitStack()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> _Registry:
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @contextlib.contextmanager
    def away(self) -> Iterator[None]:
        """Ended for a while."""
        self._open.close()
        try:
            yield
        finally:
            self._start()

    def _start(self) -> None:
        store = tracking.tracking_uri(self._home)
        command = [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", store]
        command += ["--default-artifact-root", (self._home / "mlruns").resolve().as_uri()]
        command += ["--host", "127.0.0.1", "--port", str(self._port), "--workers", "1"]
        self._open.enter_context(running(command, self._port, "/health", {}))
