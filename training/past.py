"""Past campaigns read from a source: who was booked, where it ran, what was known then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from features.entities import Booking, Campaign, Roster
from features.history.markets import SalesHistory
from features.rosters.bookings import BookingRows, booking_rows
from features.snapshots.assembly import snapshots
from features.snapshots.snapshot import Snapshot
from features.sources.source import Source
from training.arrays import Floats
from training.exposure import weekly_sales


@dataclass(frozen=True)
class PastCampaigns:
    """Campaigns with a roster and assignments, their window over; `dropped` counts the rest."""

    campaigns: tuple[Campaign, ...]
    rosters: Mapping[str, Roster]
    assignments: pd.DataFrame
    dropped: Mapping[str, int]


@dataclass(frozen=True)
class PastRoster:
    """One past campaign's booking rows as of `booked_on`, and what the brand sold a week then.

    `weekly` is [market] in the order of `rows.reach.market_ids`.
    """

    campaign: Campaign
    rows: BookingRows
    weekly: Floats


def read_past(source: Source, known_until: date) -> PastCampaigns:
    """Read campaigns whose window ended by `known_until`, with their rosters."""
    dropped: Counter[str] = Counter()
    assignments = source.frame("assignments")
    markets = {str(k): tuple(v) for k, v in assignments.groupby("campaign_id")["market_id"]}
    rosters = _rosters(source.frame("bookings"))
    campaigns = []
    for row in source.frame("campaigns").to_dict("records"):
        campaign = campaign_of(row, markets.get(str(row["campaign_id"])))
        identifier = str(campaign.campaign_id)
        if identifier not in rosters:
            dropped["campaign: no bookings"] += 1
        elif campaign.markets is None:
            dropped["campaign: no assignments"] += 1
        elif campaign.window.last > known_until:
            dropped["campaign: its window is not over"] += 1
        else:
            campaigns.append(campaign)
    return PastCampaigns(tuple(campaigns), rosters, assignments, dict(dropped))


def past_rosters(
    source: Source,
    history: SalesHistory,
    past: PastCampaigns,
    on_campaign: Callable[[float], None] = lambda _: None,
) -> list[PastRoster]:
    """Booking rows of every past campaign, each cut at its own `booked_on`; in their order."""
    pairs = [
        (c.booked_on, booking.creator_id)
        for c in past.campaigns
        for booking in past.rosters[str(c.campaign_id)]
    ]
    moments = pd.DataFrame(pairs, columns=["as_of", "creator_id"]).drop_duplicates()
    booked: dict[date | None, list[int]] = {}
    for number, campaign in enumerate(past.campaigns):
        booked.setdefault(campaign.booked_on, []).append(number)
    found: dict[int, PastRoster] = {}
    for snapshot in snapshots(source, moments):
        for number in booked[snapshot.as_of]:
            found[number] = _past_roster(snapshot, history, past, past.campaigns[number])
            on_campaign(len(found) / len(past.campaigns))
    return [found[number] for number in range(len(past.campaigns))]


def _past_roster(
    snapshot: Snapshot, history: SalesHistory, past: PastCampaigns, campaign: Campaign
) -> PastRoster:
    listed = [m for m in campaign.markets or () if m in snapshot.markets.index]
    campaign = replace(campaign, markets=tuple(listed))
    rows = booking_rows(snapshot, campaign, past.rosters[str(campaign.campaign_id)])
    sold = history.until(snapshot.as_of)
    return PastRoster(campaign, rows, weekly_sales(sold, campaign.brand_id, rows.reach.market_ids))


def campaign_of(row: Mapping[Any, Any], markets: tuple[str, ...] | None) -> Campaign:
    """A row of the campaigns table, and the markets it was assigned to."""
    return Campaign(
        brand_id=str(row["brand_id"]),
        category=str(row["category"]),
        starts_on=_day(row["starts_on"]),
        ends_on=_day(row["ends_on"]),
        brief=None if pd.isna(row["brief"]) else str(row["brief"]),
        markets=markets,
        booked_on=_day(row["booked_on"]),
        campaign_id=str(row["campaign_id"]),
    )


def _day(value: Any) -> date:
    return pd.Timestamp(value).date()


def _rosters(bookings: pd.DataFrame) -> dict[str, Roster]:
    rosters: dict[str, list[Booking]] = {}
    months = bookings["months_with_brand"].astype(float).fillna(0.0).to_numpy()
    invites = bookings["invites_ugc"].astype("boolean").fillna(False).to_numpy(dtype=bool)
    for row, long, ugc in zip(bookings.to_dict("records"), months, invites, strict=True):
        rosters.setdefault(str(row["campaign_id"]), []).append(
            Booking(
                creator_id=str(row["creator_id"]),
                platform=str(row["platform"]),
                format=str(row["format"]),
                posts=int(row["posts"]),
                fee=float(row["fee"]),
                creative_freedom=str(row["creative_freedom"]),
                disclosure=str(row["disclosure"]),
                months_with_brand=float(np.maximum(long, 0.0)),
                invites_ugc=bool(ugc),
            )
        )
    return {identifier: tuple(roster) for identifier, roster in rosters.items()}
