"""Which warnings were right: did forecasts that carried one miss by more than the others?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import stats

from experiments.ledger.entries import Entry, counted

RIGHT, NOT_SHOWN, TOO_FEW = "right", "not shown", "too few"
#: Fewer forecasts than this on either side say nothing.
_FEWEST: Final = 5
_LEVEL: Final = 0.05


@dataclass(frozen=True)
class WarningRecord:
    """One warning's record over the campaigns of a ledger.

    `miss` and `miss_without` are mean misses, in standard errors of the measurement: 0.8 where
    forecasts are perfect. `p_value` is that of no difference, one-sided (Mann & Whitney 1947).
    """

    code: str
    campaigns: int
    campaigns_without: int
    miss: float
    miss_without: float
    p_value: float
    verdict: str


def warning_records(entries: Sequence[Entry]) -> tuple[WarningRecord, ...]:
    """The record of every warning that some forecast carried, by its code."""
    told = counted(entries)
    codes = sorted({code for entry in told for code in entry.warnings})
    return tuple(_record(code, told) for code in codes)


def _record(code: str, told: Sequence[Entry]) -> WarningRecord:
    carried = np.array([code in entry.warnings for entry in told])
    misses = np.array([entry.miss for entry in told])
    with_it, without = misses[carried], misses[~carried]
    if min(len(with_it), len(without)) < _FEWEST:
        p_value, verdict = float("nan"), TOO_FEW
    else:
        p_value = float(stats.mannwhitneyu(with_it, without, alternative="greater").pvalue)
        verdict = RIGHT if p_value <= _LEVEL else NOT_SHOWN
    return WarningRecord(
        code=code,
        campaigns=len(with_it),
        campaigns_without=len(without),
        miss=float(with_it.mean()),
        miss_without=float(without.mean()) if len(without) else float("nan"),
        p_value=p_value,
        verdict=verdict,
    )
