"""Sales of brands with a known level, season and noise, and past campaigns' windows."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from features.entities import Window
from features.history.markets import SalesHistory
from training.arrays import Floats, Integers

FIRST_MONDAY = date(2021, 1, 4)
LEVELS = np.array([100.0, 50.0, 20.0])


def season_of(weeks: np.ndarray, swing: float) -> Floats:
    """Log season of Mondays: one wave a year by the day of the year of the Thursday."""
    thursdays = weeks + np.timedelta64(3, "D")
    day = (thursdays - thursdays.astype("datetime64[Y]")).astype(float)
    wave: Floats = swing * np.sin(2 * np.pi * day / 365.25)
    return wave


def steady_sales(
    weeks: int = 156, *, brands: int = 1, swing: float = 0.0, noise: float = 0.0, seed: int = 0
) -> SalesHistory:
    """Three markets a brand, at `LEVELS` times the brand's number; nothing else is known."""
    rng = np.random.default_rng(seed)
    mondays = np.datetime64(FIRST_MONDAY) + 7 * np.arange(weeks)
    common = np.exp(season_of(mondays, swing))
    shocks = np.exp(rng.normal(0, noise, (brands, 1, weeks)))
    sizes = np.arange(1, brands + 1)[:, None, None] * LEVELS[None, :, None]
    unknown = np.full((brands, 3, weeks), np.nan)
    return SalesHistory(
        tuple(f"b{i}" for i in range(brands)),
        ("north", "south", "west"),
        mondays,
        sizes * common * shocks,
        unknown,
        unknown,
        unknown,
    )


def window(week: int, weeks: int = 6) -> Window:
    """Whole weeks from week number `week` on."""
    first = FIRST_MONDAY + timedelta(weeks=week)
    return Window(first, first + timedelta(days=7 * weeks - 1))


def past_windows(brand_id: str, every: int, last: int) -> list[tuple[str, date, Window, Integers]]:
    """Campaigns booked three weeks before their window, all markets held out."""
    return [
        (brand_id, FIRST_MONDAY + timedelta(weeks=week - 3), window(week), np.arange(3))
        for week in range(60, last - 6, every)
    ]
