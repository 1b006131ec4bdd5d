"""How long the best roster under a budget takes, out of very many candidates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from experiments.studies.optimize.measure import Json, ask
from experiments.studies.parts import Line
from experiments.studies.service_load.enlarged import enlarged
from experiments.studies.service_load.homes import served_home
from features.catalogs import catalog
from features.snapshots.snapshot import Snapshot

_SIZES, _QUICK_SIZES = (10_000, 100_000), (300,)
_CREATORS, _QUICK_CREATORS = 50, 10
_LEAST = {10_000: "≤ 5 s, gap of the additive relaxation ≤ 2 %", 100_000: "≤ 60 s"}
_GAPS = ("additive_gap", "gap", "full_model_gap")


def measure(*, quick: bool, seed: int, work: Path) -> list[Line]:
    """Seconds and proven gap of `rosterlift optimize` on enlarged catalogs."""
    home = served_home(work, quick=quick, seed=seed)
    known = catalog.load(home)
    sizes, creators = (_QUICK_SIZES, _QUICK_CREATORS) if quick else (_SIZES, _CREATORS)
    try:
        return [line for size in sizes for line in _lines(home, known, size, creators, seed)]
    finally:
        catalog.save(known, home)


def _lines(home: Path, known: Snapshot, size: int, creators: int, seed: int) -> Iterator[Line]:
    large = enlarged(known, size, seed)
    catalog.save(large, home)
    wishes = [_wish(large, creators, objective) for objective in ("revenue", "profit")]
    for wish, answer in zip(wishes, ask(home, "optimize", wishes), strict=True):
        objective, solver = wish["objective"], answer["solver"]
        seconds = solver["seconds"]
        additive, gap, full_gap = (solver[name] for name in _GAPS)
        yield Line(
            f"optimize for {objective}, {len(answer['roster'])} of {solver['candidates']:,} "
            f"candidates, {len(answer['prediction']['by_market'])} markets",
            f"{seconds:.1f} s, gap {additive:.2%}; with lifts that level off {gap:.1%}, "
            f"of the roster as answered {full_gap:.1%}",
            _LEAST.get(size, ""),
            {
                f"seconds.{objective}.{size}": seconds,
                f"additive_gap.{objective}.{size}": additive,
                f"gap.{objective}.{size}": gap,
                f"full_model_gap.{objective}.{size}": full_gap,
            },
        )


def _wish(known: Snapshot, creators: int, objective: str) -> Json:
    """At most so many creators, for five times what the usual creator asks at least."""
    fees = known.rates.groupby("creator_id")["fee_per_post"].min()
    return {
        "campaign": _campaign(known),
        "budget": round(5.0 * creators * float(fees.median()), 2),
        "max_creators": creators,
        "objective": objective,
        "margin": 0.4,
    }


def _campaign(known: Snapshot) -> Json:
    starts = known.as_of + timedelta(days=28)
    brand = str(known.brands.index[0])
    return {
        "brand_id": brand,
        "category": str(known.brands.loc[brand, "category"]),
        "starts_on": starts.isoformat(),
        "ends_on": (starts + timedelta(days=13)).isoformat(),
        "brief": "Show how you use it and answer questions.",
        "markets": [str(market) for market in known.markets.index],
    }
