"""The study's tables say what was found, against measurements and against the truth."""

from __future__ import annotations

from typing import Any

import pytest

from experiments.backtest.scores import MODEL
from experiments.ledger.document import scores_document
from experiments.studies.backtest.table import result
from tests.experiments.ledger.invented_ledger import invented_ledger

RULES = ("one_number", "reach", "most_followers", "highest_engagement", "cheapest")


def source(name: str, *, known: bool) -> dict[str, Any]:
    """Four campaigns: the model is right about all but the last, which its interval misses."""
    scores = scores_document(invented_ledger().scores)
    assert scores is not None
    model, cheapest = scores["standings"]
    scores["standings"] = [model, *({**cheapest, "name": rule} for rule in RULES)]
    truth = [0.01, 0.02, 0.03, 0.08]
    campaigns = [
        {
            "truth": true if known else None,
            "lift": [stated, stated - 0.01, stated + 0.01],
            "rules": {"one_number": 0.02, "reach": 0.1 - true},
            "ranks": {"most_followers": true, "highest_engagement": 0.0, "cheapest": -true},
        }
        for true, stated in zip(truth, (0.01, 0.02, 0.03, 0.04), strict=True)
    ]
    return {"name": name, "seconds": 9.0, "scores": scores, "campaigns": campaigns, "fired": []}


def test_truth_is_told_of_the_worlds_that_know_it() -> None:
    found = result([source("world 1", known=True), source("real source", known=False)])
    assert "All campaigns of 1 worlds against their true lift; on average +3.50%" in found.table
    assert "expected lift hold 75.0%" in found.table
    # 1 - 0.04² / Σ(truth - 0.035)², and the better half is that of the two largest.
    assert "| the model | 0.448 | 1.00 | +5.50% |" in found.table
    assert "| most followers | – | 1.00 | +5.50% |" in found.table
    assert "| cheapest roster | – | -1.00 | +1.50% |" in found.table
    assert found.metrics["world 1.true_r2"] == pytest.approx(1 - 0.0016 / 0.0029)
    assert "real source.true_r2" not in found.metrics
    assert found.metrics["real source.coverage"] == 0.9


def test_without_any_truth_there_is_no_table_of_it() -> None:
    found = result([source("real source", known=False)])
    assert "true lift" not in found.table
    assert f"real source.{MODEL}" not in found.metrics
    assert "real source: none." in found.table
