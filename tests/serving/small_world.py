"""A small world with its catalog and two models of it that are known to differ."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from experiments.worlds.simulate import WorldSettings, simulate
from features.snapshots.assembly import snapshot
from features.snapshots.snapshot import Snapshot
from features.sources.source import open_source
from serving.messages.questions import PredictRequest
from serving.predictions.scoring import RosterScorer
from tests.training.tiny_bundle import tiny_bundle
from training.bundle import Bundle

#: What lifts are multiplied by last; version n of the registry has the nth.
SLOPES = (0.9, 1.8)
TYPICAL = {
    "lift": 0.01,
    "largest_lift": 0.1,
    "exposure": 1.0,
    "largest_exposure": 5.0,
    "smallest_roster": 1.0,
    "largest_roster": 50.0,
    "brand_spread": 0.4,
}


@dataclass(frozen=True)
class World:
    """A snapshot, one question about it, and what each version of the model answers."""

    snapshot: Snapshot
    body: dict[str, Any]
    bundles: tuple[Bundle, ...]

    def answer(self, version: str) -> float:
        """Mean lift that a version predicts, computed here."""
        scorer = RosterScorer(self.bundles[int(version) - 1], self.snapshot)
        return scorer.predict(PredictRequest(**self.body)).lift.mean


def small_world(folder: Path) -> World:
    """Simulate the world into a folder."""
    settings = WorldSettings(
        campaigns=10, creators=60, markets=4, brands=2, weeks=66, future_campaigns=1, seed=3
    )
    simulate(settings, folder)
    asked = json.loads((folder / "future.json").read_text())[0]
    body = {"campaign": asked["campaign"], "roster": asked["alternatives"][0]["roster"][:3]}
    fitted = tiny_bundle("roster_linear")
    manifest = replace(fitted.manifest, typical={**fitted.manifest.typical, **TYPICAL})
    bundles = tuple(
        replace(fitted, manifest=manifest, calibration=replace(fitted.calibration, slope=slope))
        for slope in SLOPES
    )
    return World(snapshot(open_source(str(folder))), body, bundles)
