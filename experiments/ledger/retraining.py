"""The rule that says when to train again: each criterion with its number.

Any one of them is enough. Each alone gives a false alarm at most about once in a hundred looks:
a rule that cries at every quarter's noise is soon not followed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from experiments.backtest.agreement import Agreement
from experiments.backtest.stated import LEVEL
from experiments.ledger.entries import Entry, agreement_of, counted
from experiments.ledger.error_drift import Cusum, coverage_p_value, cusum
from experiments.ledger.feature_drift import LARGE, FeatureDrift
from training.settings import GateSettings

RECENT_WEEKS: Final = 52
_FALSE_ALARMS: Final = 0.01
#: Fewer campaigns of late than this say nothing about errors.
_FEWEST: Final = 10
_MOST_DRIFTED: Final = 0.2
_NEW_EVIDENCE: Final = 0.2
_WIDER: Final = 2.576 / 1.645  # from 90 % intervals to 99 %


@dataclass(frozen=True)
class Champion:
    """The model that answers now: what it knows."""

    version: str
    trained_until: date
    campaigns: int


@dataclass(frozen=True)
class Criterion:
    """One reason to train again: what was found beside what makes it one."""

    name: str
    found: str
    when: str
    fires: bool


@dataclass(frozen=True)
class Retraining:
    """All criteria; one that fires is enough."""

    criteria: tuple[Criterion, ...]
    cusum: Cusum

    @property
    def retrain(self) -> bool:
        """Whether to train again."""
        return any(criterion.fires for criterion in self.criteria)

    @property
    def sentence(self) -> str:
        """The rule's answer in words."""
        fired = [criterion for criterion in self.criteria if criterion.fires]
        if not fired:
            return "No reason to train again."
        told = "; ".join(f"{criterion.name}: {criterion.found}" for criterion in fired)
        return f"Train again. {told[0].upper()}{told[1:]}."


def retraining(
    entries: Sequence[Entry], drift: Sequence[FeatureDrift], champion: Champion | None
) -> Retraining:
    """Judge the last year's campaigns, the bookings of late and what is new since the champion.

    Args:
        entries: by start.
        drift: of the bookings of late, from `feature_drift`.
    """
    recent = counted(of_late(entries, RECENT_WEEKS))
    sums = cusum(
        [entry.deviation for entry in recent], [entry.campaign.starts_on for entry in recent]
    )
    criteria = (
        _coverage(recent),
        _slope(agreement_of(recent), len(recent)),
        _errors(sums, len(recent)),
        _features(drift),
        _evidence(entries, champion),
    )
    return Retraining(criteria, sums)


def of_late(entries: Sequence[Entry], weeks: int) -> list[Entry]:
    """Those whose campaign began in the last weeks before the last one's beginning."""
    if not entries:
        return []
    since = max(entry.campaign.starts_on for entry in entries) - timedelta(weeks=weeks)
    return [entry for entry in entries if entry.campaign.starts_on > since]


def _coverage(recent: Sequence[Entry]) -> Criterion:
    inside = np.array([bool(entry.inside) for entry in recent])
    enough = len(recent) >= _FEWEST
    p = coverage_p_value(inside, LEVEL) if enough else 1.0
    found = (
        f"{inside.sum()} of the last year's {len(recent)} measured lifts lie inside their "
        f"{LEVEL:.0%} intervals (p = {p:.3f})"
    )
    return Criterion(
        "coverage", found if enough else _few(recent), f"p < {_FALSE_ALARMS:g}", p < _FALSE_ALARMS
    )


def _slope(found: Agreement | None, campaigns: int) -> Criterion:
    least, most = GateSettings().slope
    when = f"its 99% interval lies outside {least:g} to {most:g}"
    if found is None or campaigns < _FEWEST:
        return Criterion("slope", f"only {campaigns} campaigns in the last year", when, False)
    slope = found.slope
    low, high = (slope.value + (end - slope.value) * _WIDER for end in (slope.low, slope.high))
    told = f"slope of measured on stated lifts {slope.value:.2f} ({low:.2f} to {high:.2f})"
    return Criterion("slope", told, when, high < least or low > most)


def _errors(found: Cusum, campaigns: int) -> Criterion:
    when = f"above {found.limit:.1f}"
    if campaigns < _FEWEST:
        return Criterion("errors", f"only {campaigns} campaigns in the last year", when, False)
    side = "more" if found.upwards else "less"
    since = f", rising since {found.since}" if found.since else ""
    told = f"CUSUM {found.value:.1f}{since}: {side} was measured than stated"
    return Criterion("errors", told, when, found.alarm)


def _features(drift: Sequence[FeatureDrift]) -> Criterion:
    when = f"more than {_MOST_DRIFTED:.0%} with an index from {LARGE:g} beyond chance"
    if not drift:
        return Criterion("features", "too few campaigns to compare", when, False)
    drifted = [one for one in drift if one.drifted]
    told = f"{len(drifted)} of {len(drift)} features of late bookings have drifted"
    if drifted:
        told += f", most {drifted[0].feature} ({drifted[0].index:.2f})"
    return Criterion("features", told, when, len(drifted) > _MOST_DRIFTED * len(drift))


def _evidence(entries: Sequence[Entry], champion: Champion | None) -> Criterion:
    when = f"at least {_FEWEST}, and {_NEW_EVIDENCE:.0%} of those it learned from"
    if champion is None:
        return Criterion("new evidence", "no champion that can be loaded", when, False)
    new = sum(entry.campaign.window.last > champion.trained_until for entry in entries)
    told = (
        f"{new} campaigns were over only after version {champion.version} was trained, which "
        f"learned from {champion.campaigns}"
    )
    enough = new >= max(_FEWEST, _NEW_EVIDENCE * champion.campaigns)
    return Criterion("new evidence", told, when, enough)


def _few(recent: Sequence[Entry]) -> str:
    return f"only {len(recent)} campaigns in the last year"
