"""A damaged bundle is refused before anything parses it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from features.errors import BrokenBundleError
from tests.training.tiny_bundle import tiny_bundle
from training.bundle import Bundle


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    tiny_bundle().save(tmp_path / "bundle")
    return tmp_path / "bundle"


def cut(name: str, share: float) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: int(len(content) * share)])

    return damage


def no_trees(folder: Path) -> None:
    for path in (folder / "trees").glob("*.txt"):
        path.unlink()


def changed_number(folder: Path) -> None:
    path = folder / "encoding.json"
    path.write_text(path.read_text().replace("0.1", "0.9"))


@pytest.mark.parametrize(
    "damage",
    [
        cut("linear.npz", 0.0),
        cut("linear.npz", 0.6),
        cut("trees/002.txt", 0.5),  # LightGBM would end the process
        lambda folder: (folder / "manifest.json").write_text("null"),
        lambda folder: (folder / "baseline.json").write_text('{"seasons": []}'),
        no_trees,
        changed_number,
    ],
)
def test_a_broken_bundle_says_so(saved: Path, damage: Callable[[Path], None]) -> None:
    damage(saved)
    with pytest.raises(BrokenBundleError):
        Bundle.load(saved)
