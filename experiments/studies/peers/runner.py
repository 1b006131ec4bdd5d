"""The peers' side of an exchange: fit what each job asks for and write the answers.

    <the peers' Python> -m experiments.studies.peers.runner FOLDER

FOLDER holds `0.json` and `0.npz`, `1.json` … as `exchange.write` wrote them; answers are written
as `0-answer.json` …, and each one's number goes to standard output when it is there. Nothing of
the product is imported here, and of the peers only the library that is asked for.
"""

from __future__ import annotations

import importlib
import json
import logging
import sys
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from experiments.studies.peers import peer_metrics
from experiments.studies.peers.exchange import (
    MetricAnswer,
    MetricJob,
    PeerAnswer,
    PeerJob,
    read,
    write,
)
from experiments.studies.peers.spent import measured

_BOOSTER = "lightgbm"


def answer_fit(job: PeerJob) -> PeerAnswer:
    """Fit the learner and predict; only the fit is measured."""
    library = importlib.import_module(f"experiments.studies.peers.{job.library}_learners")
    fit = library.LEARNERS[job.learner]
    with measured() as spent:
        effect_of = fit(job)
    return PeerAnswer(
        effect=np.ravel(np.asarray(effect_of(job.X_test), dtype=np.float64)),
        seconds=spent.seconds,
        cpu_seconds=spent.cpu_seconds,
        memory_mib=spent.memory_mib,
        versions={name: version(name) for name in (job.library, _BOOSTER)},
    )


def answer_metrics(job: MetricJob) -> MetricAnswer:
    """Every metric of every library on the job's rows."""
    return MetricAnswer(
        metrics=peer_metrics.metrics(job),
        versions={name: version(name) for name in peer_metrics.LIBRARIES},
    )


def answer(stem: Path) -> PeerAnswer | MetricAnswer:
    """Read the job at `stem` and do what it asks."""
    fields: dict[str, Any] = json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))
    if "learner" in fields:
        return answer_fit(read(PeerJob, stem))
    return answer_metrics(read(MetricJob, stem))


def main() -> None:
    """Answer the jobs of the folder one after another."""
    # Peers print and warn; standard output is kept for the numbers of finished jobs.
    out, sys.stdout = sys.stdout, sys.stderr
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    folder = Path(sys.argv[1])
    for number in range(len(list(folder.glob("*.json")))):
        write(answer(folder / f"{number}"), folder / f"{number}-answer")
        out.write(f"{number}\n")
        out.flush()


if __name__ == "__main__":
    main()
