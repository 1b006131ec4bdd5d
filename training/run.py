"""From a source to a bundle with its evidence, in named steps; nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from features.errors import NoHoldoutError, TooFewCampaignsError
from features.feature_set import FEATURES
from features.markets import SalesHistory, sales_history
from features.source import Source
from features.tables import require_trainable
from training.baseline import BaselineModel, fit_baseline
from training.bundle import Bundle, Manifest
from training.cells import Cells, build_cells, last_day
from training.checks import Verdict, run_checks
from training.encoding import BRAND_HEIGHT
from training.evidence import BaggedLifts, Evidence, gather
from training.past import PastCampaigns, past_rosters, read_past
from training.provenance import provenance
from training.rosters.fitting import FittedLearner, fit_learner
from training.rosters.join import JoinedSample, join
from training.rosters.model import BoostedRosters
from training.settings import Settings

#: Below this number of usable campaigns no model is fitted at all.
_FEWEST_CAMPAIGNS = 10
LIMITS = (
    "Predicts the lift of revenue over the posting weeks and the four weeks after, not later.",
    "Speaks for creators, platforms and brands like those of past campaigns; warns elsewhere.",
    "A booking's fee and disclosure are not features: paying more or hiding an ad changes nothing.",
)
#: Where brands could not be told apart: the spread that a new one is given.
_UNSEEN_BRAND_SPREAD = 0.3

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class FittedRun:
    """A run before it is logged: the bundle, its evidence and its data card."""

    bundle: Bundle
    evidence: Evidence
    checks: tuple[Verdict, ...]
    rows: Mapping[str, Any]
    tags: Mapping[str, str]


def fit_run(source: Source, settings: Settings, progress: Progress = lambda *_: None) -> FittedRun:
    """All steps up to a bundle with its evidence; nothing is written."""
    progress("checking tables", 0.0)
    faults = require_trainable(source)
    progress("reading sales", 0.0)
    history = sales_history(source)
    past = read_past(source, last_day(history))
    if len(past.campaigns) < _FEWEST_CAMPAIGNS:
        raise TooFewCampaignsError(len(past.campaigns), _FEWEST_CAMPAIGNS)
    progress("measuring past campaigns", 0.0)
    cells = build_cells(history, past.campaigns, past.assignments, settings.cells)
    if not cells.size:
        raise NoHoldoutError(len(past.campaigns))
    if len(cells.campaign_ids) < _FEWEST_CAMPAIGNS:
        raise TooFewCampaignsError(len(cells.campaign_ids), _FEWEST_CAMPAIGNS)
    rosters = past_rosters(source, history, past, lambda part: progress("features", part))
    joined = join(cells, rosters, settings.exposure_power)
    fitted = fit_learner(joined.sample, settings, lambda part: progress("fitting", part))
    progress("judging on held-out campaigns", 0.0)
    bagged = BaggedLifts(fitted.lifts, fitted.values, fitted.counts)
    evidence = gather(joined.sample, bagged, fitted.challengers)
    evidence.metrics["share_drawn"] = float(cells.drawn.mean())
    checks = run_checks(cells, evidence.metrics, settings.gates, settings.seed)
    baseline = _baseline(source, history, past, cells)
    bundle = _bundle(settings, history, joined, fitted, evidence, baseline)
    rows = _rows(source, past, cells, faults)
    return FittedRun(bundle, evidence, checks, rows, provenance(source, settings, fitted.chosen))


def _baseline(
    source: Source, history: SalesHistory, past: PastCampaigns, cells: Cells
) -> BaselineModel:
    brands = source.frame("brands")
    categories = dict(zip(brands["brand_id"], brands["category"], strict=True))
    by_id = {str(c.campaign_id): c for c in past.campaigns}
    windows = []
    for number, identifier in enumerate(cells.campaign_ids):
        campaign = by_id[identifier]
        held_out = cells.market[cells.of_campaign(number) & ~cells.treated]
        booked_on = campaign.booked_on or campaign.starts_on
        windows.append((campaign.brand_id, booked_on, campaign.window, held_out))
    return fit_baseline(history, categories, windows)


def _bundle(
    settings: Settings,
    history: SalesHistory,
    joined: JoinedSample,
    fitted: FittedLearner,
    evidence: Evidence,
    baseline: BaselineModel,
) -> Bundle:
    manifest = Manifest(
        learner=settings.learner,
        feature_names=FEATURES.names,
        feature_hash=FEATURES.hash,
        trained_until=last_day(history).isoformat(),
        campaigns=len(joined.rosters),
        draws=settings.intervals.draws,
        typical_per_head=joined.typical_per_head,
        exposure_power=settings.exposure_power,
        typical=_typical(joined, fitted, evidence),
        metrics={name: float(v) for name, v in evidence.metrics.items() if np.isfinite(v)},
        settings=settings.model_dump(mode="json"),
        data_window=(history.weeks[0].astype(str), last_day(history).isoformat()),
        limits=LIMITS,
    )
    return Bundle(manifest, joined.encoding, baseline, evidence.calibration, fitted.model)


def _typical(joined: JoinedSample, fitted: FittedLearner, evidence: Evidence) -> dict[str, float]:
    """The average past campaign, and how far past campaigns went."""
    sample = joined.sample
    by_cell = np.asarray(sample.shares.sum(axis=1)).ravel()
    count = np.bincount(sample.cell_campaign)
    exposed = np.bincount(sample.cell_campaign, weights=by_cell) / count
    sizes = np.bincount(sample.booking_campaign)
    lifts = evidence.calibration.slope * np.expm1(evidence.held_out.predicted)
    return {
        "lift": float(np.exp(np.mean(np.log(np.maximum(lifts, 1e-6))))),
        "largest_lift": float(lifts.max()),
        "exposure": float(np.exp(np.mean(np.log(np.maximum(exposed, 1e-9))))),
        "largest_exposure": float(exposed.max()),
        "smallest_roster": float(sizes.min()),
        "largest_roster": float(sizes.max()),
        "brand_spread": _brand_spread(joined, fitted),
        **{f"chosen_{name}": value for name, value in fitted.chosen.items()},
    }


def _brand_spread(joined: JoinedSample, fitted: FittedLearner) -> float:
    """How much brands differ beyond their features: log standard deviation of their columns."""
    members = fitted.model.members if isinstance(fitted.model, BoostedRosters) else ()
    brands = joined.encoding.brands
    if not members or len(brands) < 2:
        return _UNSEEN_BRAND_SPREAD
    slope = np.mean([member.start.slope[-len(brands) :] for member in members], axis=0)
    return float(np.std(slope * BRAND_HEIGHT))


def _rows(source: Source, past: PastCampaigns, cells: Cells, faults: Any) -> dict[str, Any]:
    """The data card: what was kept, and what was dropped for which reason."""
    dropped = {**source.dropped, **past.dropped, **cells.dropped}
    return {
        "kept": {"campaigns": len(cells.campaign_ids), "cells": cells.size},
        "dropped": {reason: int(count) for reason, count in dropped.items() if count},
        "faults": {str(fault): int(fault.count) for fault in faults},
    }
