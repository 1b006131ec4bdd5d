"""A registry in a file is asked again only after something was written to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.errors import RegistryUnreachableError
from serving.home import HomeLoader
from tests.training.tiny_bundle import tiny_bundle
from training import tracking
from training.tracking import Logged


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two versions of one model, the first is champion."""
    for _ in range(2):
        tracking.log_run(tmp_path, tiny_bundle(), parameters={}, metrics={}, tags={}, texts={})
    tracking.promote(tmp_path, "1", "for tests")
    return tmp_path


def test_every_promotion_is_seen_and_nothing_asked_in_between(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []
    truly = tracking.champion_version

    def counting(where: Path) -> Logged | None:
        asked.append(where)
        return truly(where)

    monkeypatch.setattr(tracking, "champion_version", counting)
    loader = HomeLoader(home)
    assert [_version(loader) for _ in range(3)] == ["1", "1", "1"]
    assert len(asked) == 1
    for version in ("2", "1"):
        tracking.promote(home, version, "for tests")
        before = len(asked)
        assert [_version(loader) for _ in range(3)] == [version, version, version]
        assert len(asked) == before + 1


def test_a_question_that_failed_is_asked_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loader = HomeLoader(home)

    with monkeypatch.context() as broken:
        broken.setattr(tracking, "champion_version", _unreachable)
        with pytest.raises(RegistryUnreachableError):
            loader.model_version()
    assert _version(loader) == "1"


def test_a_worker_that_starts_asks_nothing_that_is_known(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    HomeLoader(home).load_model()
    with monkeypatch.context() as broken:
        broken.setattr(tracking, "champion_version", _unreachable)
        assert _version(HomeLoader(home)) == "1"
    tracking.promote(home, "2", "for tests")
    assert _version(HomeLoader(home)) == "2"
    # Another model than the kept one is champion, so the next worker has to ask again.
    assert _version(HomeLoader(home)) == "2"


def test_a_worker_that_starts_asks_after_something_was_written(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    HomeLoader(home).load_model()
    tracking.log_run(home, tiny_bundle(), parameters={}, metrics={}, tags={}, texts={})
    with monkeypatch.context() as broken:
        broken.setattr(tracking, "champion_version", _unreachable)
        with pytest.raises(RegistryUnreachableError):
            HomeLoader(home).model_version()
    assert _version(HomeLoader(home)) == "1"


def _unreachable(where: Path) -> Logged | None:
    raise RegistryUnreachableError(str(where), "for tests")


def _version(loader: HomeLoader) -> str:
    named = loader.model_version()
    assert named is not None
    return named.split()[0]
