"""A worker is killed with signal 9 under load: how long is nobody answered, and what is lost?"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from experiments.studies.parts import Line
from experiments.studies.service_load.answers import CREATORS, QUICK_CREATORS
from experiments.studies.service_load.clients import Answer, Crowd
from experiments.studies.service_load.homes import served_home
from experiments.studies.service_load.questions import predictions
from experiments.studies.service_load.running import Server, service

_KILLS, _QUICK_KILLS = 5, 1
_CLIENTS, _ROSTERS = 4, 4
_SECONDS_BETWEEN = 15.0
_SECONDS_TO_COME_BACK = 60.0


def measure(*, quick: bool, seed: int, work: Path) -> list[Line]:
    """Kill a worker again and again, of one and of two."""
    home = served_home(work, quick=quick, seed=seed)
    lines = []
    for workers in (1, 2):
        gaps, answered = _killed(home, workers, quick=quick, seed=seed)
        lost, broken = _not_logged(home, answered), _broken_files(home)
        shown = ", ".join(f"{gap:.1f}" for gap in gaps)
        lines.append(
            Line(
                f"kill -9 of one of {workers} workers under load, {len(gaps)} times: seconds until "
                "the next answer; answers that the request log lacks, broken files of it",
                f"{shown}; {lost} of {len(answered):,}, {broken}",
                "≤ 5 s, 0, 0",
                {f"longest_gap.{workers}": max(gaps), f"lost.{workers}": float(lost)},
            )
        )
    return lines


def _killed(home: Path, workers: int, *, quick: bool, seed: int) -> tuple[list[float], list[str]]:
    """Seconds without an answer after each kill, and the request ids of everything answered."""
    answers: list[Answer] = []
    with service(home, workers=workers) as server:
        bodies = predictions(server.address, _ROSTERS, QUICK_CREATORS if quick else CREATORS, seed)
        crowd = Crowd(server.address, "/v1/predict", bodies, _CLIENTS, answers.append, rate=20.0)
        crowd.start()
        gaps = [
            _gap_after_a_kill(server, answers) for _ in range(_QUICK_KILLS if quick else _KILLS)
        ]
        crowd.stop()
    return gaps, [answer.request_id for answer in answers if answer.status == 200]


def _gap_after_a_kill(server: Server, answers: list[Answer]) -> float:
    time.sleep(_SECONDS_BETWEEN)  # let it come to itself first
    killed = time.monotonic()
    server.workers()[0].kill()
    while time.monotonic() < killed + _SECONDS_TO_COME_BACK:
        later = [a.ended for a in list(answers) if a.status == 200 and a.began > killed]
        if later:
            return min(later) - killed
        time.sleep(0.02)
    raise TimeoutError(f"no answer within {_SECONDS_TO_COME_BACK:g} seconds of the kill")


def _not_logged(home: Path, answered: list[str]) -> int:
    found: set[str] = set()
    for file in (home / "requests").glob("*.sqlite"):
        with closing(sqlite3.connect(file)) as opened:
            found |= {row[0] for row in opened.execute("SELECT request_id FROM requests")}
    return len(set(answered) - found)


def _broken_files(home: Path) -> int:
    broken = 0
    for file in (home / "requests").glob("*.sqlite"):
        with closing(sqlite3.connect(file)) as opened:
            broken += opened.execute("PRAGMA integrity_check").fetchone()[0] != "ok"
    return broken
