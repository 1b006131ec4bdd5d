"""Coverage by slice: do intervals hold as often for small predictions, categories and rosters?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from training.arrays import AnyArray, Booleans
from training.evidence.held_out import Evidence
from training.past import PastRoster

_LEVEL = 0.9
_ROSTER_SIZES = ((1, 4), (5, 14), (15, 39), (40, 500))
_BRAND_CAMPAIGNS = ((1, 9), (10, 24), (25, 100_000))


@dataclass(frozen=True)
class Slice:
    """Judged campaigns of one kind.

    `predicted` and `measured` are mean log effects, weighted as measurements are precise; `inside`
    is the share of measured effects in their 90 % interval, `low` to `high` what chance leaves
    open about that share (Wilson's interval at 90 %).
    """

    by: str
    name: str
    campaigns: int
    predicted: float
    measured: float
    inside: float
    low: float
    high: float


def coverage_by_slice(
    evidence: Evidence, rosters: Sequence[PastRoster], drawn: Booleans
) -> tuple[Slice, ...]:
    """Every slicing in turn; slices without a campaign and slicings of one slice are left out.

    Args:
        rosters: of all campaigns, in the order of their numbers.
        drawn: whether a campaign's markets were drawn at random [campaign].
    """
    judged = [rosters[number] for number in evidence.campaigns]
    found = []
    for by, groups in _slicings(evidence, judged, drawn[evidence.campaigns]).items():
        kept = {name: own for name, own in groups.items() if np.any(own)}
        if len(kept) > 1:
            found += [_slice(by, name, evidence, own) for name, own in kept.items()]
    return tuple(found)


def _slicings(
    evidence: Evidence, judged: Sequence[PastRoster], drawn: Booleans
) -> dict[str, dict[str, Booleans]]:
    size = np.array([len(roster.rows.creator_ids) for roster in judged])
    brand = np.array([roster.campaign.brand_id for roster in judged])
    category = np.array([roster.campaign.category for roster in judged])
    of_brand = np.array([(brand == own).sum() for own in brand])
    return {
        "predicted lift": _thirds(evidence.predicted),
        "category": {str(name): category == name for name in np.unique(category)},
        "bookings in the roster": _ranges(size, _ROSTER_SIZES),
        "measured campaigns of the brand": _ranges(of_brand, _BRAND_CAMPAIGNS),
        "markets": {"drawn at random": drawn, "chosen by somebody": ~drawn},
    }


def _thirds(predicted: AnyArray) -> dict[str, Booleans]:
    rank = np.argsort(np.argsort(predicted, kind="stable"), kind="stable")
    third = rank * 3 // max(len(predicted), 1)
    names = ("lowest third", "middle third", "highest third")
    return {name: third == number for number, name in enumerate(names)}


def _ranges(values: AnyArray, ranges: Sequence[tuple[int, int]]) -> dict[str, Booleans]:
    names = [
        f"{low} or more" if low == ranges[-1][0] else f"{low} to {high}" for low, high in ranges
    ]
    return {
        name: (values >= low) & (values <= high)
        for name, (low, high) in zip(names, ranges, strict=True)
    }


def _slice(by: str, name: str, evidence: Evidence, own: Booleans) -> Slice:
    weight = evidence.held_out.error[own] ** -2.0
    reach = float(stats.norm.ppf((1 + _LEVEL) / 2))
    inside = np.abs(evidence.scores[own]) <= reach
    wilson = stats.binomtest(int(inside.sum()), len(inside)).proportion_ci(_LEVEL, "wilson")
    return Slice(
        by=by,
        name=name,
        campaigns=len(inside),
        predicted=float(np.average(evidence.predicted[own], weights=weight)),
        measured=float(np.average(evidence.held_out.measured[own], weights=weight)),
        inside=float(inside.mean()),
        low=float(wilson.low),
        high=float(wilson.high),
    )
