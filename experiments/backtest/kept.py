"""Finished quarters of a backtest on disk, so that an interrupted one goes on.

A quarter is kept under a hash of exactly what its model learned from and was asked: sales that
come later, or campaigns of later quarters, change nothing about it.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from experiments.backtest.known import Known
from experiments.backtest.stated import StatedLift, StatedTest
from features.entities import Roster
from features.history.markets import SalesHistory
from features.rosters.feature_set import FEATURES
from training.past import PastRoster
from training.settings import Settings

#: Raised whenever a quarter's result changes for the same data and settings.
_FORMAT = 1


def key_of(
    before: Known,
    sold: SalesHistory,
    judged: Sequence[PastRoster],
    settings: Settings,
    warned: str,
) -> str:
    """The hash of all that a quarter's result depends on.

    Args:
        before: what its model may learn from.
        sold: what was sold until the last of the judged campaigns was booked.
        warned: who looks for warnings.
    """
    digest = hashlib.sha256()
    told = (_FORMAT, version("rosterlift"), FEATURES.hash, settings.model_dump_json(), warned)
    digest.update(repr(told).encode())
    history = before.history
    panels = (history.revenue, history.price, history.discount, history.media, sold.revenue)
    for panel in panels:
        digest.update(np.ascontiguousarray(panel).tobytes())
    digest.update(repr((history.brand_ids, history.market_ids, sold.weeks.tolist())).encode())
    digest.update(repr(sorted(before.categories.items())).encode())
    assigned = before.campaigns.assignments.sort_values(["campaign_id", "market_id"])
    digest.update(assigned.to_csv(index=False).encode())
    for roster in (*before.rosters_of(before.campaigns.campaigns), *judged):
        _add(digest, roster, before.campaigns.rosters[str(roster.campaign.campaign_id)])
    return digest.hexdigest()


def _add(digest: Any, past: PastRoster, booked: Roster) -> None:
    rows = past.rows
    words = {name: column.tolist() for name, column in sorted(rows.words.items())}
    digest.update(repr((past.campaign, booked, words)).encode())
    for values in (rows.numbers, rows.reach.shapley, rows.reach.population, past.weekly):
        digest.update(np.ascontiguousarray(values).tobytes())


def kept(folder: Path, key: str) -> dict[str, Any] | None:
    """What was kept under a key, None where there is nothing that can be read."""
    try:
        content = json.loads(_file(folder, key).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def keep(folder: Path, key: str, content: Mapping[str, Any]) -> None:
    """Keep a finished quarter, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, scratch = tempfile.mkstemp(dir=folder, prefix=".new-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, allow_nan=False)
    os.replace(scratch, _file(folder, key))


def plain(stated: StatedLift) -> dict[str, Any]:
    """As JSON can hold it."""
    return {**asdict(stated), "known_until": stated.known_until.isoformat()}


def stated_from(content: Mapping[str, Any]) -> StatedLift:
    """Rebuild from `plain`."""
    test = content["test"]
    return StatedLift(
        **{
            **content,
            "known_until": date.fromisoformat(content["known_until"]),
            "test": None if test is None else StatedTest(**test),
            "warnings": tuple(content["warnings"]),
            "differs": tuple(content["differs"]),
        }
    )


def _file(folder: Path, key: str) -> Path:
    return folder / f"{key[:32]}.json"
