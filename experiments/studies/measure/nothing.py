"""Part `nothing`: campaigns of `null` worlds, which sold nothing."""

from __future__ import annotations

from pathlib import Path

from experiments.studies.measure.simulated import (
    DIFFERENCE,
    SYNTHETIC,
    UNDRAWN,
    share,
    told_of_worlds,
)
from experiments.studies.parts import Line

_LEAST = {SYNTHETIC: "88–92 %", DIFFERENCE: "88–92 %", UNDRAWN: "–"}


def measure(*, quick: bool, seed: int, work: Path) -> list[Line]:
    """How often intervals hold nothing, and how often tests reject it."""
    told = told_of_worlds("null", seed, quick=quick)
    lines = []
    for way, least in _LEAST.items():
        estimates = [one.estimates[way] for one in told]
        held, held_text = share([e.low <= 0 <= e.high for e in estimates])
        rejected, rejected_text = share([e.p_value <= 0.05 for e in estimates])
        lines.append(
            Line(
                f"{len(told)} null campaigns, {way}: 90 % intervals that hold 0",
                f"{held_text}; 5 % tests reject {rejected_text}",
                least,
                {f"{way}.held": held, f"{way}.rejected": rejected},
            )
        )
    return lines
