"""Whether a roster lies inside what past campaigns show, and if not, why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from training.arrays import Booleans
from training.bundle import Bundle
from training.encoding import Encoding
from training.forecast import RosterForecast

#: A booking is unlike past ones when so many of its features are outside what they showed.
_OUTSIDE_FEATURES: Final = 3
#: A roster is outside when such a part of its expected lift comes from such bookings.
OUTSIDE_PART: Final = 0.2
#: How far beyond past campaigns' extremes a roster may go.
_STRETCH: Final = 1.5
_BRAND_SIZE: Final = "log_brand_revenue_per_head"


@dataclass(frozen=True)
class Beyond:
    """Reasons why a roster is outside experience (none: it is inside), and whose bookings."""

    reasons: tuple[str, ...]
    creator_ids: tuple[str, ...]


def beyond_experience(
    bundle: Bundle, forecast: RosterForecast, label: Callable[[str], str]
) -> Beyond:
    """Compare a roster with the ranges, words and sizes that past campaigns had.

    Args:
        label: a feature's name in a reader's words.
    """
    encoding = bundle.encoding
    outside = encoding.outside(forecast.encoded[1])
    reasons = [*_size_reasons(bundle, forecast), *_brand_reasons(encoding, outside)]
    never_seen = encoding.unseen_kinds(forecast.encoded[1]).any(axis=1)
    strange = never_seen | (outside[:, : len(encoding.numeric)].sum(axis=1) >= _OUTSIDE_FEATURES)
    creators = sorted({c for c, odd in zip(forecast.rows.creator_ids, strange, strict=True) if odd})
    # What a kind that was never seen adds to the lift is itself a guess: its bookings count too.
    part = max(part_of_lift(forecast, creators), float(never_seen.mean()))
    if creators and part >= OUTSIDE_PART:
        told = ", ".join(label(name).lower() for name in _commonest(encoding, outside[strange]))
        whose = "1 creator is" if len(creators) == 1 else f"{len(creators)} creators are"
        reasons.append(f"{whose} unlike those of past campaigns ({told})")
    else:
        creators = []
    return Beyond(tuple(reasons), tuple(creators))


def part_of_lift(forecast: RosterForecast, creators: Iterable[str]) -> float:
    """Which part of the expected lift comes from these creators."""
    own = np.isin(forecast.rows.creator_ids, list(creators))
    part = np.maximum(forecast.expected @ forecast.weight, 0.0)
    return float(part[own].sum() / part.sum()) if part.sum() > 0 else float(own.mean())


def _size_reasons(bundle: Bundle, forecast: RosterForecast) -> list[str]:
    typical, reasons = bundle.manifest.typical, []
    size = len({booking.creator_id for booking in forecast.roster})
    if size > _STRETCH * typical["largest_roster"]:
        reasons.append(f"{size} creators; past rosters had at most {typical['largest_roster']:.0f}")
    exposed = float(forecast.exposed.sum(axis=0) @ forecast.weight)
    if exposed > _STRETCH * typical["largest_exposure"]:
        times = exposed / typical["largest_exposure"]
        reasons.append(
            f"it reaches {times:.1f} times as many people, for what the brand sells, "
            "as any past campaign"
        )
    return reasons


def _brand_reasons(encoding: Encoding, outside: Booleans) -> list[str]:
    if _BRAND_SIZE not in encoding.numeric:
        return []
    if not outside[:, encoding.numeric.index(_BRAND_SIZE)].all():
        return []
    return ["the brand's sales per inhabitant are unlike those of past campaigns"]


def _commonest(encoding: Encoding, outside: Booleans) -> list[str]:
    """The three features that are most often outside."""
    names = [*encoding.numeric, *encoding.levels]
    return [names[i] for i in np.argsort(-outside.sum(axis=0))[:3]]
