"""A source with the five tables a foreign test has: no creators, no rosters, no posts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

FIRST_DAY = date(2024, 1, 1)  # a Monday
MARKETS = 24


@dataclass(frozen=True)
class Ran:
    """One campaign: when it ran, where, and what it did to the sales of its window."""

    campaign_id: str
    first_week: int
    weeks: int
    lift: float
    treated: tuple[bool, ...]
    propensity: float | None = 0.5
    dose: dict[int, float] = field(default_factory=dict)


def half_of_the_markets(seed: int) -> tuple[bool, ...]:
    """Twelve of twenty-four, drawn."""
    chosen = np.random.default_rng(seed).permutation(np.arange(MARKETS) % 2 == 0)
    return tuple(bool(one) for one in chosen)


def write_source(
    folder: Path,
    ran: list[Ran],
    *,
    weeks: int = 60,
    daily: bool = False,
    noise: float = 0.01,
    carry_over_weeks: int = 4,
) -> Path:
    """Write the tables; sales are noisy, and raised where and while a campaign has its window."""
    rng = np.random.default_rng(11)
    step, periods = (1, 7 * weeks) if daily else (7, weeks)
    days = [FIRST_DAY + timedelta(days=step * i) for i in range(periods)]
    size = np.exp(rng.normal(7.0, 0.6, MARKETS))
    sales = size[:, None] * np.exp(noise * rng.standard_normal((MARKETS, periods)))
    for one in ran:
        inside = slice(
            one.first_week * 7 // step, (one.first_week + one.weeks + carry_over_weeks) * 7 // step
        )
        for market in range(MARKETS):
            dose = one.dose.get(market, float(one.treated[market]))
            sales[market, inside] *= 1.0 + one.lift * dose
    names = [f"m{market:02d}" for market in range(MARKETS)]
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder, "brands", [{"brand_id": "b", "name": "B", "category": "food"}])
    _write(
        folder,
        "markets",
        [
            {"market_id": m, "name": m, "country": "DE", "language": "de", "population": 10_000}
            for m in names
        ],
    )
    _write(folder, "campaigns", [_campaign(one) for one in ran])
    _write(folder, "assignments", [row for one in ran for row in _assigned(one, names)])
    rows = [
        {"brand_id": "b", "market_id": m, "date": day, "revenue": round(float(sold), 4)}
        for m, own in zip(names, sales, strict=True)
        for day, sold in zip(days, own, strict=True)
    ]
    _write(folder, "sales", rows)
    return folder


def _campaign(one: Ran) -> dict[str, object]:
    starts_on = FIRST_DAY + timedelta(weeks=one.first_week)
    return {
        "campaign_id": one.campaign_id,
        "brand_id": "b",
        "category": "food",
        "booked_on": starts_on - timedelta(days=20),
        "starts_on": starts_on,
        "ends_on": starts_on + timedelta(weeks=one.weeks, days=-1),
    }


def _assigned(one: Ran, names: list[str]) -> list[dict[str, object]]:
    return [
        {
            "campaign_id": one.campaign_id,
            "market_id": name,
            "treated": treated,
            "propensity": one.propensity,
            "dose": one.dose.get(i, float(treated)) if one.dose else None,
        }
        for i, (name, treated) in enumerate(zip(names, one.treated, strict=True))
    ]


def _write(folder: Path, table: str, rows: list[dict[str, object]]) -> None:
    pd.DataFrame(rows).to_csv(folder / f"{table}.csv", index=False)
