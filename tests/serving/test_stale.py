"""Who was not observed for long is named, each once, whatever else is booked."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd

from serving.predictions.cautions import _listed, _stale

SNAPSHOT = SimpleNamespace(
    as_of=date(2025, 6, 30),
    creators=pd.DataFrame(
        {"observed_on": pd.to_datetime(["2025-03-02", "2025-03-01", "2024-01-01", "NaT"])},
        index=["edge", "old", "ancient", "undated"],
    ),
)


def told(*booked: str) -> list[str] | None:
    rows = {creator: row for row, creator in enumerate(SNAPSHOT.creators.index)}
    warning = _stale(cast(Any, SNAPSHOT), _listed(rows, booked))
    return None if warning is None else warning.creator_ids


def test_more_than_120_days_are_stale() -> None:
    assert told("old", "edge", "new to us", "ancient", "old") == ["ancient", "old"]


def test_fresh_unknown_and_undated_creators_are_not_named() -> None:
    assert told("edge", "undated", "new to us") is None
