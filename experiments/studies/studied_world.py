"""A world taken apart: what learners learn from, so that other learners can learn from it too.

Features are computed once; learners, parts of learners and peers are then fitted to the same
cells and booking rows, and asked about the same rosters to come.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from experiments.studies.rosters_to_come import FutureRoster, Judged, read_future
from features.entities import Campaign
from features.rosters.bookings import BookingRows
from features.snapshots.assembly import snapshot
from features.sources.source import open_source
from training.arrays import Floats
from training.bundle import Bundle
from training.cells import Cells
from training.evidence.held_out import BaggedLifts, gather
from training.exposure import weekly_sales
from training.forecast import forecast_roster
from training.past import PastRoster
from training.rosters.fitting import fit_learner
from training.rosters.join import JoinedSample, join
from training.run import fit_run
from training.settings import Settings


@dataclass(frozen=True)
class FutureRows:
    """A roster to come as a learner sees it.

    `weekly` is what the brand sells a week and `weight` its part of the baseline, both [market]
    in the order of `rows.reach.market_ids`.
    """

    asked: FutureRoster
    rows: BookingRows
    weekly: Floats
    weight: Floats

    @property
    def campaign(self) -> Campaign:
        return self.asked.campaign


@dataclass(frozen=True)
class StudiedWorld:
    """Past cells and rosters, rosters to come, and the bundle that the product made of them."""

    cells: Cells
    rosters: tuple[PastRoster, ...]
    future: tuple[FutureRows, ...]
    bundle: Bundle

    @property
    def asked(self) -> list[FutureRoster]:
        return [one.asked for one in self.future]

    def join(self, power: float) -> JoinedSample:
        """Cells and booking rows as arrays; `power` is the exposure's."""
        return join(self.cells, self.rosters, power)


def study(folder: Path, settings: Settings) -> StudiedWorld:
    """Train the product on a simulated world and keep what it learned from."""
    source = open_source(folder)
    run = fit_run(source, settings)
    known, future = snapshot(source), []
    for asked in read_future(folder / "future.json"):
        ahead = forecast_roster(run.bundle, known, asked.campaign, asked.roster)
        markets = ahead.rows.reach.market_ids
        weekly = weekly_sales(known.sales, asked.campaign.brand_id, markets)
        future.append(FutureRows(asked, ahead.rows, weekly, ahead.weight))
    return StudiedWorld(run.past.cells, run.past.joined.rosters, tuple(future), run.bundle)


def refit(
    world: StudiedWorld,
    settings: Settings,
    change: Callable[[JoinedSample], JoinedSample] = lambda joined: joined,
) -> Bundle:
    """Fit and recalibrate the learner that the settings name on the same past.

    Args:
        change: what to alter in the arrays before fitting.
    """
    joined = change(world.join(settings.exposure_power))
    fitted = fit_learner(joined.sample, settings)
    bagged = BaggedLifts(fitted.lifts, fitted.values, fitted.counts)
    manifest = replace(
        world.bundle.manifest,
        learner=settings.learner,
        draws=settings.intervals.draws,
        typical_per_head=joined.typical_per_head,
        exposure_power=settings.exposure_power,
    )
    return replace(
        world.bundle,
        manifest=manifest,
        encoding=joined.encoding,
        calibration=gather(joined.sample, bagged, {}).calibration,
        model=fitted.model,
    )


def judge_bundle(bundle: Bundle, future: Sequence[FutureRows]) -> Judged:
    """Set what a bundle says of rosters to come beside what they would do."""
    predicted, lifts = [], []
    for one in future:
        exposed = bundle.expose(one.rows, one.weekly)
        encoded = bundle.encode(one.rows, one.asked.campaign)
        draws = bundle.draw(one.rows, encoded, exposed, one.campaign.brand_id)
        predicted.append(float(draws.mean.sum(axis=0) @ one.weight))
        lifts.append(draws.by_creator(one.weight).sum(axis=0))
    return Judged.of_draws([one.asked for one in future], np.array(predicted), lifts)
