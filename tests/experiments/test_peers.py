"""Asking other libraries: what is sent comes back whole, and failures say what to do."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from experiments.studies.peers.ask import (
    PEERS_PYTHON,
    PeerFailedError,
    PeersMissingError,
    ask,
    ask_each,
)
from experiments.studies.peers.boosters import splits
from experiments.studies.peers.exchange import LEARNERS, PeerJob, read, write
from tests.architecture.product import PACKAGES, ROOT

FOLDER = ROOT / "experiments" / "studies" / "peers"
PEERS_SIDE = [
    "runner",
    "boosters",
    "peer_metrics",
    "exchange",
    "spent",
    *(f"{name}_learners" for name in LEARNERS),
]

#: A library that knows the answer: the effect is the first feature.
STUB = """
class SLearner:
    def __init__(self, overall_model):
        print(overall_model.n_estimators)
    def fit(self, y, treatment, X):
        if len(y) == 3:
            raise ValueError("three rows are too few")
    def effect(self, X):
        return X[:, :1]
"""


def job(rows: int = 12, **changes: object) -> PeerJob:
    rng = np.random.default_rng(rows)
    made = PeerJob(
        library="econml",
        learner="s",
        X=rng.normal(size=(rows, 3)),
        y=rng.normal(size=rows),
        treatment=rng.integers(0, 2, rows),
        X_test=rng.normal(size=(5, 3)),
        fold=np.arange(rows) % 4,
        booster={"n_estimators": 7, "learning_rate": 0.05},
        threads=1,
        seed=3,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # any field


@pytest.fixture(scope="module")
def stub_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our Python with a stub of econml on its path."""
    folder = tmp_path_factory.mktemp("peers")
    package = folder / "econml"
    package.mkdir()
    (package / "metalearners.py").write_text(STUB, encoding="utf-8")
    for name in ("dr", "dml"):
        (package / f"{name}.py").touch()
    metadata = folder / "econml-0.0.1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Name: econml\nVersion: 0.0.1\n", encoding="utf-8")
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{folder}" exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return python


def test_a_job_comes_back_as_it_was_sent(tmp_path: Path) -> None:
    sent = job()
    write(sent, tmp_path / "0")
    found = read(PeerJob, tmp_path / "0")
    for name, value in vars(sent).items():
        np.testing.assert_array_equal(getattr(found, name), value, err_msg=name)
    assert found.X.dtype == np.float64
    assert found.fold.dtype == np.int64
    assert sorted(file.name for file in tmp_path.iterdir()) == ["0.json", "0.npz"]


def test_arrays_of_objects_are_neither_written_nor_read(tmp_path: Path) -> None:
    objects = np.array([{}], dtype=object)
    with pytest.raises(ValueError, match="pickle"):
        write(job(y=objects), tmp_path / "0")
    write(job(), tmp_path / "1")
    np.savez(tmp_path / "1.npz", y=objects)
    with pytest.raises(ValueError, match="pickle"):
        read(PeerJob, tmp_path / "1")


@pytest.mark.parametrize(
    ("library", "learner"), [("econml", "u"), ("sklift", "s"), ("causalml", "forest")]
)
def test_a_peer_that_does_not_exist_is_refused(library: str, learner: str) -> None:
    with pytest.raises(ValueError, match=rf"no peer {library}\.{learner}; there are econml\.s, "):
        job(library=library, learner=learner)


def test_without_their_environment_the_error_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(PeersMissingError, match="make peers") as raised:
        ask(job(), python=tmp_path / "python")
    assert raised.value.python == tmp_path / "python"


def test_answers_come_in_the_order_of_jobs_until_a_peer_raises(stub_python: Path) -> None:
    jobs = [job(12), job(20), job(3)]
    answers = ask_each(jobs, python=stub_python)
    for sent in jobs[:2]:
        answer = next(answers)
        np.testing.assert_array_equal(answer.effect, sent.X_test[:, 0])
        assert answer.versions["econml"] == "0.0.1"
        assert answer.seconds >= 0 <= answer.memory_mib
    with pytest.raises(PeerFailedError, match="three rows are too few") as raised:
        next(answers)
    assert raised.value.asked == "econml.s"


def test_splits_follow_the_fold_numbers() -> None:
    sent = job(fold=np.array([2, 0, 1, 1, 0, 2, 2, 2, 0, 1, 0, 1]))
    pairs = splits(sent)
    assert [held.tolist() for _, held in pairs] == [[1, 4, 8, 10], [2, 3, 9, 11], [0, 5, 6, 7]]
    for fitted, held in pairs:
        assert sorted([*fitted, *held]) == list(range(12))


def test_memory_is_that_of_the_measured_work() -> None:
    script = (
        "from experiments.studies.peers.spent import measured\n"
        "before = bytearray(120 * 2**20); del before; small = bytearray(20 * 2**20)\n"
        "with measured() as spent:\n"
        "    held = bytearray(160 * 2**20)\n"
        "print(spent.memory_mib)"
    )
    run = [sys.executable, "-c", script]
    told = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    # 180 MiB held at once where 120 had been held before.
    assert float(told) == pytest.approx(60, abs=10)


def test_the_peers_side_imports_nothing_of_the_product() -> None:
    own = "experiments.studies.peers"
    for name in PEERS_SIDE:
        tree = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
        imported = [
            node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
        ]
        imported += [
            a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names
        ]
        product = [module for module in imported if module.split(".")[0] in PACKAGES]
        assert [module for module in product if not module.startswith(own)] == [], name


def test_the_peers_lock_has_hashes_and_names_no_index() -> None:
    lock = (FOLDER / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in lock
    options = [line.strip() for line in lock.splitlines() if line.strip().startswith("-")]
    assert options
    assert [line for line in options if not line.startswith("--hash=sha256:")] == []
    entries = re.split(r"\n(?=[A-Za-z0-9])", lock.strip())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    wanted = re.findall(
        r"^([a-z-]+)>=", (FOLDER / "requirements.in").read_text("utf-8"), re.MULTILINE
    )
    assert {*LEARNERS, "scikit-uplift", "lightgbm"} <= set(wanted)
    assert [name for name in wanted if f"\n{name}==" not in f"\n{lock}"] == []


@pytest.mark.skipif(not PEERS_PYTHON.exists(), reason="needs the peers' environment: make peers")
def test_metalearners_s_learner_sees_the_treatment() -> None:
    """Left to itself it gives 0 for every row, without a word."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(600, 2))
    treatment = rng.integers(0, 2, 600)
    y = 3.0 * treatment * (X[:, 0] > 0)
    sent = job(600, library="metalearners", X=X, y=y, treatment=treatment, X_test=X,
               booster={"n_estimators": 60, "learning_rate": 0.2})  # fmt: skip
    assert np.corrcoef(ask(sent).effect, X[:, 0] > 0)[0, 1] > 0.9
