"""The data card of a run: which tables were read, what was kept, and what fell out and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from features.checks.faults import Fault
from features.sources.source import Source
from features.tables.schema import TABLES
from training.cells import Cells
from training.past import PastCampaigns


def data_card(
    source: Source, past: PastCampaigns, cells: Cells, faults: Sequence[Fault]
) -> dict[str, Any]:
    """Rows by table, campaigns and cells kept, rows dropped by reason, and faults by sentence."""
    dropped = {**source.dropped, **past.dropped, **cells.dropped}
    return {
        "tables": {name: source.counted(name).left for name in TABLES if source.has(name)},
        "kept": {"campaigns": len(cells.campaign_ids), "cells": cells.size},
        "dropped": {reason: int(count) for reason, count in dropped.items() if count},
        "faults": {str(fault): int(fault.count) for fault in faults},
    }
