"""How long the best roster under a budget takes, out of very many candidates."""

from __future__ import annotations

from pathlib import Path

from experiments.studies.optimize.measure import timed
from experiments.studies.parts import Line
from experiments.studies.service_load.homes import served_home
from features.catalogs import catalog

_SIZES, _QUICK_SIZES = (10_000, 100_000), (300,)
_CREATORS, _QUICK_CREATORS = 50, 10
_LEAST = {10_000: "≤ 5 s, gap ≤ 2 %", 100_000: "≤ 60 s"}


def measure(*, quick: bool, seed: int, work: Path) -> list[Line]:
    """Seconds and proven gap of `rosterlift optimize` on enlarged catalogs."""
    home = served_home(work, quick=quick, seed=seed)
    known = catalog.load(home)
    sizes, creators = (_QUICK_SIZES, _QUICK_CREATORS) if quick else (_SIZES, _CREATORS)
    try:
        rows = timed(home, known, sizes, creators, seed)
    finally:
        catalog.save(known, home)
    return [
        Line(
            f"optimize for {row.objective}, {row.creators} of {row.candidates:,} candidates, "
            f"{row.markets} markets",
            f"{row.seconds:.1f} s, gap {row.gap:.2%}",
            _LEAST.get(size, ""),
            {
                f"seconds.{row.objective}.{size}": row.seconds,
                f"gap.{row.objective}.{size}": row.gap,
            },
        )
        for size, pair in zip(sizes, zip(rows[::2], rows[1::2], strict=True), strict=True)
        for row in pair
    ]
