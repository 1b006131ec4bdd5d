"""Holdout tests of rosters to come, played out in their world and measured as the product does.

Each pass takes at most one campaign a brand, as many as a brand usually has at a time. Its
roster is shown in markets drawn anew, sales go on by the world's own rules beyond the day the
model was trained, and campaigns to come are measured like any that are over.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from experiments.studies.replayed_world import Drawn, ReplayedWorld
from experiments.worlds import campaign_tables
from experiments.worlds.campaigns import Assignment, assign_markets
from experiments.worlds.sales import draw_noise, sales_table
from experiments.worlds.settings import HORIZON_WEEKS
from experiments.worlds.simulate import added_revenue
from experiments.worlds.truth import Incremental
from features.history.markets import sales_history
from features.sources.source import open_source
from training.arrays import Floats, Integers
from training.cells import build_cells
from training.past import read_past
from training.residuals import campaign_effects
from training.settings import CellSettings
from training.weeks import last_day

_PASSES = 4
#: Seeds of chance beyond the data lie this far from the world's own.
_SEED_STEP = 1_000_000
_UNCHANGED = ("brands", "markets", "creators")


@dataclass(frozen=True)
class PlayedTests:
    """Tests of some rosters to come: which, the measured log effect and its standard error."""

    roster: Integers
    measured: Floats
    error: Floats


def play_tests(replayed: ReplayedWorld, folder: Path, settings: CellSettings) -> PlayedTests:
    """Play out and measure one roster of nearly every campaign to come.

    Args:
        folder: the world's tables, for what does not change.
    """
    past = replayed.past()
    effects = [replayed.effect(drawn) for drawn in past]
    found = [
        test
        for number, chosen in enumerate(_passes(replayed))
        for test in _play(replayed, folder, settings, (past, effects), chosen, number)
    ]
    rosters, measured, errors = zip(*found, strict=True)
    return PlayedTests(np.array(rosters), np.array(measured), np.array(errors))


def _passes(replayed: ReplayedWorld) -> Iterator[list[int]]:
    """Rosters [number in `to_come`] of each pass: one campaign a brand, one of its rosters."""
    alternatives = replayed.world.settings.alternatives
    of_brand: dict[int, list[int]] = {}
    for first in range(0, len(replayed.to_come), alternatives):
        of_brand.setdefault(replayed.to_come[first][0].brand, []).append(first)
    for number in range(_PASSES):
        chosen = [own[number] for own in of_brand.values() if number < len(own)]
        if chosen:
            yield [first + (number + i) % alternatives for i, first in enumerate(chosen)]


def _play(
    replayed: ReplayedWorld,
    folder: Path,
    settings: CellSettings,
    past: tuple[list[Drawn], list[Incremental]],
    chosen: list[int],
    number: int,
) -> list[tuple[int, float, float]]:
    """Roster number, measured effect and standard error of each chosen roster."""
    drawn = [replayed.to_come[roster] for roster in chosen]
    with tempfile.TemporaryDirectory() as scratch:
        _write(replayed, folder, Path(scratch), past, drawn, number)
        source = open_source(scratch)
        history = sales_history(source)
        campaigns = read_past(source, last_day(history))
        cells = build_cells(history, campaigns.campaigns, campaigns.assignments, settings)
    effects, errors = campaign_effects(cells.campaign, cells.outcome, cells.treatment, cells.weight)
    place = {identifier: i for i, identifier in enumerate(cells.campaign_ids)}
    return [
        (roster, float(effects[place[plan.campaign_id]]), float(errors[place[plan.campaign_id]]))
        for roster, (plan, _) in zip(chosen, drawn, strict=True)
        if plan.campaign_id in place
    ]


def _write(
    replayed: ReplayedWorld,
    folder: Path,
    out: Path,
    past: tuple[list[Drawn], list[Incremental]],
    drawn: list[Drawn],
    number: int,
) -> None:
    """The tables a measurement needs, with the campaigns to come among those that are over."""
    world, baseline = replayed.world, replayed.baseline
    chance = replace(world.settings, seed=world.settings.seed + _SEED_STEP * (number + 1))
    rosters = past[0] + drawn
    plans = [plan for plan, _ in rosters]
    assigned = _joined(
        assign_markets(world.settings, [plan for plan, _ in past[0]]),
        assign_markets(chance, [plan for plan, _ in drawn]),
    )
    later = replace(world, settings=replace(chance, weeks=chance.weeks + HORIZON_WEEKS))
    effects = past[1] + [replayed.effect(one) for one in drawn]
    added = added_revenue(later, plans, assigned, effects)
    tables = {
        "campaigns": campaign_tables.campaigns_table(world, plans),
        "bookings": campaign_tables.bookings_table(world, plans, [roster for _, roster in rosters]),
        "assignments": campaign_tables.assignments_table(world, plans, assigned),
        "sales": sales_table(later, baseline, draw_noise(later, baseline), added),
    }
    for name, table in tables.items():
        pq.write_table(table, out / f"{name}.parquet")
    for name in _UNCHANGED:
        shutil.copy(folder / f"{name}.parquet", out)


def _joined(first: Assignment, second: Assignment) -> Assignment:
    return Assignment(
        np.concatenate([first.treated, second.treated]),
        np.concatenate([first.propensity, second.propensity]),
    )
