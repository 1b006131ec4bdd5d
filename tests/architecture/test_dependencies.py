"""The lock: everything that is installed, with hashes, from wherever pip is told to look."""

from __future__ import annotations

import re
import sys
import tomllib
from functools import cache
from importlib.metadata import distributions, version
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from tests.architecture.product import PACKAGES, ROOT, imported_packages, product_files

_PIN = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)", re.MULTILINE
)
#: Bounded from above only, each with the reason.
WITHOUT_FLOOR = {
    "sqlglot",  # Ibis brings it and sets the floor; from 30.18 on its DROP loses the table's name
}
#: The distribution behind a name in code, where the two differ, or the direct dependency that
#: brings it along because it is a part of its own interface.
DISTRIBUTION_OF = {
    "sklearn": "scikit-learn",
    "ibis": "ibis-framework",
    "vl_convert": "vl-convert-python",
    "pydantic_core": "pydantic",
    "markupsafe": "jinja2",
}


@cache
def _project() -> dict[str, Any]:
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return dict(content["project"])


def _direct() -> list[Requirement]:
    project = _project()
    extras = [line for group in project["optional-dependencies"].values() for line in group]
    needed = (Requirement(line) for line in (*project["dependencies"], *extras))
    # An extra may hold the project's own other extras.
    return [one for one in needed if one.name != project["name"]]


@cache
def _lock() -> str:
    return (ROOT / "requirements.lock").read_text(encoding="utf-8")


@cache
def _pins() -> dict[NormalizedName, str]:
    return {canonicalize_name(pin["name"]): pin["version"] for pin in _PIN.finditer(_lock())}


def test_the_lock_names_no_index() -> None:
    options = [line for line in _lock().splitlines() if line.lstrip().startswith("-")]
    assert [line for line in options if not line.lstrip().startswith("--hash=sha256:")] == []
    assert "://" not in _lock()


def test_every_pin_has_a_hash() -> None:
    entries = re.split(r"\n(?=[A-Za-z0-9])", _lock().strip())
    without = [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]
    assert without == []
    assert len(entries) == len(_pins())


@pytest.mark.parametrize("needed", _direct(), ids=lambda one: str(one.name))
def test_a_direct_dependency_is_locked_within_its_bounds(needed: Requirement) -> None:
    pinned = _pins()[canonicalize_name(needed.name)]
    assert needed.specifier.contains(Version(pinned))
    has_floor = any(bound.operator in (">=", "==", "~=") for bound in needed.specifier)
    assert has_floor != (needed.name in WITHOUT_FLOOR)


def test_what_a_bento_installs_is_a_part_of_the_lock() -> None:
    text = (ROOT / "requirements.serving.lock").read_text(encoding="utf-8")
    pins = {canonicalize_name(pin["name"]): pin["version"] for pin in _PIN.finditer(text)}
    assert {name: _pins()[name] for name in pins} == pins
    needed = (Requirement(line).name for line in _project()["dependencies"])
    assert {canonicalize_name(name) for name in needed} <= set(pins)
    assert "://" not in text
    assert len(re.findall(r"\n(?=[A-Za-z0-9])", "\n" + text)) == len(pins)


def test_what_is_installed_is_what_is_locked() -> None:
    installed = {canonicalize_name(d.metadata["Name"]): d.version for d in distributions()}
    differing = {
        name: (pinned, installed[name])
        for name, pinned in _pins().items()
        if name in installed and installed[name] != pinned
    }
    assert differing == {}
    assert version("rosterlift") == _project()["version"]


def test_product_code_imports_nothing_that_is_not_declared() -> None:
    extras = _project()["optional-dependencies"]
    lines = (*_project()["dependencies"], *extras["cluster"], *extras["postgres"])
    declared = {canonicalize_name(Requirement(line).name) for line in lines}
    own = {*PACKAGES, *sys.stdlib_module_names}
    # Studies are run from a checkout, where there is what tests need.
    studied = declared | {canonicalize_name(Requirement(line).name) for line in extras["dev"]}
    wanting = {
        name
        for file in product_files()
        for name in imported_packages(file) - own
        if canonicalize_name(DISTRIBUTION_OF.get(name, name))
        not in (studied if file.is_relative_to("experiments/studies") else declared)
    }
    assert wanting == set()
