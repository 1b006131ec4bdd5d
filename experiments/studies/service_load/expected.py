"""What an answer must say, computed from bundle and catalog without any service."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from features.entities import Booking, Campaign
from features.snapshots.snapshot import Snapshot
from training.bundle import Bundle
from training.forecast import forecast_roster

#: Expected lifts of the rosters asked about, by model version and catalog day.
Lifts = Mapping[tuple[str, str], Sequence[float]]


def expected_lifts(
    bundles: Sequence[Bundle], known: Sequence[Snapshot], bodies: Sequence[bytes]
) -> Lifts:
    """Every bundle's lift of every roster with every catalog."""
    asked = [json.loads(body) for body in bodies]
    return {
        (bundle.manifest.version, str(snapshot.as_of)): [
            forecast_roster(bundle, snapshot, campaign_of(one), roster_of(one)).expected_lift()
            for one in asked
        ]
        for bundle in bundles
        for snapshot in known
    }


def campaign_of(asked: Mapping[str, Any]) -> Campaign:
    """The campaign of a request body."""
    told = asked["campaign"]
    return Campaign(
        brand_id=told["brand_id"],
        category=told["category"],
        starts_on=date.fromisoformat(told["starts_on"]),
        ends_on=date.fromisoformat(told["ends_on"]),
        brief=told["brief"],
        markets=tuple(told["markets"]),
    )


def roster_of(asked: Mapping[str, Any]) -> tuple[Booking, ...]:
    """The roster of a request body."""
    return tuple(Booking(**one) for one in asked["roster"])
