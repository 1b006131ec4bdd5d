"""What a post of a creator costs: asked where they say so, else estimated from past bookings."""

from __future__ import annotations

from datetime import date
from typing import Final

import pandas as pd

from features.entities import TIERS
from features.history import asof
from features.sources.source import Source

PLACE: Final = ["creator_id", "platform", "format"]
COLUMNS: Final = (*PLACE, "fee_per_post", "fee_source")
#: From the closest kin of a booking to the widest; the first that was ever paid counts.
_KIN: Final = (PLACE, ["tier", "platform", "format"], ["tier", "platform"], ["tier"])


def past_fees(source: Source) -> pd.DataFrame:
    """Fee per post of every booking: booked_on, creator_id, platform, format, tier, fee_per_post.

    `tier` is the tier (0..4) of the creator's largest account as known when booked, NaN if
    unknown.
    """
    booked = source.table("bookings").join(
        source.table("campaigns").select("campaign_id", "booked_on"), "campaign_id"
    )
    paid = booked.select("booked_on", *PLACE, fee_per_post=booked.fee / booked.posts)
    moments = paid.select("creator_id", as_of=paid.booked_on).distinct()
    accounts = asof.known_accounts(
        source.keep(moments), source.table("accounts"), source.rows("account_stats", related=False)
    )
    largest = accounts.group_by("creator_id", booked_on="as_of").agg(
        followers=accounts.followers.max()
    )
    joined = paid.left_join(largest, ["creator_id", "booked_on"])
    fees: pd.DataFrame = joined.select("booked_on", *PLACE, "fee_per_post", "followers").execute()
    fees["tier"] = tier_numbers(fees.pop("followers"))
    return fees.sort_values(["booked_on", *PLACE, "fee_per_post"], ignore_index=True)


def tier_numbers(followers: pd.Series[float]) -> pd.Series[float]:
    """Tier of each follower count as a number from 0 (nano) to 4 (mega), NaN where unknown."""
    numbers = sum((followers >= smallest).astype(float) for smallest in list(TIERS.values())[1:])
    tiers: pd.Series[float] = pd.Series(numbers, index=followers.index).where(followers.notna())
    return tiers


def asked_rates(known: pd.DataFrame) -> pd.DataFrame:
    """Rates that creators ask, with the columns of `Snapshot.rates`."""
    return known.assign(fee_source="rates")[list(COLUMNS)].reset_index(drop=True)


def complete_rates(
    known: pd.DataFrame, fees: pd.DataFrame, accounts: pd.DataFrame, as_of: date
) -> pd.DataFrame:
    """Rates for every account and every format ever paid or asked for on its platform.

    Args:
        known: newest asked rates (creator_id, platform, format, fee_per_post).
        fees: what `past_fees` gives; only bookings decided on or before `as_of` are used.
        accounts: `creator_id`, `platform` and the creator's `tier`.
        as_of: the day of the snapshot.

    An estimate is the median fee per post among the creator's own past bookings of that
    platform and format, else among their tier's, wider and wider. Sorted by creator,
    platform and format.
    """
    past = fees[pd.to_datetime(fees["booked_on"]) <= pd.Timestamp(as_of)]
    sorts = pd.concat([past, known])[["platform", "format"]].drop_duplicates()
    wanted = accounts.merge(sorts, on="platform")
    fee = wanted.merge(known, on=PLACE, how="left")["fee_per_post"].astype("float64")
    asked = fee.notna()
    for kin in _KIN:
        medians = past.groupby(kin)["fee_per_post"].median().rename("median").reset_index()
        fee = fee.fillna(wanted.merge(medians, on=kin, how="left")["median"])
    rates = wanted.assign(
        fee_per_post=fee, fee_source=asked.map({True: "rates", False: "estimate"})
    )
    return rates.dropna(subset="fee_per_post")[list(COLUMNS)].sort_values(PLACE, ignore_index=True)
