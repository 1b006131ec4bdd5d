"""Whether a roster lies inside what past campaigns show, and if not, why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from serving.directory.labels import unit_label_of
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
#: Words that decide alone: nothing was ever learned about a platform or format not seen.
_DECISIVE_WORDS: Final = ("platform", "format")
_BRAND_SIZE: Final = "log_brand_revenue_per_head"


@dataclass(frozen=True)
class Beyond:
    """Reasons why a roster is outside experience (none: it is inside), and whose bookings."""

    reasons: tuple[str, ...]
    creator_ids: tuple[str, ...]


def beyond_experience(bundle: Bundle, forecast: RosterForecast) -> Beyond:
    """Compare a roster with the ranges, words and sizes that past campaigns had."""
    encoding = bundle.encoding
    outside = encoding.outside(forecast.encoded[1])
    reasons = [*_size_reasons(bundle, forecast), *_brand_reasons(encoding, outside)]
    strange = _strange(encoding, outside)
    creators = sorted({c for c, odd in zip(forecast.rows.creator_ids, strange, strict=True) if odd})
    if creators and part_of_lift(forecast, creators) >= OUTSIDE_PART:
        told = ", ".join(_commonest(encoding, outside[strange]))
        reasons.append(f"{len(creators)} creators are unlike those of past campaigns ({told})")
    else:
        creators = []
    return Beyond(tuple(reasons), tuple(creators))


def part_of_lift(forecast: RosterForecast, creators: Iterable[str]) -> float:
    """Which part of the expected lift comes from these creators."""
    own = np.isin(forecast.rows.creator_ids, list(creators))
    part = np.maximum(forecast.expected @ forecast.weight, 0.0)
    return float(part[own].sum() / part.sum()) if part.sum() > 0 else float(own.mean())


def _strange(encoding: Encoding, outside: Booleans) -> Booleans:
    words = list(encoding.levels)
    decisive = [len(encoding.numeric) + words.index(w) for w in _DECISIVE_WORDS if w in words]
    many = outside[:, : len(encoding.numeric)].sum(axis=1) >= _OUTSIDE_FEATURES
    strange: Booleans = many | outside[:, decisive].any(axis=1)
    return strange


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
    """Labels of the three features that are most often outside."""
    names = [*encoding.numeric, *encoding.levels]
    return [unit_label_of(names[i]).lower() for i in np.argsort(-outside.sum(axis=0))[:3]]
