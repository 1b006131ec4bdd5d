"""Predicted beside simulated power, the size of the test, and what a longer pre-period buys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from experiments.studies.command import Result
from experiments.studies.result_table import markdown
from training.arrays import Floats

_COLUMNS: Final = (
    "world, brand",
    "markets",
    "held out",
    "weeks",
    "lift put in",
    "campaigns beside",
    "power predicted",
    "power of played tests",
    "predicted, none beside",
    "played, none beside",
    "by windows",
    "false alarms",
)
#: How near predicted power shall be.
_NEAR: Final = 0.05
_World = Mapping[str, Any]


def result(worlds: Sequence[_World]) -> Result:
    """Tables and numbers of the study, from what `measure` returned of each world."""
    designs = [(world["seed"], design) for world in worlds for design in world["designs"]]
    repeats = designs[0][1]["repeats"]
    played = _column(designs, "simulated")
    metrics = {
        **_gaps("", _column(designs, "predicted") - played),
        **_gaps("calm_", _column(designs, "calm_predicted") - _column(designs, "calm")),
        "windows_mean_absolute_gap": float(np.mean(np.abs(_column(designs, "windows") - played))),
        "chance": float(np.mean(np.sqrt(played * (1 - played) / repeats))),
        "size": float(np.mean(_column(designs, "size"))),
        "placebo_size": float(np.mean(_column(designs, "predicted_size"))),
    }
    told = (
        f"Predicted power is {_told('', metrics, len(designs))}. With none of the brand's "
        f"campaigns beside the test it is {_told('calm_', metrics, len(designs))}. By windows "
        f"alone the mean gap without sign is {100 * metrics['windows_mean_absolute_gap']:.1f} "
        f"points. Chance alone in {repeats} played tests a design makes "
        f"{100 * metrics['chance']:.1f} points (one standard error). "
        f"False alarms of tests of nothing, meant to be 5 %: {metrics['size']:.1%} of "
        f"{repeats * len(designs):,} played tests, {metrics['placebo_size']:.1%} on past weeks "
        "with permuted assignments."
    )
    parts = [markdown(_COLUMNS, map(_row, designs)), told, *_pre_weeks(worlds, metrics)]
    return Result("\n\n".join(parts), metrics)


def _gaps(name: str, gaps: Floats) -> dict[str, float]:
    """How far predicted power is from that of played tests, by the name of the metric."""
    return {
        f"{name}within_5_points": float(np.mean(np.abs(gaps) <= _NEAR)),
        f"{name}mean_absolute_gap": float(np.mean(np.abs(gaps))),
        f"{name}mean_gap": float(np.mean(gaps)),
    }


def _told(name: str, metrics: Mapping[str, float], designs: int) -> str:
    """The same in words."""
    return (
        f"within 5 points in {round(designs * metrics[f'{name}within_5_points'])} of {designs} "
        f"designs; the mean gap is {100 * metrics[f'{name}mean_gap']:+.1f} points, without sign "
        f"{100 * metrics[f'{name}mean_absolute_gap']:.1f}"
    )


def _column(designs: Sequence[tuple[int, Mapping[str, Any]]], name: str) -> Any:
    return np.array([design[name] for _, design in designs])


def _row(numbered: tuple[int, Mapping[str, Any]]) -> list[str]:
    seed, design = numbered
    return [
        f"{seed}, {design['brand']}",
        str(design["markets"]),
        f"{design['share']:.0%}",
        str(design["weeks"]),
        f"{design['lift']:.2%}",
        str(design["beside"]),
        *(
            f"{design[power]:.0%}"
            for power in ("predicted", "simulated", "calm_predicted", "calm", "windows")
        ),
        f"{design['size']:.1%}",
    ]


def _pre_weeks(worlds: Sequence[_World], metrics: dict[str, float]) -> list[str]:
    """Standard errors relative to the longest pre-period that all brands have."""
    brands = [brand for world in worlds for brand in world["pre_weeks"]]
    lengths = [length for length in brands[0] if all(length in brand for brand in brands)]
    if not lengths:
        return []
    ratios = {
        length: np.array([brand[length] / brand[lengths[-1]] for brand in brands])
        for length in lengths
    }
    metrics.update({f"error_with_{n}_weeks": float(r.mean()) for n, r in ratios.items()})
    header = "Standard error by weeks before the test (six weeks, half held out, past weeks), "
    header += f"relative to {lengths[-1]} weeks:"
    row = [f"{ratio.mean():.2f}" for ratio in ratios.values()]
    return [header, markdown([f"{length} weeks" for length in lengths], [row])]
