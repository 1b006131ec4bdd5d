"""The ledger: what was predicted beside what was measured, campaign by campaign."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pandas as pd

from experiments.backtest.backtest import Backtest, backtest
from experiments.backtest.known import Known, read_known
from experiments.backtest.scores import Scores, score
from experiments.backtest.trial import Warn, unwarned
from experiments.ledger.entries import Entry
from experiments.ledger.feature_drift import FeatureDrift, feature_drift
from experiments.ledger.matching import BundleOf, Matched, match
from experiments.ledger.retraining import Champion, Retraining, retraining
from experiments.ledger.warned import WarningRecord, warning_records
from experiments.measurement.finished import MeasuredCampaigns, measure_campaigns
from features.sources.source import Source
from training.past import PastRoster
from training.settings import Settings
from training.weeks import last_day

#: Bookings of late are those of the last half year.
LATE_WEEKS: Final = 26
_FEWEST_LATE: Final = 5
NO_BOOKINGS: Final = "no bookings are recorded"

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Told:
    """What a home knows of the past beside the source.

    `requests` are the forecasts that were answered, `bundle_of` finds the model of one; `warn`
    says what a hindcast must be warned of; `champion` is the model that answers now.
    """

    requests: pd.DataFrame = field(default_factory=pd.DataFrame)
    bundle_of: BundleOf = lambda _run, _version: None
    warn: Warn = unwarned
    champion: Champion | None = None


@dataclass(frozen=True)
class Ledger:
    """All finished campaigns by start, and what they say of the forecasts.

    `known_until` is the last day of sales; `left_out` says why campaigns were not measured.
    """

    known_until: date
    entries: tuple[Entry, ...]
    left_out: Mapping[str, str]
    matched: Matched
    warnings: tuple[WarningRecord, ...]
    drift: tuple[FeatureDrift, ...]
    retraining: Retraining
    scores: Scores | None
    brands: Mapping[str, str]
    champion: Champion | None


def make_ledger(
    source: Source,
    settings: Settings,
    told: Told,
    *,
    folder: Path | None = None,
    progress: Progress = lambda *_: None,
) -> Ledger:
    """Measure what is over, find what was said of it, and say how good that was.

    Args:
        settings: of the models that hindcasts are made with.
        folder: where finished quarters of the backtest are kept.

    Raises:
        SourceError: a table is missing or cannot be read.
        TooFewCampaignsError: no campaign is over.
    """
    progress("measuring", 0.0)
    measured = measure_campaigns(source, progress=lambda part: progress("measuring", part))
    known = read_known(source, progress)
    tested = backtest(known, settings, folder=folder, warn=told.warn, progress=progress)
    progress("comparing", 0.0)
    rosters = known.campaigns.rosters
    ran = [(c, rosters[str(c.campaign_id)]) for c in known.campaigns.campaigns]
    matched = match(told.requests, ran, told.bundle_of)
    entries, without_bookings = entries_of(measured, tested, matched)
    drift = feature_drift(*_before_and_late(known))
    brands = source.frame("brands")
    return Ledger(
        known_until=last_day(known.history),
        entries=entries,
        left_out={**measured.left_out, **dict.fromkeys(without_bookings, NO_BOOKINGS)},
        matched=matched,
        warnings=warning_records(entries),
        drift=drift,
        retraining=retraining(entries, drift, told.champion),
        scores=score(tested, measured.measured),
        brands=dict(zip(brands["brand_id"], brands["name"].astype(str), strict=True)),
        champion=told.champion,
    )


def entries_of(
    measured: MeasuredCampaigns, tested: Backtest, matched: Matched
) -> tuple[tuple[Entry, ...], list[str]]:
    """Entries by start, and measured campaigns that nobody can have forecast."""
    known = tested.known.campaigns
    campaigns = {str(campaign.campaign_id): campaign for campaign in known.campaigns}
    hindcasts, reasons = tested.hindcasts, tested.left_out
    entries = []
    for found in measured.measured:
        name = found.campaign_id
        if name not in campaigns:
            continue
        stated = matched.told.get(name) or (hindcasts[name].stated if name in hindcasts else None)
        why_not = "" if stated else reasons.get(name, "")
        bookings = len(known.rosters[name])
        entries.append(Entry(campaigns[name], bookings, found, stated, why_not))
    without = [one.campaign_id for one in measured.measured if one.campaign_id not in campaigns]
    return tuple(entries), without


def _before_and_late(known: Known) -> tuple[list[PastRoster], list[PastRoster]]:
    every = sorted(known.rosters.values(), key=lambda one: one.campaign.booked_on or date.min)
    last = every[-1].campaign.booked_on or date.min
    since = last - timedelta(weeks=LATE_WEEKS)
    late = [one for one in every if (one.campaign.booked_on or date.min) > since]
    before = every[: len(every) - len(late)]
    return (before, late) if min(len(before), len(late)) >= _FEWEST_LATE else ([], [])
