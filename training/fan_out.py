"""The one place through which work fans out: bags, folds, trials, backtests and batch scoring.

joblib decides where a piece of work runs: in threads of this process (the default: LightGBM and
NumPy leave the interpreter lock), in processes of this machine (loky), on Spark (joblibspark) or
on Dask. The answer is the same everywhere, whatever the number of jobs: results keep the order
of the items, and every random number hangs on a seed that travels with its item.

What leaves the process is a function of a module, arrays and a few plain values, and what comes
back is small. joblib carries both over its own channels within one run. Nothing of it is written
to disk (`max_nbytes=None` keeps joblib from parking large arrays in files), so that nobody ever
loads a pickle out of a file, least of all out of a home.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import partial
from typing import Any, Literal, TypeVar

from joblib import Parallel, delayed, parallel_config
from threadpoolctl import threadpool_limits

from features.errors import RosterliftError, WorkersError

Backend = Literal["threading", "loky", "spark", "dask"]

#: A scheduler that does not answer for so long is not there.
_SECONDS_TO_CONNECT = 10.0
#: Connections to Dask by address, kept as long as the process: joblib takes the latest one.
_CLIENTS: dict[str, Any] = {}

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Sent:
    """Travels as its fields alone: what a property derived of them is derived anew on arrival."""

    def __getstate__(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True)
class Workers:
    """Who does the work: so many jobs at a time on one of joblib's backends.

    `address` is the master of Spark ("local[4]", "spark://host:7077"; empty: the session that is
    there) or the scheduler of Dask ("tcp://host:8786").
    """

    backend: Backend = "threading"
    jobs: int = 1
    address: str = ""

    @property
    def share_memory(self) -> bool:
        """Whether work sees this process's objects; LightGBM's are then built one by one here."""
        return self.backend == "threading"

    def map(
        self,
        run: Callable[[Item], Result],
        items: Sequence[Item],
        on_done: Callable[[], None] = lambda: None,
    ) -> list[Result]:
        """Results in the order of the items; `on_done` is called as each of them is finished.

        Raises:
            RosterliftError: what the work itself raised, if it is one of ours.
            WorkersError: it failed otherwise on its worker, or the workers cannot be reached.
        """
        if self.share_memory:
            threads = _Counted(on_done, n_jobs=self.jobs, backend="threading")
            return list(threads(_calls(run, items)))
        try:
            self._connect()
            with _without_remarks(), parallel_config(self.backend, n_jobs=self.jobs):
                found = _Counted(on_done, max_nbytes=None)(_calls(partial(_guarded, run), items))
        except RosterliftError:
            raise
        except ImportError as error:
            missing = f"{error.name} is not installed; install rosterlift[cluster]"
            raise WorkersError(self.backend, self.address, missing) from error
        except Exception as error:  # every backend has classes of its own for a lost worker
            raise WorkersError(self.backend, self.address, _told(error)) from error
        return [self._answer(one) for one in found]

    def _connect(self) -> None:
        if self.backend == "spark":
            _register_spark(self.address)
        elif self.backend == "dask" and _dask_client(self.address).status != "running":
            leave_dask()
            _dask_client(self.address)

    def _answer(self, found: Result | _Failure) -> Result:
        if not isinstance(found, _Failure):
            return found
        if isinstance(found.error, RosterliftError):
            raise found.error
        raise WorkersError(self.backend, self.address, found.told)


@dataclass(frozen=True)
class _Failure:
    """A failure on its way home: backends repeat or garble what is raised."""

    told: str
    error: RosterliftError | None


class _Counted(Parallel):  # type: ignore[misc]  # joblib ships no types
    """joblib's own count of finished work, told to whoever shows progress."""

    def __init__(self, on_done: Callable[[], None], **options: Any) -> None:
        super().__init__(batch_size=1, **options)
        self._on_done, self._told = on_done, 0

    def print_progress(self) -> None:
        """Called by joblib, one call at a time, whenever work is finished."""
        while self._told < self.n_completed_tasks:
            self._told += 1
            self._on_done()


def _calls(run: Callable[[Item], Result], items: Sequence[Item]) -> Iterable[Any]:
    return (delayed(run)(item) for item in items)


def _guarded(run: Callable[[Item], Result], item: Item) -> Result | _Failure:
    """Run on a worker: one BLAS thread, as at home, and no exception that it cannot send back."""
    threadpool_limits(1, user_api="blas")
    try:
        return run(item)
    except Exception as error:
        return _Failure(_told(error), error if isinstance(error, RosterliftError) else None)


@contextmanager
def _without_remarks() -> Iterator[None]:
    with warnings.catch_warnings():
        # joblibspark says so every time: of features nobody asked for, and of its own code.
        for told in ("Spark .*stage-level scheduling", "Spark session is not provided"):
            warnings.filterwarnings("ignore", told)
        warnings.filterwarnings("ignore", "`apply_async` is deprecated", DeprecationWarning)
        # loky replaces a worker that idled or grew; where warnings are errors, its manager would
        # die of saying so and everybody wait for it.
        warnings.filterwarnings("ignore", "A worker stopped while some jobs", UserWarning)
        yield


def _told(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"


def _register_spark(master: str) -> None:
    from joblibspark import register_spark
    from pyspark.sql import SparkSession

    if master.startswith("local"):
        # Spark's own choice is whatever python3 comes first on the path.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if SparkSession.getActiveSession() is None:
        builder = SparkSession.builder.appName("rosterlift").config("spark.ui.enabled", "false")
        builder = builder.config("spark.ui.showConsoleProgress", "false")
        (builder.master(master) if master else builder).getOrCreate()
    register_spark()


def leave_dask() -> None:
    """Close the connection, if there is one; the next work makes a new one."""
    while _CLIENTS:
        _CLIENTS.popitem()[1].close()


def _dask_client(address: str) -> Any:
    from distributed import Client

    if address not in _CLIENTS:
        # distributed is typed in parts.
        client = Client(address, timeout=_SECONDS_TO_CONNECT)  # type: ignore[no-untyped-call]
        _CLIENTS[address] = client
    return _CLIENTS[address]
