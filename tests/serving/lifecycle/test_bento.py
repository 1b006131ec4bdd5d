"""A Bento answers by itself: from another folder, with nothing of this checkout to import."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from serving.kept import KeptModel
from serving.launch import ROOT
from tests.serving.lifecycle.servers import Service, started, until
from tests.serving.small_world import World

#: Nobody listens there: neither an index, nor a tracker, nor a registry.
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def bento(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a Bento that was built without a network."""
    home = tmp_path_factory.mktemp("bentoml")
    closed = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), NOWHERE)
    told = {"BENTOML_HOME": str(home), "BENTOML_DO_NOT_TRACK": "True", "UV_OFFLINE": "1"}
    built = subprocess.run(
        [sys.executable, "-m", "bentoml", "build"],
        env={**os.environ, **closed, **told}, cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    (found,) = (folder for folder in (home / "bentos" / "rosterlift").iterdir() if folder.is_dir())
    return found


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter that finds what is installed here, but not this checkout."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    venv.create(folder, with_pip=False)
    (packages,) = folder.glob("lib/python*/site-packages")
    # What a .pth file names is searched, its own .pth files, such as the checkout's, are not read.
    (packages / "installed.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "bin" / "python"


def test_it_holds_what_answers_and_nothing_else(bento: Path) -> None:
    source = bento / "src"
    assert {"features", "training", "serving"} <= {path.name for path in source.iterdir()}
    strangers = {"tests", "experiments", "docs", ".git", ".venv"}
    assert not strangers & {path.name for path in source.rglob("*")}
    kinds = {path.suffix for path in source.rglob("*") if path.is_file()}
    assert kinds <= {".py", ".html", ".css", ".js", ".json", ".yaml", ".svg", ".lock", ".jinja"}
    pages = {path.relative_to(ROOT) for path in (ROOT / "serving" / "page").iterdir()}
    assert pages <= {path.relative_to(source) for path in source.rglob("*")}


def test_what_it_installs_is_locked_with_hashes(bento: Path) -> None:
    written = (bento / "env" / "python" / "requirements.txt").read_text()
    assert "bentoml==" in written and "pytest==" not in written
    assert written.count("==") <= written.count("--hash=sha256:")


def test_it_answers_without_the_checkout(
    bento: Path, python: Path, world: World, new_home: Callable[[], Path], tmp_path: Path
) -> None:
    home, bundle = new_home(), tmp_path / "bundle"
    world.bundles[0].save(bundle)
    KeptModel(home, NOWHERE).keep("1", "a-run", bundle)
    missing = subprocess.run([python, "-c", "import serving"], cwd=tmp_path, capture_output=True)
    assert b"No module named 'serving'" in missing.stderr
    command = [str(python), "-m", "bentoml", "serve", str(bento), "--host", "127.0.0.1"]
    told = {
        "BENTOML_HOME": str(tmp_path / "bentoml"),
        "ROSTERLIFT_HOME": str(home),
        "ROSTERLIFT_POLL_SECONDS": "3600",
        "MLFLOW_TRACKING_URI": NOWHERE,
    }
    with started(command, told, tmp_path, tmp_path / "log") as served:
        answer = until(lambda: served.predict(world.body), "an answer")
        assert answer.json()["lift"]["mean"] == world.answer("1")
        assert imported_from(served) == {bento / "src"}


def imported_from(served: Service) -> set[Path]:
    """Where the workers run: BentoML puts the folder of its sources first on their path."""
    return {Path(worker.cwd()) for worker in served.workers()}


def test_it_does_not_listen_to_strangers_without_a_token(
    bento: Path, python: Path, tmp_path: Path
) -> None:
    refused = subprocess.run(
        [python, "-m", "bentoml", "serve", bento, "--host", "0.0.0.0", "--port", "0"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60,
        env={**os.environ, "BENTOML_HOME": str(tmp_path / "b"), "BENTOML_DO_NOT_TRACK": "True"},
    )  # fmt: skip
    assert refused.returncode != 0
    assert "expected a token file" in refused.stdout + refused.stderr
