"""The demo: a small world, a model, and the example question for a small and a large brand."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from experiments import example
from experiments.worlds.simulate import WorldSettings, simulate
from features.catalogs import catalog
from features.snapshots.assembly import snapshot
from features.snapshots.snapshot import Snapshot
from features.sources.source import open_source
from training.fit import TrainingResult, train
from training.settings import Settings

WORLD: Final = WorldSettings(
    campaigns=120,
    creators=700,
    markets=30,
    brands=8,
    weeks=140,
    seed=2024,
    future_campaigns=4,
    known_brands=(
        (example.CATEGORY, example.SMALL_BRAND_REVENUE),
        (example.CATEGORY, example.LARGE_BRAND_REVENUE),
    ),
)

Progress = Callable[[str, float], None]
#: What answers a comparison; the command line hands in the service's own scorer.
Ask = Callable[[Path, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class DemoResult:
    """The training run and, for each brand, the question, the answer and what it means."""

    training: TrainingResult
    comparisons: list[dict[str, Any]]


def run_demo(home: Path, ask: Ask, progress: Progress) -> DemoResult:
    """Simulate, train, refresh the catalog and ask the example question twice."""
    world = home / "world"
    progress("simulating a world", 0.0)
    shutil.rmtree(world, ignore_errors=True)
    simulate(WORLD, world, progress)
    training = train(str(world), home, Settings(), progress=progress)
    progress("refreshing the catalog", 0.0)
    known = snapshot(open_source(world))
    catalog.save(known, home)
    progress("asking", 0.0)
    comparisons = [_asked(home, known, brand, ask) for brand in example.brands_by_size(known)]
    return DemoResult(training, comparisons)


def _asked(home: Path, known: Snapshot, brand_id: str, ask: Ask) -> dict[str, Any]:
    answer = ask(home, example.ask(known, brand_id))
    name = str(known.brands.loc[brand_id, "name"])
    yearly = example.yearly_revenue(known, brand_id)
    return {
        "brand_id": brand_id,
        "question": f"{name} sells {yearly:,.0f} a year: which roster, and is "
        f"{example.CLAIMED_LIFT:+.0%} plausible?",
        "answer": answer,
        "claim": verdict_on_claim(answer),
    }


def verdict_on_claim(answer: dict[str, Any]) -> str:
    """Whether the claimed lift lies inside the interval of the best roster of the question."""
    lift = answer["scenarios"][0]["prediction"]["lift"]
    name = answer["scenarios"][0]["name"]
    claimed = example.CLAIMED_LIFT
    span = f"{lift['mean']:+.1%} expected, {lift['low']:+.1%} to {lift['high']:+.1%}"
    if claimed > lift["high"]:
        return f"{claimed:+.0%} from {name} is not plausible: {span}"
    return f"{claimed:+.0%} from {name} lies inside what can be expected: {span}"
