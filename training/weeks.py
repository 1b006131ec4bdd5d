"""Which weeks of a sales history belong to a span of days."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from features.history.markets import SalesHistory
from training.arrays import AnyArray, Booleans


def window_weeks(weeks: AnyArray, first: date, last: date) -> Booleans:
    """Weeks (Mondays) that belong to a span of days: those whose Thursday lies in it."""
    thursdays = np.asarray(weeks + np.timedelta64(3, "D"))
    return np.asarray((thursdays >= np.datetime64(first)) & (thursdays <= np.datetime64(last)))


def weeks_before(weeks: AnyArray, day: date) -> Booleans:
    """Weeks that ended before a day."""
    return np.asarray(weeks + np.timedelta64(6, "D") < np.datetime64(day))


def last_day(history: SalesHistory) -> date:
    """The last day that the sales table covers."""
    monday: date = history.weeks[-1].astype("datetime64[D]").item()
    return monday + timedelta(days=6)
