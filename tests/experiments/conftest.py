"""One drawn world, with its baseline, plans and rosters; nothing changes it."""

from __future__ import annotations

import pytest

from experiments.worlds.baseline import Baseline, build_baseline
from experiments.worlds.campaigns import Plan, plan_campaigns
from experiments.worlds.rosters import Roster, draw_roster, partnership_starts
from experiments.worlds.world import World, build_world
from tests.experiments.drawn_world import DRAWN


@pytest.fixture(scope="session")
def world() -> World:
    return build_world(DRAWN)


@pytest.fixture(scope="session")
def baseline(world: World) -> Baseline:
    return build_baseline(world)


@pytest.fixture(scope="session")
def plans(world: World) -> list[Plan]:
    return plan_campaigns(world)


@pytest.fixture(scope="session")
def rosters(world: World, plans: list[Plan]) -> list[Roster]:
    rng, partners = world.settings.stream("rosters"), partnership_starts(world)
    return [draw_roster(rng, world, plan, partners, plan.style) for plan in plans]
