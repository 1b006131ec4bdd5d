"""The ledger as one JSON document, versioned: what a home keeps and the service shows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from experiments.backtest.agreement import Agreement
from experiments.backtest.scores import MODEL, Scores, Standing
from experiments.backtest.stated import HINDCAST, LEVEL, TOLD, StatedLift
from experiments.ledger.entries import Entry, agreement_of, by_quarter
from experiments.ledger.ledger import Ledger

#: Raised with every change that a reader must know of.
FORMAT: Final = 1
#: Where a home keeps its ledger.
FILE: Final = Path("ledger") / "ledger.json"


def document(ledger: Ledger) -> dict[str, Any]:
    """Everything the ledger says; numbers that are not finite are null."""
    content: dict[str, Any] = finite(
        {
            "format": FORMAT,
            "known_until": ledger.known_until.isoformat(),
            "interval": LEVEL,
            "retraining": _retraining(ledger),
            "calibration": _calibration(ledger.entries),
            "by_quarter": [
                {"quarter": str(quarter), **_agreement(agreement_of(own), own)}
                for quarter, own in by_quarter(ledger.entries).items()
            ],
            "warnings": [asdict(record) for record in ledger.warnings],
            "features": [{**asdict(one), "drifted": one.drifted} for one in ledger.drift],
            "backtest": scores_document(ledger.scores),
            "forecasts": {
                "answered": ledger.matched.forecasts,
                "matched": len(ledger.matched.told),
                "unmatched": dict(ledger.matched.unmatched),
            },
            "left_out": dict(ledger.left_out),
            "campaigns": [_campaign(entry, ledger) for entry in ledger.entries],
        }
    )
    return content


def _retraining(ledger: Ledger) -> dict[str, Any]:
    champion, rule = ledger.champion, ledger.retraining
    return {
        "retrain": rule.retrain,
        "sentence": rule.sentence,
        "criteria": [asdict(criterion) for criterion in rule.criteria],
        "champion": None
        if champion is None
        else {**asdict(champion), "trained_until": champion.trained_until.isoformat()},
    }


def _calibration(entries: Sequence[Entry]) -> dict[str, Any]:
    groups = {
        "all": list(entries),
        **{
            origin: [e for e in entries if e.stated is not None and e.stated.origin == origin]
            for origin in (TOLD, HINDCAST)
        },
    }
    return {name: _agreement(agreement_of(own), own) for name, own in groups.items()}


def _agreement(found: Agreement | None, of: Sequence[Entry] = ()) -> dict[str, Any]:
    """None of fewer than two campaigns has numbers; how many there are is said all the same."""
    if found is None:
        counted = sum(entry.counts for entry in of)
        names = ("coverage", "slope", "bias", "r2", "r2_ceiling", "rank")
        return {"campaigns": counted, **dict.fromkeys(names)}
    return asdict(found)


def scores_document(scores: Scores | None) -> dict[str, Any] | None:
    """The standings of a backtest; None where nothing was scored."""
    if scores is None:
        return None
    return {
        "campaigns": scores.campaigns,
        "average": scores.average,
        "standings": [_standing(one) for one in scores.standings],
    }


def _standing(one: Standing) -> dict[str, Any]:
    behind = one.behind
    return {
        "name": one.name,
        "label": one.label,
        "is_model": one.name == MODEL,
        "agreement": None if one.agreement is None else _agreement(one.agreement),
        "rank": one.rank,
        "preferred": one.preferred,
        "behind": None
        if behind is None
        else {"value": behind.value, "low": behind.low, "high": behind.high},
    }


def _campaign(entry: Entry, ledger: Ledger) -> dict[str, Any]:
    campaign, measured = entry.campaign, entry.found.measurement
    estimate = measured.estimate
    return {
        "campaign_id": entry.found.campaign_id,
        "brand_id": campaign.brand_id,
        "brand": ledger.brands.get(campaign.brand_id, campaign.brand_id),
        "booked_on": (campaign.booked_on or campaign.starts_on).isoformat(),
        "starts_on": campaign.starts_on.isoformat(),
        "ends_on": campaign.ends_on.isoformat(),
        "quarter": str(entry.quarter),
        "bookings": entry.bookings,
        "stated": None if entry.stated is None else _stated(entry.stated),
        "why_not": entry.why_not,
        "measured": {
            "mean": estimate.lift,
            "low": estimate.low,
            "high": estimate.high,
            "standard_error": measured.standard_error,
        },
        "grade": measured.grade,
        "faults": list(entry.found.faults),
        "inside": entry.inside,
        "deviation": entry.deviation,
    }


def _stated(stated: StatedLift) -> dict[str, Any]:
    test = stated.test
    return {
        "origin": stated.origin,
        "model": stated.model,
        "known_until": stated.known_until.isoformat(),
        "lift": {"mean": stated.mean, "low": stated.low, "high": stated.high},
        "interval": stated.level,
        "test": None
        if test is None
        else {
            "mean": test.mean,
            "low": test.low,
            "high": test.high,
            "standard_error": test.standard_error,
        },
        "warnings": list(stated.warnings),
        "differs": list(stated.differs),
    }


def finite(content: Any) -> Any:
    """The same with null for numbers that JSON cannot hold."""
    if isinstance(content, float):
        return content if math.isfinite(content) else None
    if isinstance(content, Mapping):
        return {name: finite(value) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [finite(value) for value in content]
    return content
