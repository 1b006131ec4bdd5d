"""What a roster of bookings truly does in a simulated world, whoever put it together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from experiments.studies.replayed_world import ReplayedWorld
from experiments.worlds.campaigns import Plan
from experiments.worlds.rosters import Roster
from experiments.worlds.truth import lift_overall
from experiments.worlds.world import World
from features.entities import DISCLOSURES, FORMATS, FREEDOMS, PLATFORMS

Booking = Mapping[str, Any]


def true_lift(replayed: ReplayedWorld, plan: Plan, bookings: Sequence[Booking]) -> float:
    """The lift these bookings, in the words of the HTTP API, have over all markets of a plan."""
    effect = replayed.effect((plan, as_roster(replayed.world, bookings)))
    return lift_overall(replayed.baseline, plan, effect)


def as_roster(world: World, bookings: Sequence[Booking]) -> Roster:
    """The bookings by the world's own positions."""
    creators = {creator: row for row, creator in enumerate(world.creators.creator_ids)}
    who = np.array([creators[b["creator_id"]] for b in bookings], dtype=np.int64)
    accounts = world.accounts
    account = []
    for creator, booking in zip(who, bookings, strict=True):
        own = np.asarray(accounts.of_creator(int(creator)))
        account.append(own[accounts.platform[own] == PLATFORMS.index(booking["platform"])][0])
    return Roster(
        creator=who,
        account=np.array(account, dtype=np.int64),
        format=np.array([FORMATS.index(b["format"]) for b in bookings]),
        posts=np.array([b["posts"] for b in bookings]),
        fee=np.array([float(b["fee"]) for b in bookings]),
        freedom=np.array([FREEDOMS.index(b["creative_freedom"]) for b in bookings]),
        disclosure=np.array([DISCLOSURES.index(b["disclosure"]) for b in bookings]),
        months_with_brand=np.array([float(b["months_with_brand"]) for b in bookings]),
        invites_ugc=np.array([bool(b["invites_ugc"]) for b in bookings]),
    )
