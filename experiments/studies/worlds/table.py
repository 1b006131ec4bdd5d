"""What worlds did to the product, one line each, and how often a false claim was found out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from experiments.studies.command import Result
from experiments.studies.result_table import markdown
from experiments.studies.rosters_to_come import Judged
from experiments.worlds.rules import WORLDS

_COLUMNS: Final = (
    "world",
    "rosters",
    "true average lift",
    "bias of predicted average",
    "bias of measured average, plain flag → dose",
    "estimated leak (true)",
    "R²",
    "rank",
    "90 % intervals hold",
    "warned: new, familiar",
    "evidence",
    "promoted",
)
_World = Mapping[str, Any]


def result(trained: Sequence[_World], claims: Sequence[_World]) -> Result:
    """Tables and numbers of the study, from what was measured of each world."""
    rows: list[list[str]] = []
    metrics: dict[str, float] = {}
    for name in WORLDS:
        own = [world for world in trained if world["world"] == name]
        if own:
            row, numbers = _row(name, own)
            rows.append(row)
            metrics |= {f"{name}.{key}": value for key, value in numbers.items()}
    tables = [markdown(_COLUMNS, rows)] if rows else []
    if claims:
        table, numbers = _claims(claims)
        tables.append(table)
        metrics |= numbers
    return Result("\n\n".join(tables), metrics)


def _row(name: str, worlds: Sequence[_World]) -> tuple[list[str], dict[str, float]]:
    judged = [Judged.from_json(world["judged"]) for world in worlds]
    truth = float(np.mean([one.truth.mean() for one in judged]))
    numbers = {
        "coverage_90": float(np.mean([one.coverage(0.9) for one in judged])),
        **_warned(worlds),
    }
    if WORLDS[name].has_effect:
        numbers |= {
            "bias_predicted": float(np.mean([_bias(one) for one in judged])),
            "bias_plain": _measured_bias(worlds, "plain_average"),
            "bias_dosed": _measured_bias(worlds, "dosed_average"),
            "r2": float(np.mean([one.r2 for one in judged])),
            "rank": float(np.mean([one.rank for one in judged])),
        }
    leaks = [world["leak"] for world in worlds]
    numbers["leak"] = float(np.mean([share for share, _, _ in leaks]))
    ends = "; ".join(f"{low:.2f} to {high:.2f}" for _, low, high in leaks)
    promoted = sum(not world["refused"] for world in worlds)
    graded = ", ".join(sorted({world["grade"] for world in worlds}))

    def told(key: str, how: str) -> str:
        return format(numbers[key], how) if key in numbers else "–"

    cells = [
        name,
        f"{sum(len(one.truth) for one in judged)}",
        f"{truth:.2%}",
        told("bias_predicted", "+.0%") + _span(judged, WORLDS[name].has_effect),
        f"{told('bias_plain', '+.0%')} → {told('bias_dosed', '+.0%')}",
        f"{numbers['leak']:.2f} ({WORLDS[name].leak:g}); 90 %: {ends}",
        told("r2", ".2f"),
        told("rank", ".2f"),
        told("coverage_90", ".0%"),
        f"{told('warned_new', '.0%')}, {told('warned_familiar', '.0%')}",
        graded,
        f"{promoted} of {len(worlds)}",
    ]
    return cells, numbers


def _bias(judged: Judged) -> float:
    """Predicted over true average lift, less 1."""
    return float(judged.predicted.mean() / judged.truth.mean() - 1.0)


def _span(judged: Sequence[Judged], has_effect: bool) -> str:
    """The biases of the worst worlds either way: one world's rosters share its brands."""
    if len(judged) < 2 or not has_effect:
        return ""
    found = [_bias(one) for one in judged]
    return f" ({min(found):+.0%} to {max(found):+.0%})"


def _measured_bias(worlds: Sequence[_World], average: str) -> float:
    return float(np.mean([world[average] / world["true_average"] - 1.0 for world in worlds]))


def _warned(worlds: Sequence[_World]) -> dict[str, float]:
    """Share of rosters warned of as outside experience, where they are new and where not."""
    outside = np.concatenate([world["outside"] for world in worlds]).astype(bool)
    new = np.concatenate([world["new"] for world in worlds]).astype(bool)
    kinds = {"warned_new": new, "warned_familiar": ~new}
    return {name: float(outside[own].mean()) for name, own in kinds.items() if own.any()}


def _claims(worlds: Sequence[_World]) -> tuple[str, dict[str, float]]:
    names = {"randomised": "drawn by lot", "confounded": "chosen for growth, recorded as drawn"}
    rows, metrics = [], {}
    for name, text in names.items():
        own = [gates for part in worlds if part["world"] == name for gates in part["fired"]]
        fired = [bool(gates) for gates in own]
        by_check = Counter(check for gates in own for check in gates)
        metrics[f"claims.{name}"] = float(np.mean(fired))
        named = ", ".join(f"{check} {count}" for check, count in by_check.most_common()) or "–"
        rows.append([text, f"{sum(fired)} of {len(fired)}", named])
    return markdown(["markets", "worlds in which a gate fires", "by gate"], rows), metrics
