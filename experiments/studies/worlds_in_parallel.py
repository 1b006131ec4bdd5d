"""Measuring many worlds, some side by side, so that an interrupted study goes on.

Every result is kept as JSON in the study's work folder under a key made of the task's
settings and of the code that measures: the same command run again only does what is missing,
and nothing measured by other code is mixed in.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from threadpoolctl import threadpool_limits

_ROOT = Path(__file__).resolve().parents[2]
#: What measuring runs through, next to the study's own modules.
_CODE = (
    "features/**/*.py",
    "training/**/*.py",
    "experiments/worlds/*.py",
    "experiments/design/*.py",
    "experiments/measurement/*.py",
    "experiments/backtest/*.py",
    "experiments/ledger/*.py",
    "experiments/studies/*.py",
)
#: Modules of a study that only tell what was measured.
_TELLING = ("__main__.py", "table.py")


class CodeChangedError(RuntimeError):
    """Worlds measured before and after a change of code do not belong in one table."""

    def __init__(self) -> None:
        super().__init__(
            "the code changed while this study ran: run it again, or from a checkout of its own"
        )


class Task(Protocol):
    """What to measure: a frozen dataclass of plain values, with a name that says which it is."""

    @property
    def name(self) -> str:
        """A few words for file names and progress."""


T = TypeVar("T", bound=Task)
Measured = dict[str, Any]


@dataclass(frozen=True)
class _Pending(Generic[T]):
    task: T
    file: Path


def measure_all(
    measure: Callable[[T], Measured], tasks: Sequence[T], work: Path, processes: int = 2
) -> list[Measured]:
    """Measure every task, `processes` at a time, each in one thread; results in order of tasks.

    Args:
        measure: a function of a module of its own, whose result JSON can hold.
        work: the folder in which results are kept.

    Raises:
        CodeChangedError: code was edited meanwhile; what was measured since is not kept.
        Whatever measuring a task raises, once the tasks under way are done and kept.
    """
    work.mkdir(parents=True, exist_ok=True)
    code = code_hash(measure)
    files = [work / f"{_slug(task.name)}-{_key(code, task)}.json" for task in tasks]
    missing = [_Pending(t, f) for t, f in zip(tasks, files, strict=True) if not f.exists()]
    if len(missing) < len(tasks):
        _tell(f"{len(tasks) - len(missing)} of {len(tasks)} kept from an earlier run")
    if missing:
        _measure_missing(measure, missing, processes, code)
    return [json.loads(file.read_text(encoding="utf-8"))["result"] for file in files]


def code_hash(measure: Callable[..., Measured]) -> str:
    """sha256 of all code that a measurement runs through."""
    own = Path(inspect.getfile(measure)).parent.glob("*.py")
    files = [file for file in own if file.name not in _TELLING]
    files += [file for pattern in _CODE for file in _ROOT.glob(pattern)]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def _measure_missing(
    measure: Callable[[T], Measured], missing: Sequence[_Pending[T]], processes: int, code: str
) -> None:
    started = time.monotonic()
    # Fresh interpreters: forking after LightGBM has started OpenMP threads hangs. One a task,
    # so that a task's peak memory is its own.
    pool = ProcessPoolExecutor(
        min(processes, len(missing)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_use_one_thread,
        max_tasks_per_child=1,
    )
    failure: BaseException | None = None
    with pool:
        asked = {pool.submit(measure, pending.task): pending for pending in missing}
        for done, finished in enumerate(as_completed(asked), start=1):
            if finished.cancelled():
                continue
            failure = failure or finished.exception() or _changed(measure, code)
            if failure:  # those under way are still awaited
                for waiting in asked:
                    waiting.cancel()
            if not finished.exception() and not isinstance(failure, CodeChangedError):
                pending = asked[finished]
                _keep(pending.file, {"task": plain(pending.task), "result": finished.result()})
                _tell(f"{pending.task.name}: {_progress(done, len(missing), started)}")
    if failure:
        raise failure


def _changed(measure: Callable[..., Measured], code: str) -> CodeChangedError | None:
    return None if code_hash(measure) == code else CodeChangedError()


def _progress(done: int, all_of_them: int, started: float) -> str:
    spent = time.monotonic() - started
    left = spent / done * (all_of_them - done)
    return f"{done} of {all_of_them} done, {spent / 60:.1f} min, about {left / 60:.0f} min to go"


def _use_one_thread() -> None:
    threadpool_limits(1)


def _key(code: str, task: Task) -> str:
    written = json.dumps([code, plain(task)], sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def plain(task: Task) -> dict[str, Any]:
    """A task as JSON can hold it."""
    assert is_dataclass(task) and not isinstance(task, type)
    return asdict(task)


def _keep(file: Path, content: Mapping[str, Any]) -> None:
    """A result appears whole or not at all."""
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps(content, indent=1), encoding="utf-8")
    os.replace(draft, file)


def _slug(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name)


def _tell(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
