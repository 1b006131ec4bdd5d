"""Accuracy by number of past campaigns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from experiments.studies.command import Result
from experiments.studies.result_table import markdown
from experiments.studies.rosters_to_come import Judged

_LEVEL = 0.9
_World = Mapping[str, Any]
#: Columns of the table: name for MLflow, heading, value of one world, how it is written.
_COLUMNS: tuple[tuple[str, str, Callable[[_World], float], str], ...] = (
    ("r2", "R²", lambda w: _judged(w).r2, ".3f"),
    ("feature_ceiling", "its ceiling", lambda w: float(w["feature_ceiling"]), ".3f"),
    ("rank", "rank correlation", lambda w: _judged(w).rank, ".3f"),
    ("regret", "regret", lambda w: _judged(w).regret, ".3f"),
    ("coverage", "90 % intervals hold", lambda w: _judged(w).coverage(_LEVEL), ".1%"),
    ("typical_error", "SE of a campaign's effect", lambda w: float(w["typical_error"]), ".2%"),
    ("label_ceiling", "ceiling against measured", lambda w: float(w["label_ceiling"]), ".2f"),
    ("seconds", "training s", lambda w: float(w["seconds"]), ".0f"),
)


def result(worlds: Sequence[_World]) -> Result:
    """Tables and numbers of the study, from what `measure` returned of each world."""
    rows, metrics = [], {}
    for campaigns in sorted({w["campaigns"] for w in worlds}):
        own = [w for w in worlds if w["campaigns"] == campaigns]
        row = [f"{campaigns:,}", str(own[0]["brands"]), str(len(own))]
        for name, _, value, written in _COLUMNS:
            mean = float(np.mean([value(w) for w in own]))
            metrics[f"{name}.{campaigns}"] = mean
            row.append(format(mean, written))
        rows.append(row)
    columns = ["campaigns", "brands", "worlds", *(heading for _, heading, _, _ in _COLUMNS)]
    lowest = min((_judged(w).r2, w["campaigns"], w["seed"]) for w in worlds)
    worst = (
        f"Lowest R² of a single world: {lowest[0]:.3f} ({lowest[1]} campaigns, seed {lowest[2]})."
    )
    table = "\n\n".join([markdown(columns, rows), worst])
    return Result(table, metrics)


def _judged(world: _World) -> Judged:
    return Judged.from_json(world["judged"])
