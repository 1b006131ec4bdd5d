"""Writers of the catalog killed with signal 9 at fifty moments spread over a whole save."""

from __future__ import annotations

from pathlib import Path

from experiments.studies.feature_scale import killed_writer
from features.catalogs import catalog


def test_a_killed_writer_leaves_a_whole_catalog_and_the_next_save_tidies_up(tmp_path: Path) -> None:
    found = killed_writer.kill_writers(tmp_path, kills=50, creators=500, seed=3)
    assert all(len(numbers) == 1 for numbers in found)
    newest = [numbers.pop() for numbers in found]
    assert newest == sorted(newest) and newest[0] >= 1
    catalog.save(killed_writer.stamped_snapshot(900, 10), tmp_path)
    assert killed_writer.left_behind(tmp_path) == []


def test_a_mixture_would_be_seen() -> None:
    one, other = (killed_writer.stamped_snapshot(number, 10) for number in (1, 2))
    assert killed_writer.numbers_of(one) == {1.0}
    mixed = type(one)(**{**vars(one), "sales": other.sales})
    assert killed_writer.numbers_of(mixed) == {1.0, 2.0}
