"""A ledger of invented campaigns, for what tells of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from experiments.backtest.agreement import Agreement, Bounded
from experiments.backtest.scores import Scores, Standing
from experiments.backtest.stated import TOLD
from experiments.ledger.document import document
from experiments.ledger.entries import Entry
from experiments.ledger.feature_drift import FeatureDrift
from experiments.ledger.ledger import Ledger
from experiments.ledger.matching import NO_CAMPAIGN, Matched
from experiments.ledger.retraining import Champion, retraining
from experiments.ledger.warned import warning_records
from tests.experiments.ledger.invented_entries import entry, honest_entries
from training.metrics.clusters import Interval

CHAMPION = Champion("3", date(2024, 12, 1), 400)


def invented_ledger(*, truth: float = 1.0) -> Ledger:
    """Forty campaigns: one told, one never forecast, one with a fault, two with a warning code."""
    told, *rest = honest_entries(40, worse=frozenset(range(8)), truth=truth)
    assert told.stated is not None
    stated = replace(told.stated, origin=TOLD, model="3", differs=("fee",))
    told = replace(told, stated=stated)
    unstated = entry(40, 0.0, 0.02)
    entries: list[Entry] = [
        told,
        *rest,
        replace(unstated, stated=None, why_not="no model by 2024-10-01: 3 usable campaigns"),
        entry(41, 0.01, 0.5, faulty=True),
    ]
    drift = (FeatureDrift("posts", 0.31, 0.002), FeatureDrift("log_platform_followers", 0.05, 0.4))
    return Ledger(
        known_until=date(2025, 1, 5),
        entries=tuple(entries),
        left_out={"late": "its window is not over"},
        matched=Matched({"c0": stated}, 5, {NO_CAMPAIGN: 4}),
        warnings=warning_records(entries),
        drift=drift,
        retraining=retraining(entries, drift, CHAMPION),
        scores=_scores(),
        brands={"b0": "Dew <b>&amp;</b>"},
        champion=CHAMPION,
    )


def invented_document(*, truth: float = 1.0) -> dict[str, Any]:
    """The same as the home keeps it."""
    return document(invented_ledger(truth=truth))


def _scores() -> Scores:
    found = Agreement(
        39, Bounded(0.9, 0.8, 0.95), Bounded(1.0, 0.8, 1.2), Bounded(0.0, -0.01, 0.01),
        0.4, 0.6, 0.7,
    )  # fmt: skip
    ahead = Interval(0.01, 0.002, 0.004, 0.016)
    return Scores(
        39,
        0.02,
        (
            Standing("model", "the model", found, 0.7, 0.03, None),
            Standing("cheapest", "cheapest roster", None, -0.1, 0.02, ahead),
        ),
    )
