"""Campaigns of simulated worlds, each measured in three ways, beside what is true of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from experiments.measurement.campaigns import CampaignTest, brand_tests, read_campaigns
from experiments.measurement.estimate import Estimate
from experiments.measurement.market_test import sold
from experiments.measurement.measure import measure
from experiments.measurement.sales import calendar_of
from experiments.studies.trained_world import simulated
from experiments.worlds.settings import WorldSettings
from features.entities import CARRY_OVER_DAYS
from features.sources.source import open_source
from training.arrays import Floats
from training.settings import CellSettings

#: Worlds of one study, their seeds counted on from the study's.
WORLDS: Final = 5
SIZE: Final = WorldSettings(campaigns=100, creators=120, brands=8, future_campaigns=0)
QUICK_SIZE: Final = WorldSettings(
    campaigns=8, creators=60, markets=16, brands=2, weeks=64, future_campaigns=0
)

SYNTHETIC, DIFFERENCE, UNDRAWN = "synthetic control", "difference-in-differences", "not drawn"


@dataclass(frozen=True)
class Told:
    """One campaign: its estimates by way, and the true lift of treated and of all its markets."""

    estimates: dict[str, Estimate]
    treated: float
    everywhere: float


def told_of_worlds(world: str, seed: int, *, quick: bool) -> list[Told]:
    """Every campaign of the study's worlds."""
    size, count = (QUICK_SIZE, 1) if quick else (SIZE, WORLDS)
    worlds = [replace(size, world=world, seed=seed + number) for number in range(count)]
    return [told for settings in worlds for told in _told(settings)]


def _told(settings: WorldSettings) -> Iterator[Told]:
    with simulated(settings) as folder:
        source = open_source(folder)
        truth = pd.read_parquet(folder / "truth.parquet")
        by_campaign = {str(k): v.set_index("market_id") for k, v in truth.groupby("campaign_id")}
        calendar, campaigns = calendar_of(source), read_campaigns(source)
        for brand in sorted({c.brand_id for c in campaigns}):
            own = [c for c in campaigns if c.brand_id == brand]
            for one in brand_tests(source, calendar, own, CARRY_OVER_DAYS, CellSettings()):
                yield _measured(one, by_campaign[str(one.campaign.campaign_id)])


def _measured(one: CampaignTest, truth: pd.DataFrame) -> Told:
    found = sold(one.test)
    lifts: Floats = truth["true_lift"].reindex(list(found.test.market_ids)).to_numpy(dtype=float)
    drawn = measure(one.test)
    undrawn = measure(replace(one.test, propensity=None))
    treated = found.test.treated
    return Told(
        {SYNTHETIC: drawn.estimate, DIFFERENCE: drawn.difference, UNDRAWN: undrawn.estimate},
        treated=float(np.average(lifts[treated], weights=found.level[treated])),
        everywhere=float(np.average(lifts, weights=found.level)),
    )


def share(hits: list[bool]) -> tuple[float, str]:
    """A share with its standard error."""
    mean = float(np.mean(hits))
    return mean, f"{mean:.1%} ± {np.sqrt(mean * (1 - mean) / len(hits)):.1%}"
