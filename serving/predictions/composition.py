"""Who is booked, counted: tiers, languages, communities, virtual personas, disclosure.

Reported beside the numbers: no count is rated, wished for or sold as a lever.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from features.entities import TIERS, Booking, Roster, tier_of
from features.rosters.lookup import catalog_arrays
from features.snapshots.snapshot import Snapshot
from serving.messages.answers import Composition

UNKNOWN = "unknown"


@dataclass(frozen=True)
class _Profile:
    tier: str
    language: str
    communities: frozenset[str]
    is_virtual: bool


def composition(snapshot: Snapshot, roster: Roster) -> Composition:
    """Count a roster's creators by what they are, each creator once."""
    first = {booking.creator_id: booking for booking in reversed(roster)}
    booked = [_profile(snapshot, booking) for booking in first.values()]
    tiers = _counted(one.tier for one in booked)
    return Composition(
        creators=len(booked),
        bookings=len(roster),
        undisclosed=sum(booking.disclosure == "none" for booking in roster),
        virtual=sum(one.is_virtual for one in booked),
        tiers={tier: tiers[tier] for tier in (*TIERS, UNKNOWN) if tier in tiers},
        languages=_counted(one.language for one in booked),
        communities=_counted(name for one in booked for name in one.communities),
    )


def _profile(snapshot: Snapshot, booking: Booking) -> _Profile:
    arrays = catalog_arrays(snapshot)
    row = arrays.creator_row.get(booking.creator_id)
    if row is None:
        told = booking.creator
        assert told is not None  # a roster is looked up before it is counted
        return _Profile(tier_of(told.followers), told.language, frozenset(), told.is_virtual)
    followers = float(arrays.followers[row])
    return _Profile(
        tier=tier_of(followers) if np.isfinite(followers) else UNKNOWN,
        language=str(arrays.language[row]) or UNKNOWN,
        communities=arrays.communities[row],
        is_virtual=bool(snapshot.creators["is_virtual"].iat[row]),
    )


def _counted(values: Iterable[str]) -> dict[str, int]:
    """Most frequent first, then by name."""
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))
