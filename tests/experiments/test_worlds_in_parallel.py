"""Measuring side by side: in order, kept, and never mixed with other settings or code."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.studies import worlds_in_parallel
from experiments.studies.worlds_in_parallel import measure_all
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
    monkeypatch.setattr(worlds_in_parallel, "_code_hash", lambda: "other code")
    measure_all(square, squares(trace, 2), tmp_path)
    assert traced(trace) == [2, 2]
