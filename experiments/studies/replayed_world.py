"""A simulated world drawn again, with what its tables do not show: rosters' truth, part by part.

The same settings draw the same world, so nothing has to be kept beside the tables.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from experiments.worlds.baseline import Baseline, build_baseline
from experiments.worlds.brands import STYLES
from experiments.worlds.campaigns import Plan, plan_campaigns, plan_future
from experiments.worlds.casting import casting_to_come
from experiments.worlds.rosters import Roster, draw_roster, partnership_starts
from experiments.worlds.settings import WorldSettings
from experiments.worlds.truth import Incremental, incremental, lift_overall
from experiments.worlds.world import World, build_world
from training.arrays import Floats

#: A campaign and whom it books.
Drawn = tuple[Plan, Roster]


@dataclass(frozen=True)
class ReplayedWorld:
    """A world, its campaigns to come in the order of `future.json`, and the scale of its lifts."""

    world: World
    baseline: Baseline
    to_come: tuple[Drawn, ...]
    response: float

    def past(self) -> list[Drawn]:
        """The past campaigns, in the order of their table."""
        rng, partners = self.world.settings.stream("rosters"), partnership_starts(self.world)
        plans = plan_campaigns(self.world)
        return [(p, draw_roster(rng, self.world, p, partners, p.style)) for p in plans]

    def effect(self, drawn: Drawn) -> Incremental:
        """What a roster adds where it is shown."""
        return incremental(self.world, self.baseline, *drawn, self.response)

    def lifts(self) -> Floats:
        """True lifts of the rosters to come [roster]."""
        return np.array(
            [lift_overall(self.baseline, drawn[0], self.effect(drawn)) for drawn in self.to_come]
        )

    def with_charisma(self, charisma: Floats) -> ReplayedWorld:
        """The same world, were its creators' charisma another [creator]."""
        creators = replace(self.world.creators, charisma=charisma)
        return replace(self, world=replace(self.world, creators=creators))


def replay(settings: WorldSettings, truth: Floats) -> ReplayedWorld:
    """Draw a world again.

    Args:
        truth: the lifts of its `future.json` [roster], which tell the scale of its response.
    """
    world = build_world(settings)
    unscaled = ReplayedWorld(world, build_baseline(world), tuple(_to_come(world)), response=1.0)
    return replace(unscaled, response=float(truth.sum() / unscaled.lifts().sum()))


def _to_come(world: World) -> list[Drawn]:
    rng, partners = world.settings.stream("future rosters"), partnership_starts(world)
    styles = range(world.settings.alternatives)
    drawn = []
    for plan in plan_future(world):
        for number in styles:
            style, casting = (plan.style + number) % len(STYLES), casting_to_come(world, number)
            drawn.append((plan, draw_roster(rng, world, plan, partners, style, casting)))
    return drawn
