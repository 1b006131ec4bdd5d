"""The rules by which worlds differ, and the worlds that have names.

A rule that is off draws nothing and changes nothing: worlds of one seed are twins in all that
their rules share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class WorldRules:
    """The switches by which worlds differ; everything else is the same in all of them."""

    #: Whether campaigns sell anything at all.
    has_effect: bool = True
    #: What a campaign does in a held-out market, as a share of what it would do there if shown:
    #: organic posts go where the roster's audience lives, whoever was meant to see them.
    leak: float = 0.0
    #: Share of the campaigns whose markets the brand chooses, for the growth it expects there.
    chosen: float = 0.0
    #: Weekly log growth of a brand in one market rather than another, a standard deviation.
    local_growth: float = 0.0
    #: How well planners know who persuades beyond what tables show: log odds of being booked for
    #: each standard deviation of it.
    insight: float = 0.0
    #: A platform that opens shortly before the data end. Nobody has been booked there yet, nor
    #: has any virtual creator; every second roster to come is made of both.
    new_platform: str | None = None
    #: Share of the brands that sell 50 to 200 orders a market and week: chance is in whole orders.
    small_brands: float = 0.0


_GROWTH: Final = 0.001
_INSIGHT: Final = 1.0
_LEAK: Final = 0.5
_NEW_PLATFORM: Final = "threads"

WORLDS: Final[Mapping[str, WorldRules]] = {
    "randomised": WorldRules(),
    "null": WorldRules(has_effect=False),
    "leaky": WorldRules(leak=_LEAK),
    "confounded": WorldRules(chosen=1.0, local_growth=_GROWTH),
    "targeted": WorldRules(insight=_INSIGHT),
    "shift": WorldRules(new_platform=_NEW_PLATFORM),
    "small-brand": WorldRules(small_brands=1.0),
    "mixed": WorldRules(
        leak=_LEAK,
        chosen=0.3,
        local_growth=_GROWTH,
        insight=_INSIGHT,
        new_platform=_NEW_PLATFORM,
        small_brands=0.5,
    ),
}
