"""Past rosters that are what a test says, and evidence made up to the number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from features.entities import Campaign
from features.rosters.bookings import NUMERIC_FEATURES
from features.rosters.reach import RosterReach
from tests.training.tiny_bundle import booking_rows_of
from training.arrays import Floats
from training.evidence.held_out import Evidence
from training.intervals import Calibration, HeldOutEffects
from training.past import PastRoster

FIRST_DAY = date(2024, 1, 1)


def plain_roster(
    number: int,
    creators: Sequence[str] = ("ada", "bob"),
    *,
    brand: str = "b0",
    category: str = "skincare",
    columns: dict[str, Floats] | None = None,
    markets: int = 2,
) -> PastRoster:
    """A roster booked `number` weeks after the first of 2024, measured 55 days later.

    Args:
        columns: feature columns with values of their own [booking]; the others are random.
    """
    starts_on = FIRST_DAY + timedelta(weeks=number, days=10)
    campaign = Campaign(
        brand_id=brand,
        category=category,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=17),
        markets=tuple(f"m{i}" for i in range(markets)),
        booked_on=starts_on - timedelta(days=10),
        campaign_id=f"c{number}",
    )
    rng = np.random.default_rng(number)
    rows = booking_rows_of(rng, len(creators))
    numbers, words = rows.numbers.copy(), dict(rows.words)
    for name, column in (columns or {}).items():
        if name in words:
            words[name] = np.broadcast_to(np.asarray(column, dtype=np.str_), len(creators))
        else:
            numbers[:, NUMERIC_FEATURES.index(name)] = column
    rows = replace(
        rows,
        creator_ids=tuple(creators),
        numbers=numbers,
        words=words,
        reach=_reach(rng, len(creators), campaign.markets or ()),
    )
    return PastRoster(campaign, rows, weekly=rng.uniform(50, 100, markets))


def _reach(rng: np.random.Generator, bookings: int, markets: tuple[str, ...]) -> RosterReach:
    people = rng.uniform(100, 900, (bookings, len(markets)))
    return RosterReach(
        market_ids=markets,
        population=rng.uniform(10_000, 20_000, len(markets)),
        shapley=people,
        people=people.sum(axis=0),
        impressions=people * 2,
        gross=people * 1.2,
        unique=people.sum(axis=1) * 0.5,
        followers=people.sum(axis=1) * 9,
        local=people.sum(axis=1) * 3,
    )


def made_up_evidence(
    predicted: Floats, measured: Floats, error: Floats | float, bags: int = 6
) -> Evidence:
    """Evidence of campaigns that the even bags drew and the odd ones judge, without misfits."""
    campaigns = len(predicted)
    held_out = HeldOutEffects(
        predicted=predicted,
        bag_variance=np.zeros(campaigns),
        concentration=np.full(campaigns, 0.1),
        measured=measured,
        error=np.broadcast_to(np.asarray(error, dtype=float), (campaigns,)).copy(),
    )
    judges = np.tile((np.arange(bags) % 2 == 1)[:, None], (1, campaigns))
    calibration = Calibration(1.0, 0.0, 0.0, 0.0)
    return Evidence(held_out, calibration, {}, np.arange(campaigns), judges)
