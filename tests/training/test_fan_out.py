"""Work that fans out comes back the same from wherever it was done."""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from distributed import LocalCluster

from features.errors import FieldFault, InvalidRequestError, MissingColumnsError, WorkersError
from tests.training.sent_work import broken, doubled, gone, lies_in_a_file, refused
from tests.training.simulated_rosters import simulate_rosters
from training import fan_out
from training.fan_out import Workers
from training.rosters.bagging import _Bagging
from training.rosters.boosting import RosterBoosting
from training.rosters.fitting import FittedLearner, fit_learner
from training.rosters.model import AveragedRosters, BoostedRosters
from training.rosters.tuning import tune
from training.settings import (
    BoostingSettings,
    IntervalSettings,
    ParallelSettings,
    Settings,
)

needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java")


@pytest.fixture(scope="module")
def dask() -> Iterator[str]:
    """The address of a scheduler with one worker, whose two threads share a process."""
    with LocalCluster(  # type: ignore[no-untyped-call]  # distributed is typed in parts
        n_workers=1,
        threads_per_worker=2,
        processes=False,
        host="127.0.0.1",
        protocol="tcp://",
        dashboard_address=None,
    ) as cluster:
        yield cluster.scheduler_address
        fan_out.leave_dask()


@cache
def fitted(learner: str, parallel: ParallelSettings) -> FittedLearner:
    """Tuned, searched for trees and bagged: all that fans out in a fit."""
    settings = Settings(
        learner=learner,
        folds=3,
        boosting=BoostingSettings(
            pooling=(4.0, 1000.0), ceilings=(0.5,), max_rounds=31, trials=2, min_data_in_leaf=10
        ),
        intervals=IntervalSettings(bags=5),
        parallel=parallel,
    )
    return fit_learner(simulate_rosters(1, campaigns=40, error=0.003).sample, settings)


def assert_same(one: FittedLearner, other: FittedLearner) -> None:
    """Bit for bit, down to the text of every tree."""
    assert one.chosen == other.chosen
    assert np.array_equal(one.lifts, other.lifts)
    assert np.array_equal(one.counts, other.counts)
    for name, lifts in one.challengers.items():
        assert np.array_equal(lifts, other.challengers[name])
    assert texts(one) == texts(other)


def texts(found: FittedLearner) -> list[str]:
    model = found.model
    assert isinstance(model, BoostedRosters | AveragedRosters)
    grown = [member.booster for member in model.members]
    assert not isinstance(model, BoostedRosters) or any(grown)
    return [booster.model_to_string() for booster in grown if booster is not None]


@pytest.mark.parametrize("learner", ["roster_boosting", "roster_averages"])
@pytest.mark.parametrize("place", [("threading", 3), ("loky", 2)])
def test_a_fit_is_the_same_on_this_machine(learner: str, place: tuple[str, int]) -> None:
    alone = ParallelSettings(jobs=1)
    elsewhere = ParallelSettings.model_validate({"backend": place[0], "jobs": place[1]})
    assert_same(fitted(learner, alone), fitted(learner, elsewhere))


def test_a_fit_is_the_same_on_dask(dask: str) -> None:
    alone, there = ParallelSettings(jobs=1), ParallelSettings(backend="dask", address=dask)
    assert_same(fitted("roster_boosting", alone), fitted("roster_boosting", there))


@needs_java
def test_a_fit_is_the_same_on_spark() -> None:
    """In a process of its own: pyspark leaves sockets and threads behind."""
    command = [sys.executable, "-m", "tests.training.fit_on_spark"]
    root = Path(fan_out.__file__).parents[1]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    here, there = json.loads(ended.stdout)
    assert here == there
    assert (here["done"], here["rounds"] > 0) == (2, True)


@pytest.mark.parametrize("workers", [Workers(jobs=1), Workers(jobs=3), Workers("loky", 2)], ids=str)
def test_order_is_kept_and_progress_told(workers: Workers) -> None:
    done: list[int] = []
    assert workers.map(doubled, range(20), lambda: done.append(1)) == [2 * n for n in range(20)]
    assert len(done) == 20
    assert workers.map(doubled, []) == []


@pytest.mark.parametrize("workers", [Workers(jobs=2), Workers("loky", 2)], ids=str)
def test_our_own_errors_come_back_as_they_were(workers: Workers) -> None:
    with pytest.raises(MissingColumnsError) as caught:
        workers.map(refused, [0, 1, 2])
    assert (caught.value.table, caught.value.missing) == ("posts", ("views",))
    assert str(caught.value) == str(MissingColumnsError("posts", ["views"], ["likes"]))


def test_what_fails_elsewhere_is_told_in_one_sentence() -> None:
    with pytest.raises(WorkersError) as caught:
        Workers("loky", 2).map(broken, [1, 2])
    assert caught.value.reason == "ValueError: no room for 1"
    assert "loky" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_worker_that_dies_is_told() -> None:
    with pytest.raises(WorkersError) as caught:
        Workers("loky", 2).map(gone, [1, 2, 3])
    assert caught.value.reason.startswith("TerminatedWorkerError")
    assert Workers("loky", 2).map(doubled, [1, 2]) == [2, 4]


def test_a_scheduler_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fan_out, "_SECONDS_TO_CONNECT", 0.5)
    with pytest.raises(WorkersError, match=r"tcp://127\.0\.0\.1:9") as caught:
        Workers("dask", 2, "tcp://127.0.0.1:9").map(doubled, [1])
    assert caught.value.address == "tcp://127.0.0.1:9"


def test_large_arrays_travel_without_a_file() -> None:
    """joblib would park what is larger than a megabyte in a file and load it from there."""
    large = np.zeros(400_000)
    assert Workers("loky", 2).map(lies_in_a_file, [large, large]) == [False, False]


def test_errors_keep_their_data_on_their_way() -> None:
    error = InvalidRequestError([FieldFault("roster.0", "who?")])
    arrived = pickle.loads(pickle.dumps(error))
    assert (arrived.faults, str(arrived)) == (error.faults, str(error))


def test_what_is_derived_stays_at_home() -> None:
    """A bag is sent its sample, not the exposure cut out of it nor the Dataset."""
    sample = simulate_rosters(0, campaigns=20, markets=4, error=0.003).sample
    tuned = tune(
        sample, BoostingSettings(pooling=(4.0,), ceilings=(), max_rounds=11), folds=2, seed=0
    )
    bagging = _Bagging(sample, tuned, np.ones((1, 20), dtype=np.int64), 0)
    before = len(pickle.dumps(bagging))
    member, _ = bagging.fit((0, None))
    assert isinstance(member, RosterBoosting)
    assert len(pickle.dumps(bagging)) == before


def test_settings_say_where() -> None:
    assert Settings().workers == Workers("threading", 2, "")
    assert Settings(threads=3, parallel=ParallelSettings(backend="loky")).workers.jobs == 3
    assert Settings(parallel=ParallelSettings(jobs=7)).workers.jobs == 7
