"""Cells of a data frame as plain values: what is missing or not finite is None."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd


def text_of(value: object) -> str | None:
    """Return the text; None for an empty or missing one."""
    return str(value) if isinstance(value, str) and value else None


def number_of(value: Any) -> float | None:
    """Return the number; None for NaN, infinity and what is missing."""
    return float(value) if value is not None and np.isfinite(value) else None


def feature_of(value: Any) -> float | str | None:
    """Return a feature: a word as it is, a number as `number_of` does."""
    return value if isinstance(value, str) else number_of(value)


def day_of(value: Any) -> date:
    """Return the calendar day of a timestamp."""
    return pd.Timestamp(value).date()
