"""What is under version control names no machine and no registry, and the README is short."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.product import ROOT

#: Put together from pieces, so that this file does not hold what it looks for.
HOSTS = tuple(
    "".join(pieces)
    for pieces in (
        ("py", "pi.", "org"),
        ("python", "hosted.", "org"),
        ("ana", "conda.", "org"),
        ("npm", "js.", "org"),
        ("j", "frog.", "io"),
        ("arti", "factory."),
        ("doc", "ker.", "io"),
        ("gh", "cr.", "io"),
        ("hugging", "face.", "co"),
    )
)
#: Absolute paths of somebody's machine: a home, a work folder, a scratch folder.
_PLACES = ("".join(parts) for parts in (("ho", "me"), ("wo", "rk"), ("ro", "ot"), ("t", "mp")))
MACHINE_PATH = re.compile(rf"(?<![\w./~}}-])/(?:{'|'.join(_PLACES)}|U[s]ers)/[\w.-]+")
LONGEST_README = 100


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file under version control; skips outside a checkout."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, timeout=30, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        pytest.skip("not a git checkout: nothing says which files are the project's")
    names = listed.stdout.decode().split("\0")
    return tuple(ROOT / name for name in names if name and (ROOT / name).is_file())


@cache
def _texts() -> dict[str, str]:
    texts = {}
    for file in tracked_files():
        try:
            texts[str(file.relative_to(ROOT))] = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # an image or another binary file
    return texts


def test_there_are_files_to_look_at() -> None:
    assert {"pyproject.toml", "requirements.lock", "features/errors.py"} <= set(_texts())


def test_no_file_names_a_registry() -> None:
    naming = {name: host for name, text in _texts().items() for host in HOSTS if host in text}
    assert naming == {}


def test_no_file_names_a_place_on_a_machine() -> None:
    naming = {
        name: found.group()
        for name, text in _texts().items()
        if (found := MACHINE_PATH.search(text))
    }
    assert naming == {}


def test_no_file_is_left_over_from_running() -> None:
    leftovers = {".venv", "__pycache__", ".rosterlift", "mlruns", "node_modules"}
    assert [name for name in _texts() if leftovers & set(Path(name).parts)] == []


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < LONGEST_README
