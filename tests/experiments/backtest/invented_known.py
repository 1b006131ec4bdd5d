"""A past of invented rosters and sales: what was known when, without a source."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from experiments.backtest.known import Known
from features.entities import Booking
from features.history.markets import SalesHistory
from tests.training.plain_rosters import plain_roster
from training.past import PastCampaigns, PastRoster
from training.settings import BoostingSettings, IntervalSettings, Settings
from training.weeks import window_weeks

SETTINGS = Settings(
    threads=1,
    folds=2,
    boosting=BoostingSettings(pooling=(4.0,), ceilings=(), max_rounds=0),
    intervals=IntervalSettings(bags=6, draws=200),
)
MARKETS, BRANDS, CAMPAIGNS = 10, 3, 48
FIRST_MONDAY = date(2023, 1, 2)
_WEEKS = 120
#: What one person reached per inhabitant is worth: lifts of 1 to 10 %.
_WORTH = 0.4


def invented_known() -> Known:
    """A campaign a week from 2024 on, half of its markets held out, lifts in step with reach."""
    rng = np.random.default_rng(3)
    rosters = [
        plain_roster(n, _names(rng), brand=f"b{n % BRANDS}", markets=MARKETS)
        for n in range(CAMPAIGNS)
    ]
    weeks = np.datetime64(FIRST_MONDAY) + 7 * np.arange(_WEEKS)
    size = np.exp(rng.normal(9.0, 0.5, (BRANDS, MARKETS, 1)))
    revenue = size * np.exp(0.01 * rng.standard_normal((BRANDS, MARKETS, _WEEKS)))
    rows = []
    for number, roster in enumerate(rosters):
        treated = rng.permutation(np.arange(MARKETS) % 2 == 0)
        window = roster.campaign.window
        inside = np.flatnonzero(window_weeks(weeks, window.first, window.last))
        place = np.ix_(np.array([number % BRANDS]), np.flatnonzero(treated), inside)
        revenue[place] *= 1.0 + true_lift(roster)
        rows += [
            (roster.campaign.campaign_id, f"m{i}", bool(t), 0.5) for i, t in enumerate(treated)
        ]
    unknown = np.full_like(revenue, np.nan)
    brands, markets = (
        tuple(f"{k}{i}" for i in range(n)) for k, n in (("b", BRANDS), ("m", MARKETS))
    )
    return Known(
        history=SalesHistory(brands, markets, weeks, revenue, unknown, unknown, unknown),
        campaigns=PastCampaigns(
            tuple(roster.campaign for roster in rosters),
            {str(roster.campaign.campaign_id): _booked(roster) for roster in rosters},
            pd.DataFrame(rows, columns=["campaign_id", "market_id", "treated", "propensity"]),
            {},
        ),
        rosters={str(roster.campaign.campaign_id): roster for roster in rosters},
        categories=dict.fromkeys(brands, "skincare"),
    )


def true_lift(roster: PastRoster) -> float:
    """In step with the people reached per inhabitant."""
    reach = roster.rows.reach
    return _WORTH * reach.total_people / float(reach.population.sum())


def _names(rng: np.random.Generator) -> list[str]:
    return [f"creator-{i}" for i in rng.choice(40, int(rng.integers(1, 8)), replace=False)]


def _booked(roster: PastRoster) -> tuple[Booking, ...]:
    return tuple(
        Booking(creator, "instagram", "image", 1, 100.0) for creator in roster.rows.creator_ids
    )
