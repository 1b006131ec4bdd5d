"""Part `known`: campaigns of `randomised` worlds, whose true lift is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from experiments.studies.measure.simulated import (
    DIFFERENCE,
    SYNTHETIC,
    UNDRAWN,
    Told,
    share,
    told_of_worlds,
)
from experiments.studies.parts import Line


def measure(*, quick: bool, seed: int, work: Path) -> list[Line]:
    """Coverage, bias and error of each way."""
    told = told_of_worlds("randomised", seed, quick=quick)
    lifts = np.array([one.everywhere for one in told])
    first = Line(
        f"{len(told)} campaigns: true lift in all their markets",
        f"mean {lifts.mean():.2%}, standard deviation {lifts.std():.2%}",
        "–",
    )
    return [first, *(_line(told, way) for way in (SYNTHETIC, DIFFERENCE, UNDRAWN))]


def _line(told: list[Told], way: str) -> Line:
    estimates = [one.estimates[way] for one in told]
    ends = list(zip(estimates, told, strict=True))
    treated, treated_text = share([e.low <= one.treated <= e.high for e, one in ends])
    overall, overall_text = share([e.low <= one.everywhere <= e.high for e, one in ends])
    gaps = np.array([e.lift - one.treated for e, one in ends])
    stated = float(np.median([e.standard_error for e in estimates]))
    spread = float(np.sqrt(np.mean(gaps**2)))
    bias, error = float(gaps.mean()), float(gaps.std() / np.sqrt(len(gaps)))
    return Line(
        f"{way}: 90 % intervals that hold the true lift",
        f"{treated_text} in treated markets, {overall_text} in all; bias {bias:+.3%} ± "
        f"{error:.3%}, error {spread:.2%} (root mean square; median stated {stated:.2%})",
        "about 90 %, no bias",
        {f"{way}.treated": treated, f"{way}.overall": overall, f"{way}.bias": bias},
    )
