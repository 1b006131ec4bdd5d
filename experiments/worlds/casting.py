"""Whom planners look at: those they know to persuade, those of a new platform, or neither."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from experiments.worlds.settings import Bools, Floats, Ints
from experiments.worlds.world import World


@dataclass(frozen=True, slots=True)
class Casting:
    """Whom planners look at, in worlds that have rules for it.

    `by_insight`: whether they know more of persuasion than the tables do. `new`: whether they
    book the new platform and virtual creators and nobody else, or neither of the two.
    """

    by_insight: bool = True
    new: bool = False


#: How past campaigns were cast.
AS_EVER: Final = Casting()


def casting_to_come(world: World, alternative: int) -> Casting:
    """How a campaign's alternative rosters are cast: the first as ever, every second one anew."""
    new = world.settings.rules.new_platform is not None and alternative % 2 == 1
    return Casting(by_insight=alternative == 0, new=new)


def considered(world: World, casting: Casting) -> Floats:
    """[creator] the factor by which planners prefer creators; 0 for those they never book."""
    rules, creators = world.settings.rules, world.creators
    insight = rules.insight if casting.by_insight else 0.0
    factor: Floats = np.exp(insight * creators.charisma)
    if rules.new_platform is not None:
        there = world.accounts.creator[world.accounts.on(rules.new_platform)]
        has_account = np.isin(np.arange(creators.count), there)
        new = creators.is_virtual | has_account
        factor = factor * (new if casting.new else ~creators.is_virtual)
    return factor


def bookable(world: World, casting: Casting, accounts: Ints) -> Bools:
    """Which of one creator's accounts can be booked."""
    there = world.accounts.on(world.settings.rules.new_platform)[accounts]
    return there if casting.new and there.any() else np.asarray(~there | casting.new)
