"""The lines of a ledger: one finished campaign, what was stated of it and what was measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.backtest.agreement import Agreement, agreement
from experiments.backtest.quarters import Quarter
from experiments.backtest.stated import StatedLift, StatedTest
from experiments.measurement.finished import CampaignMeasurement
from features.entities import Campaign
from training.arrays import Floats


@dataclass(frozen=True)
class Entry:
    """One finished campaign; `why_not` says why nothing was stated of it, if so."""

    campaign: Campaign
    bookings: int
    found: CampaignMeasurement
    stated: StatedLift | None
    why_not: str = ""

    @property
    def quarter(self) -> Quarter:
        """The quarter in which it began."""
        return Quarter.of(self.campaign.starts_on)

    @property
    def test(self) -> StatedTest | None:
        """What a test was to show."""
        return self.stated.test if self.stated else None

    @property
    def warnings(self) -> tuple[str, ...]:
        """Codes of what the forecast was warned of."""
        return self.stated.warnings if self.stated else ()

    @property
    def counts(self) -> bool:
        """Whether it says something of forecasts: stated, and measured without faults."""
        return self.test is not None and not self.found.faults

    @property
    def error(self) -> float:
        """Standard error of the measured lift; never 0, as weights are its inverse squares."""
        return max(self.found.measurement.standard_error, 1e-6)

    @property
    def inside(self) -> bool | None:
        """Whether the measured lift lies in the interval of what a test would show."""
        test = self.test
        return None if test is None else test.low <= self.found.measurement.lift <= test.high

    @property
    def deviation(self) -> float:
        """Measured less stated log effect, in standard deviations of what was stated.

        Standard normal where forecasts and their stated uncertainty are right. The noise is the
        measurement's own, not the one that was expected of it.
        """
        test, lift = self.test, self.found.measurement.lift
        if test is None:
            return float("nan")
        gap = np.log1p(max(lift, -0.99)) - np.log1p(max(test.mean, -0.99))
        return float(gap / np.hypot(test.spread, self.error / (1.0 + max(lift, -0.99))))

    @property
    def miss(self) -> float:
        """Measured less stated lift, without its sign, in standard errors of the measurement."""
        test = self.test
        gap = float("nan") if test is None else self.found.measurement.lift - test.mean
        return abs(gap) / self.error


def counted(entries: Iterable[Entry]) -> list[Entry]:
    """Those that say something of forecasts."""
    return [entry for entry in entries if entry.counts]


def agreement_of(entries: Sequence[Entry]) -> Agreement | None:
    """How stated and measured lifts of these campaigns agree; None of fewer than two."""
    told = counted(entries)
    if len(told) < 2:
        return None
    stated = _column([entry.test.mean for entry in told if entry.test])
    measured = _column([entry.found.measurement.lift for entry in told])
    error = _column([entry.error for entry in told])
    return agreement(stated, measured, error, np.array([bool(entry.inside) for entry in told]))


def by_quarter(entries: Sequence[Entry]) -> Mapping[Quarter, list[Entry]]:
    """Entries by the quarter in which their campaign began, in order."""
    groups: dict[Quarter, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.quarter, []).append(entry)
    return dict(sorted(groups.items()))


def _column(values: list[float]) -> Floats:
    return np.array(values, dtype=np.float64)
