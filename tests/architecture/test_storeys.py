"""Imports point down the house, packages are the repository's own, foreign doors are few."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.product import PACKAGES, ROOT, imported_packages, product_files

#: MLflow has one door: everything it logs, registers and loads goes through this file.
MLFLOW_FILES = {"training/tracking.py"}
#: BentoML has one door for answers, where the service class is built, and one for its workers'
#: lives. What BentoML is told to serve (`serving/service.py`) and how it is started
#: (`serving/launch.py`) need no import of it.
BENTOML_FILES = {"serving/bento.py", "serving/supervision.py"}
#: Names that say nothing of what a module knows.
ATTICS = {"utils", "util", "helpers", "helper", "common", "base", "misc", "tools", "lib"}


def test_the_contracts_of_the_house_are_kept() -> None:
    checked = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()",
         "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "0 broken" in checked.stdout


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_resolves_inside_the_repository(name: str) -> None:
    found = {Path(place).resolve() for place in importlib.import_module(name).__path__}
    assert found == {ROOT / name}


def test_no_package_marker_under_tests_shadows_the_product() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_no_module_is_an_attic() -> None:
    named = [
        str(file)
        for file in product_files()
        if ATTICS & {part.removesuffix(".py").strip("_") for part in file.parts}
    ]
    assert named == []


@pytest.mark.parametrize(
    ("library", "doors"), [("mlflow", MLFLOW_FILES), ("bentoml", BENTOML_FILES)]
)
def test_a_framework_is_imported_only_at_its_door(library: str, doors: set[str]) -> None:
    importing = {file.as_posix() for file in product_files() if library in imported_packages(file)}
    assert importing == doors
