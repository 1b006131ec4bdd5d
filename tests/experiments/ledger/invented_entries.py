"""Entries of a ledger whose forecasts are as good as a test says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from experiments.backtest.stated import HINDCAST, LEVEL, StatedLift, StatedTest
from experiments.ledger.entries import Entry
from features.entities import Campaign
from tests.experiments.backtest.invented_measurements import measured

FIRST_DAY = date(2024, 1, 1)


def entry(
    number: int,
    stated: float,
    found: float,
    *,
    spread: float = 0.004,
    error: float = 0.003,
    warnings: Sequence[str] = (),
    faulty: bool = False,
) -> Entry:
    """Campaign `number` weeks after the first of 2024, its test interval 1.645 spreads wide."""
    starts_on = FIRST_DAY + timedelta(weeks=number)
    name = f"c{number}"
    campaign = Campaign(
        "b0", "food", starts_on, starts_on + timedelta(days=13), booked_on=starts_on,
        campaign_id=name,
    )  # fmt: skip
    half = 1.645 * float(np.hypot(spread, error))
    test = StatedTest(stated, stated - half, stated + half, spread, error)
    told = StatedLift(
        HINDCAST, "2024 Q1", starts_on, stated, stated - half, stated + half, LEVEL, test,
        tuple(warnings),
    )  # fmt: skip
    sales = measured(name, found, error, starts_on=starts_on, faulty=faulty)
    return Entry(campaign, 5, sales, told)


def honest_entries(
    campaigns: int = 52, seed: int = 0, *, truth: float = 1.0, worse: frozenset[int] = frozenset()
) -> list[Entry]:
    """Lifts as stated up to what was stated of their noise; `truth` times as large; some worse."""
    rng = np.random.default_rng(seed)
    entries = []
    for number in range(campaigns):
        stated = float(rng.uniform(0.005, 0.04))
        noise = float(np.hypot(0.004, 0.003)) * (6.0 if number in worse else 1.0)
        found = truth * stated + noise * float(rng.standard_normal())
        warnings = ["outside_training_support"] if number in worse else []
        entries.append(entry(number, stated, found, warnings=warnings))
    return entries
