"""Season by week of the year: what part of a year's sales falls into each week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import numpy as np

from features.entities import Window
from training.arrays import AnyArray, Floats, Integers

#: The last days of a year belong to its 52nd week.
SEASON_WEEKS: Final = 52
#: Rounds in which season and trend are told apart; a tenth of a percent is left after twelve.
_BACKFITS = 12
#: Pseudo-observations of no season that keep thin weeks quiet.
_NO_SEASON = 0.3


def season_index(panels: Sequence[Floats], weeks: AnyArray) -> Floats:
    """Log season by week of the year [52] from [market, week] revenues, trend removed."""
    week = week_of_year(weeks)
    levels = [_log_total(revenue) for revenue in panels]
    levels = [level for level in levels if np.isfinite(level).sum() > SEASON_WEEKS]
    index: Floats = np.zeros(SEASON_WEEKS)
    for _ in range(_BACKFITS if levels else 0):
        # At the ends of a series its moving mean holds half a season: take the season out first.
        trends = [_centred_mean(level - index[week], SEASON_WEEKS + 1) for level in levels]
        gaps = [level - trend for level, trend in zip(levels, trends, strict=True)]
        index = _mean_gap(gaps, week)
    return index


def _mean_gap(gaps: Sequence[Floats], week: Integers) -> Floats:
    """Mean by week of the year [52], smoothed over neighbours, its own mean removed."""
    total, count = np.zeros(SEASON_WEEKS), np.zeros(SEASON_WEEKS)
    for gap in gaps:
        seen = np.isfinite(gap)
        np.add.at(total, week[seen], gap[seen])
        np.add.at(count, week[seen], 1.0)
    raw = total / (count + _NO_SEASON)
    smooth = sum(np.roll(raw, step) * w for step, w in ((-1, 0.25), (0, 0.5), (1, 0.25)))
    centred: Floats = np.asarray(smooth - np.mean(smooth), dtype=float)
    return centred


def _log_total(revenue: Floats) -> Floats:
    """Log of a brand's weekly total; a week counts where most of its sales are recorded."""
    seen = np.isfinite(revenue)
    size = np.where(seen, revenue, 0.0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    covered = (seen * size[:, None]).sum(axis=0)
    total = np.where(seen, revenue, 0.0).sum(axis=0)
    usable = (covered > 0.5 * size.sum()) & (total > 0)
    scaled = total * size.sum() / np.maximum(covered, 1e-12)
    logs: Floats = np.where(usable, np.log(np.where(usable, scaled, 1.0)), np.nan)
    return logs


def _centred_mean(values: Floats, width: int) -> Floats:
    """Centred moving mean over seen values; at the ends the window is what is left of it."""
    seen = np.isfinite(values).astype(float)
    kernel = np.ones(width)
    total = np.convolve(np.nan_to_num(values), kernel, mode="same")
    count = np.convolve(seen, kernel, mode="same")
    mean: Floats = np.where(count > 0, total / np.maximum(count, 1.0), np.nan)
    return mean


def week_of_year(weeks: AnyArray) -> Integers:
    """Week of the year 0..51 of each Monday, by the day of the year of its Thursday."""
    thursdays = (weeks + np.timedelta64(3, "D")).astype("datetime64[D]")
    day = (thursdays - thursdays.astype("datetime64[Y]")).astype(np.int64)
    week: Integers = np.minimum(day // 7, SEASON_WEEKS - 1)
    return week


def spread_over_weeks(window: Window) -> dict[int, float]:
    """Weeks of the year a window touches, with the number of weeks (in days / 7) in each."""
    weeks: dict[int, float] = {}
    for offset in range(window.days):
        day = window.first + timedelta(days=offset)
        week = min((day.timetuple().tm_yday - 1) // 7, SEASON_WEEKS - 1)
        weeks[week] = weeks.get(week, 0.0) + 1 / 7
    return weeks
