"""Offers of a catalog, and whom rules of thumb would book of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from features.snapshots.snapshot import Snapshot

#: What a rule goes by, largest first; the fee smallest first.
RULES: Final[Mapping[str, str]] = {
    "most followers": "followers",
    "highest engagement": "engagement_per_view_90d",
    "cheapest first": "fee",
}
#: A roster has at most so many bookings.
_MOST: Final = 500


def offers_of(known: Snapshot, posts: int = 2) -> list[dict[str, Any]]:
    """One booking a creator, where they ask most for a post: usually their main account."""
    rates = known.rates.sort_values(["fee_per_post", "platform", "format"])
    rates = rates.drop_duplicates("creator_id", keep="last").sort_values("creator_id")
    columns = (rates[name].tolist() for name in ("creator_id", "platform", "format"))
    fees = (posts * rates["fee_per_post"]).tolist()
    return [
        {
            "creator_id": who,
            "platform": where,
            "format": how,
            "posts": posts,
            "fee": fee,
            "creative_freedom": "guided",
            "disclosure": "platform_label",
            "months_with_brand": 0.0,
            "invites_ugc": False,
        }
        for who, where, how, fee in zip(*columns, fees, strict=True)
    ]


def by_rule(
    known: Snapshot, offers: Sequence[dict[str, Any]], budget: float, rule: str
) -> list[dict[str, Any]]:
    """Book down the list while the money lasts; who is too dear is passed over."""
    column = RULES[rule]
    if column == "fee":
        order = sorted(offers, key=lambda offer: float(offer["fee"]))
    else:
        measure = known.creators[column].to_dict()
        order = sorted(offers, key=lambda o: -float(np.nan_to_num(measure[o["creator_id"]])))
    chosen: list[dict[str, Any]] = []
    left = budget
    for offer in order:
        if offer["fee"] <= left and len(chosen) < _MOST:
            chosen.append(offer)
            left -= offer["fee"]
    return chosen
