"""The copy of the last good model: of one registry, whole, and only as new as it was confirmed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from serving.kept import KeptModel
from tests.training.tiny_bundle import tiny_bundle

REGISTRY = "postgresql+psycopg://planner:secret@database/registry"
HOUR = 3600.0


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundles") / "bundle"
    tiny_bundle("roster_linear").save(folder)
    return folder


@pytest.fixture
def kept(bundle: Path, tmp_path: Path) -> KeptModel:
    copy = KeptModel(tmp_path / "home", REGISTRY)
    copy.keep("7", "run-7", bundle)
    return copy


def age(kept: KeptModel, seconds: float) -> None:
    current = kept.place / "current"
    then = current.stat().st_mtime - seconds
    os.utime(current, (then, then))


def test_it_comes_back_as_the_version_it_was(kept: KeptModel) -> None:
    found = kept.load(within=HOUR)
    assert found is not None
    assert (found.manifest.version, found.manifest.run_id) == ("7", "run-7")


def test_an_empty_home_has_none_and_nothing_is_made_there(tmp_path: Path) -> None:
    assert KeptModel(tmp_path / "home", REGISTRY).load(None) is None
    assert list(tmp_path.iterdir()) == []


def test_the_copy_of_another_registry_is_none_of_ours(kept: KeptModel) -> None:
    assert KeptModel(kept.home, "sqlite:///elsewhere.db").load(None) is None
    assert kept.load(None) is not None
    assert "secret" not in (kept.place / "current").read_text()


def test_only_a_confirmed_champion_is_of_this_moment(kept: KeptModel) -> None:
    age(kept, HOUR)
    assert kept.load(within=60) is None
    assert kept.load(within=None) is not None
    kept.confirm("8", "run-8")
    assert kept.load(within=60) is None
    kept.confirm("7", "run-7")
    assert kept.load(within=60) is not None


def test_the_next_one_takes_its_place(kept: KeptModel, bundle: Path) -> None:
    kept.keep("8", "run-8", bundle)
    kept.keep("8", "run-8", bundle)
    found = kept.load(None)
    assert found is not None and found.manifest.version == "8"
    assert len([path for path in kept.place.iterdir() if path.is_dir()]) == 1


def test_a_damaged_copy_is_forgotten_and_can_be_kept_anew(kept: KeptModel, bundle: Path) -> None:
    (linear,) = kept.place.glob("*/linear.npz")
    linear.write_bytes(linear.read_bytes()[:-1])
    assert kept.load(None) is None
    kept.keep("7", "run-7", bundle)
    assert kept.load(None) is not None


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"registry": 1}', "\x00"])
def test_a_note_that_makes_no_sense_is_none(kept: KeptModel, text: str) -> None:
    (kept.place / "current").write_text(text)
    assert kept.load(None) is None
