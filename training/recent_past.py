"""What the weeks before a campaign say of a market's sales."""

from __future__ import annotations

import numpy as np

from training.arrays import Booleans, Floats


def past_columns(adjusted: Floats, past: Floats, inside: Booleans, level: Floats) -> Floats:
    """Recent deviations from the long level, the same season a year before, and size.

    [market, column], in the order of `training.cells.PAST`.

    Args:
        adjusted: [market, week] log sales of the brand, campaigns and prices taken out.
        past: its weeks before the window, as many as outcomes may draw on.
        inside: the window [week].
        level: mean of `past` [market].
    """
    recent = [np.nan_to_num(mean_of_weeks(past[:, -weeks:]) - level) for weeks in (4, 8, 13, 26)]
    a_year_before = np.flatnonzero(inside) - 52
    if (a_year_before < 0).any():
        last_year = np.zeros(len(level))
    else:
        surroundings = adjusted[:, max(a_year_before[0] - 26, 0) : a_year_before[-1] + 27]
        last_year = np.nan_to_num(
            mean_of_weeks(adjusted[:, a_year_before]) - mean_of_weeks(surroundings)
        )
    return np.stack([*recent, last_year, level], axis=1)


def mean_of_weeks(values: Floats) -> Floats:
    """Mean over the known weeks of each row [row] of values [row, week]; NaN where none is."""
    seen = np.isfinite(values)
    count = seen.sum(axis=1)
    total = np.where(seen, values, 0.0).sum(axis=1)
    means: Floats = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return means
