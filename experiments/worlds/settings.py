"""What a simulated world is made of: its size, its rules, its calendar, its random streams."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from experiments.worlds.rules import WORLDS, WorldRules
from features.errors import SettingsError

Floats: TypeAlias = npt.NDArray[np.floating[Any]]
Ints: TypeAlias = npt.NDArray[np.integer[Any]]
Bools: TypeAlias = npt.NDArray[np.bool_]
Dates: TypeAlias = npt.NDArray[np.datetime64]

#: The Monday on which every world's data begin.
FIRST_MONDAY: Final = date(2023, 1, 2)
#: Weeks without campaigns at the start, so that every campaign has a pre-period.
WARM_UP_WEEKS: Final = 40
#: Posting lasts at most this long.
MAX_POSTING_WEEKS: Final = 4
#: Sales after the last posting week that still count into the lift.
CARRY_OVER_WEEKS: Final = 4
#: Campaigns to come start so many weeks after the last week of data.
FUTURE_START_WEEKS: Final = (2, 8)
#: Weeks simulated beyond the data, so that campaigns to come have a baseline.
HORIZON_WEEKS: Final = FUTURE_START_WEEKS[1] + MAX_POSTING_WEEKS + CARRY_OVER_WEEKS + 1


@dataclass(frozen=True, slots=True)
class WorldSettings:
    """Size, rules and seed of a simulated world.

    The same settings give the same tables. Raises `SettingsError` for an unknown world or
    a size too small to hold a campaign with its pre-period and held-out markets.
    """

    world: str = "randomised"
    campaigns: int = 300
    creators: int = 1000
    markets: int = 50
    brands: int = 12
    weeks: int = 156
    seed: int = 0
    future_campaigns: int = 40
    alternatives: int = 4
    #: Category and yearly revenue of the first brands; the others are drawn.
    known_brands: tuple[tuple[str, float], ...] = ()
    #: Whether markets that a brand chose are recorded as drawn by lot, which is a lie.
    claimed_as_drawn: bool = False

    def __post_init__(self) -> None:
        if self.world not in WORLDS:
            raise SettingsError(
                "world", f"expected one of {', '.join(WORLDS)}, found {self.world!r}."
            )
        for name, smallest in _SMALLEST.items():
            found = getattr(self, name)
            if found < smallest:
                raise SettingsError(name, f"expected at least {smallest}, found {found}.")

    @property
    def rules(self) -> WorldRules:
        """The switches of this world."""
        return WORLDS[self.world]

    @property
    def first_week(self) -> np.datetime64:
        """The Monday of the first week of data."""
        return np.datetime64(FIRST_MONDAY, "D")

    @property
    def last_day(self) -> np.datetime64:
        """The Sunday of the last week of data."""
        return self.first_week + np.timedelta64(7 * self.weeks - 1, "D")

    def monday(self, week: int) -> np.datetime64:
        """The Monday of a week counted from 0."""
        return self.first_week + np.timedelta64(7 * week, "D")

    def stream(self, name: str) -> np.random.Generator:
        """A random generator of its own for one part of the world.

        Streams are named so that a change in one part leaves the draws of the others alone;
        the world's name is no part of it, so that worlds of one seed are twins.
        """
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])


_SMALLEST: Final[Mapping[str, int]] = {
    "campaigns": 1,
    "creators": 60,
    "markets": 4,
    "brands": 2,
    "weeks": WARM_UP_WEEKS + MAX_POSTING_WEEKS + CARRY_OVER_WEEKS,
    "seed": 0,
    "future_campaigns": 0,
    "alternatives": 1,
}
