"""Which campaigns somebody had asked about before they ran, and what was told then.

A forecast and a campaign belong together by brand, posting dates and bookings: creator, platform,
format and posts must be the same, as they are what was asked about. Terms that differ are named.
Of several forecasts the last one counts whose catalog and model knew nothing of the campaign's
own days; the day of answering says nothing, since a home may answer for last year's data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pandas as pd

from experiments.backtest.stated import TOLD, StatedLift, log_spread, stated_test
from features.entities import Booking, Campaign, Roster
from training.bundle import Bundle

NO_CAMPAIGN: Final = "no finished campaign of that brand on those dates"
OTHER_BOOKINGS: Final = "the campaign ran with other bookings"
TOO_LATE: Final = "the catalog knew days of the campaign"
KNEW_LATER: Final = "the model had learned from days of the campaign"
REPLACED: Final = "a later forecast of the same bookings was told"

#: Terms that a forecast may have been asked with otherwise than booked, and what leaving them
#: out of a question means.
_TERMS: Final[Mapping[str, object]] = {
    "fee": None,
    "creative_freedom": "guided",
    "disclosure": "platform_label",
    "months_with_brand": 0.0,
    "invites_ugc": False,
}

#: Finds the bundle of a run and version, None where it is gone.
BundleOf = Callable[[str, str], Bundle | None]


@dataclass(frozen=True)
class Matched:
    """What was told of campaigns, by campaign_id; other forecasts are counted by reason."""

    told: Mapping[str, StatedLift]
    forecasts: int
    unmatched: Mapping[str, int]


def match(
    requests: pd.DataFrame, ran: Sequence[tuple[Campaign, Roster]], bundle_of: BundleOf
) -> Matched:
    """Find what was told of campaigns that are over.

    Args:
        requests: forecasts in the order in which they were answered, columns as in the request
            log: campaign and roster as asked, as_of, model_version, run_id, interval, lift_mean,
            lift_low, lift_high, warnings.
        ran: campaigns with the bookings they ran with.
    """
    by_dates: dict[tuple[str, str, str], list[tuple[Campaign, Roster]]] = {}
    for campaign, roster in ran:
        by_dates.setdefault(_dates(campaign), []).append((campaign, roster))
    told: dict[str, StatedLift] = {}
    unmatched: Counter[str] = Counter()
    records: list[Any] = requests.to_dict("records")
    for row in records:
        asked = row["campaign"]
        near = by_dates.get((asked["brand_id"], asked["starts_on"], asked["ends_on"]), [])
        found = next((one for one in near if _same(one[1], row["roster"])), None)
        if found is None:
            unmatched[OTHER_BOOKINGS if near else NO_CAMPAIGN] += 1
            continue
        campaign, roster = found
        bundle = bundle_of(row["run_id"], row["model_version"])
        why_not = _why_not(row, campaign, bundle)
        if why_not:
            unmatched[why_not] += 1
            continue
        name = str(campaign.campaign_id)
        unmatched[REPLACED] += name in told
        told[name] = _stated(row, campaign, roster, bundle)
    return Matched(told, len(requests), {why: n for why, n in unmatched.items() if n})


def _dates(campaign: Campaign) -> tuple[str, str, str]:
    return campaign.brand_id, campaign.starts_on.isoformat(), campaign.ends_on.isoformat()


def _same(roster: Roster, asked: Sequence[Mapping[str, Any]]) -> bool:
    booked = frozenset((b.creator_id, b.platform, b.format, b.posts) for b in roster)
    return booked == frozenset(_key(one) for one in asked)


def _key(asked: Mapping[str, Any]) -> tuple[str, str, str, int]:
    return asked["creator_id"], asked["platform"], asked["format"], int(asked["posts"])


def _why_not(row: Mapping[str, Any], campaign: Campaign, bundle: Bundle | None) -> str:
    if pd.Timestamp(row["as_of"]).date() >= campaign.starts_on:
        return TOO_LATE
    if bundle is not None:
        learned_until = date.fromisoformat(bundle.manifest.trained_until)
        if learned_until >= campaign.starts_on:
            return KNEW_LATER
    return ""


def _stated(
    row: Mapping[str, Any], campaign: Campaign, roster: Roster, bundle: Bundle | None
) -> StatedLift:
    mean, low, high = (float(row[f"lift_{part}"]) for part in ("mean", "low", "high"))
    level = float(row["interval"])
    test = None
    if bundle is not None:
        markets = len(campaign.markets or ())
        spread = log_spread(low, high, level)
        test = stated_test(bundle, mean, spread, campaign.brand_id, markets)
    return StatedLift(
        origin=TOLD,
        model=str(row["model_version"]),
        known_until=pd.Timestamp(row["as_of"]).date(),
        mean=mean,
        low=low,
        high=high,
        level=level,
        test=test,
        warnings=tuple(row["warnings"]),
        differs=_differing(roster, row["roster"]),
    )


def _differing(roster: Roster, asked: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Terms on which at least one booking was asked about otherwise than it was booked."""
    by_key = {_key(one): one for one in asked}
    pairs = [(b, by_key[b.creator_id, b.platform, b.format, b.posts]) for b in roster]
    return tuple(
        name
        for name, left_out in _TERMS.items()
        if any(_other(booked, one, name, left_out) for booked, one in pairs)
    )


def _other(booked: Booking, asked: Mapping[str, Any], name: str, left_out: object) -> bool:
    return bool(getattr(booked, name) != asked.get(name, left_out))
