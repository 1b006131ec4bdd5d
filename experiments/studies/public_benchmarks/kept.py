"""Answers kept on the way, so that an interrupted study goes on where it stopped."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from experiments.benchmarks.trial import Trial
from experiments.studies.peers.exchange import PeerAnswer, read, write
from experiments.studies.public_benchmarks.contenders import Contender


def answers(contender: Contender, trials: Sequence[Trial], work: Path) -> list[PeerAnswer]:
    """The contender's answer to every trial, in their order; only missing ones are computed.

    Answers lie in `work` under a name that changes with the data and with whatever answers.
    """
    stems = {trial.number: _stem(contender, trial, work) for trial in trials}
    missing = [t for t in trials if not stems[t.number].with_suffix(".json").exists()]
    for done, (trial, answer) in enumerate(
        zip(missing, contender.answer_each(missing) if missing else (), strict=True), start=1
    ):
        stems[trial.number].parent.mkdir(parents=True, exist_ok=True)
        write(answer, stems[trial.number])
        sys.stderr.write(
            f"{trial.dataset} {trial.number}: {contender.library}, {contender.learner}, "
            f"{answer.seconds:.1f} s, {done} of {len(missing)}\n"
        )
    return [read(PeerAnswer, stem) for stem in stems.values()]


def _stem(contender: Contender, trial: Trial, work: Path) -> Path:
    digest = hashlib.sha256(contender.fingerprint.encode())
    for array in (trial.train.X, trial.train.y, trial.train.treatment, trial.test.X):
        digest.update(array.tobytes())
    library = "-".join(contender.library.replace(",", "").split())
    name = f"{trial.number}-{library}-{contender.learner}-{digest.hexdigest()[:16]}"
    return work / trial.dataset / name
