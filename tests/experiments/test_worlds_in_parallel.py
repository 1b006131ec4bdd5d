"""Measuring side by side: in order, kept, and never mixed with other settings or code."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.studies import worlds_in_parallel
from experiments.studies.worlds_in_parallel import CodeChangedError, measure_all
from tests.experiments.measuring import Square, square


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    return tmp_path / "trace.txt"


def squares(trace: Path, *numbers: int) -> list[Square]:
    return [Square(number, str(trace)) for number in numbers]


def traced(trace: Path) -> list[int]:
    return sorted(int(line) for line in trace.read_text(encoding="utf-8").split())


def test_results_come_in_order_and_are_measured_once(
    tmp_path: Path, trace: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    work = tmp_path / "work"
    assert measure_all(square, squares(trace, 3, 2), work) == [{"square": 9}, {"square": 4}]
    assert "2 of 2 done" in capfd.readouterr().err
    found = measure_all(square, squares(trace, 2, 5, 3), work)
    assert found == [{"square": 4}, {"square": 25}, {"square": 9}]
    assert traced(trace) == [2, 3, 5]
    assert "2 of 3 kept from an earlier run" in capfd.readouterr().err


def test_what_was_kept_stays_when_a_task_fails(tmp_path: Path, trace: Path) -> None:
    work = tmp_path / "work"
    with pytest.raises(ValueError, match="-1"):
        measure_all(square, squares(trace, 2, -1, 3, 4, 5, 6), work, processes=1)
    begun = traced(trace)
    assert 2 in begun
    assert 6 not in begun
    found = measure_all(square, squares(trace, *begun), work)
    assert found == [{"square": number**2} for number in begun]
    assert traced(trace) == begun


def test_results_of_other_code_are_not_used_again(
    tmp_path: Path, trace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure_all(square, squares(trace, 2), tmp_path)
    monkeypatch.setattr(worlds_in_parallel, "code_hash", lambda _: "other code")
    measure_all(square, squares(trace, 2), tmp_path)
    assert traced(trace) == [2, 2]


def test_nothing_is_kept_once_the_code_was_edited(
    tmp_path: Path, trace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = iter(["before", "before", *["after"] * 9])
    monkeypatch.setattr(worlds_in_parallel, "code_hash", lambda _: next(hashes))
    with pytest.raises(CodeChangedError, match="checkout of its own"):
        measure_all(square, squares(trace, 2, 3, 4), tmp_path / "work", processes=1)
    assert [file.name[:8] for file in (tmp_path / "work").iterdir()] == ["number-2"]


def test_the_hash_covers_what_measures_and_not_what_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worlds_in_parallel, "_ROOT", tmp_path)
    (tmp_path / "training").mkdir()
    code, table = tmp_path / "training/cells.py", tmp_path / "training/table.txt"
    code.write_text("one", encoding="utf-8")
    first = worlds_in_parallel.code_hash(square)
    table.write_text("new", encoding="utf-8")
    assert worlds_in_parallel.code_hash(square) == first
    code.write_text("two", encoding="utf-8")
    assert worlds_in_parallel.code_hash(square) != first
