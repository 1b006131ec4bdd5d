"""Our side of an exchange: other libraries answer in a Python of their own.

    answer = ask(PeerJob(library="econml", learner="dr", …))

Jobs and answers lie in a folder that is gone afterwards; nothing is pickled.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Final, TypeVar

from experiments.studies.peers.exchange import (
    MetricAnswer,
    MetricJob,
    PeerAnswer,
    PeerJob,
    read,
    write,
)
from features.errors import RosterliftError

_ROOT: Final = Path(__file__).resolve().parents[3]
#: The Python that `make peers` builds.
PEERS_PYTHON: Final = _ROOT / ".venv-peers" / "bin" / "python"
_RUNNER: Final = "experiments.studies.peers.runner"
_LINES_TOLD: Final = 15

J = TypeVar("J", PeerJob, MetricJob)
A = TypeVar("A", PeerAnswer, MetricAnswer)


class PeersMissingError(RosterliftError):
    """The peers' environment was never built."""

    def __init__(self, python: Path) -> None:
        self.python = python
        super().__init__(
            f"no Python at {str(python)!r}: the libraries ours are measured against live in an "
            "environment of their own. Run `make peers` (2 GB)."
        )


class PeerFailedError(RosterliftError):
    """The peers' Python ended without all answers."""

    def __init__(self, asked: str, told: str) -> None:
        self.asked, self.told = asked, told
        super().__init__(f"{asked}: expected an answer, the peers' Python ended with:\n{told}")


def ask(job: PeerJob, python: Path = PEERS_PYTHON) -> PeerAnswer:
    """Have one peer fit and predict, in a process that does nothing else.

    Raises:
        PeersMissingError: the environment is absent.
        PeerFailedError: the peer raised; the error ends with what it said.
    """
    return next(iter(ask_each([job], python)))


def ask_each(jobs: Sequence[PeerJob], python: Path = PEERS_PYTHON) -> Iterator[PeerAnswer]:
    """Answers in the order of jobs, each as soon as it is there, from one process.

    One process imports its library once; the memory of all answers but the first is what they
    took beyond the jobs before. Raises what `ask` raises.
    """
    threads = max((job.threads for job in jobs), default=1)
    return _exchange(jobs, PeerAnswer, python, threads)


def ask_metrics(job: MetricJob, python: Path = PEERS_PYTHON) -> MetricAnswer:
    """Have every peer score one ranking. Raises what `ask` raises."""
    return next(_exchange([job], MetricAnswer, python, threads=1))


def _exchange(jobs: Sequence[J], kind: type[A], python: Path, threads: int) -> Iterator[A]:
    if not python.exists():
        raise PeersMissingError(python)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for number, job in enumerate(jobs):
            write(job, folder / f"{number}")
        log = folder / "log.txt"
        with (
            log.open("w", encoding="utf-8") as errors,
            _run(python, folder, threads, errors) as peers,
        ):
            assert peers.stdout is not None
            try:
                for number, job in enumerate(jobs):
                    if peers.stdout.readline().strip() != str(number):
                        peers.wait()
                        raise PeerFailedError(_name(job), _end_of(log))
                    yield read(kind, folder / f"{number}-answer")
            finally:
                peers.kill()


def _run(python: Path, folder: Path, threads: int, errors: IO[str]) -> subprocess.Popen[str]:
    # The runner is found from the repository; nothing that is set for our Python may reach theirs.
    ours = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.Popen(
        [str(python), "-m", _RUNNER, str(folder)],
        cwd=_ROOT,
        env={**environment, "OMP_NUM_THREADS": str(threads)},
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
    )


def _name(job: PeerJob | MetricJob) -> str:
    return f"{job.library}.{job.learner}" if isinstance(job, PeerJob) else "metrics"


def _end_of(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(lines[-_LINES_TOLD:])
