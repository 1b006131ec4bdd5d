"""The report tells the backtest by quarter that its home keeps, and does without."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from experiments.ledger import document as kept
from tests.experiments.ledger.invented_ledger import invented_document
from training.report import quarterly
from training.report.quarterly import NOT_KEPT, read_quarterly


def keep(home: Path, text: str) -> Path:
    file = home / quarterly.FILE
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return home


def test_what_a_home_keeps_is_told(tmp_path: Path) -> None:
    assert (kept.FILE, kept.FORMAT) == (quarterly.FILE, quarterly.FORMAT)
    found = read_quarterly(keep(tmp_path, json.dumps(invented_document())))
    assert "39 campaigns, in sales until 2025-01-05" in found.words[0]
    assert "of measured lifts lie inside the 90% intervals" in found.words[1]
    assert found.words[-1] == invented_document()["retraining"]["sentence"]
    model, cheapest = found.standings
    assert (model.label, model.r2, model.behind) == ("the model", "0.40 of 0.60", "")
    assert (cheapest.r2, cheapest.behind) == ("", "+1.00% (+0.40% to +1.60%)")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"format": 9}', '{"format": 1, "backtest": null}']
)
def test_what_cannot_be_used_is_as_if_nothing_were_kept(tmp_path: Path, text: str) -> None:
    assert read_quarterly(keep(tmp_path, text)) == NOT_KEPT
    assert read_quarterly(tmp_path / "nowhere") == NOT_KEPT
