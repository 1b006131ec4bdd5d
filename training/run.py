"""From a source to a bundle with its evidence, in named steps; nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from features.checks.tables import require_trainable
from features.errors import NoHoldoutError, TooFewCampaignsError
from features.history.markets import SalesHistory, sales_history
from features.rosters.feature_set import FEATURES
from features.sources.source import Source
from training.baseline import BaselineModel, fit_baseline
from training.bundle import Bundle, Manifest
from training.cells import Cells, build_cells
from training.checks.placebo import PLACEBO_WEEKS
from training.checks.suite import Judgement, run_checks
from training.checks.verdict import Verdict
from training.conformal import HoldoutTests, holdout_tests
from training.data_card import data_card
from training.encoding import BRAND_HEIGHT
from training.evidence.backtest import backtest_metrics, cut_in_time
from training.evidence.held_out import BaggedLifts, Evidence, gather
from training.evidence.ranking import choice_metrics, naive_priorities, ranking_metrics
from training.past import PastCampaigns, past_rosters, read_past
from training.provenance import provenance
from training.rosters.fitting import FittedLearner, fit_learner
from training.rosters.join import JoinedSample, join
from training.rosters.model import BoostedRosters
from training.settings import Settings
from training.splits import campaign_folds
from training.weeks import last_day

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
class MeasuredPast:
    """Past campaigns as read, as measured in cells, and as a learner takes them."""

    history: SalesHistory
    campaigns: PastCampaigns
    cells: Cells
    joined: JoinedSample


@dataclass(frozen=True)
class FittedRun:
    """A run before it is logged: the bundle, its evidence and its data card.

    `past` and `fitted` are what it was made of and is explained by.
    """

    bundle: Bundle
    evidence: Evidence
    checks: tuple[Verdict, ...]
    rows: Mapping[str, Any]
    tags: Mapping[str, str]
    past: MeasuredPast
    fitted: FittedLearner


def fit_run(source: Source, settings: Settings, progress: Progress = lambda *_: None) -> FittedRun:
    """All steps up to a bundle with its evidence; nothing is written."""
    progress("checking tables", 0.0)
    faults = require_trainable(source)
    past = _measure(source, settings, progress)
    fitted = fit_learner(past.joined.sample, settings, lambda part: progress("fitting", part))
    progress("judging on held-out campaigns", 0.0)
    evidence = _evidence(past, fitted, settings)
    progress("checking", 0.0)
    checks = _checks(past, fitted, evidence, settings)
    progress("backtesting the baseline", 0.0)
    baseline = _baseline(source, past)
    return FittedRun(
        bundle=_bundle(past, fitted, evidence, baseline, settings),
        evidence=evidence,
        checks=checks,
        rows=data_card(source, past.campaigns, past.cells, faults),
        tags=provenance(source, settings, fitted.chosen),
        past=past,
        fitted=fitted,
    )


def _measure(source: Source, settings: Settings, progress: Progress) -> MeasuredPast:
    """Sales, campaigns, cells, and the rosters as they were known when they were booked."""
    progress("reading sales", 0.0)
    history = sales_history(source)
    campaigns = read_past(source, last_day(history))
    progress("measuring past campaigns", 0.0)
    cells = _measured_cells(history, campaigns, settings)
    rosters = past_rosters(source, history, campaigns, lambda part: progress("features", part))
    joined = join(cells, rosters, settings.exposure_power)
    return MeasuredPast(history, campaigns, cells, joined)


def _measured_cells(history: SalesHistory, past: PastCampaigns, settings: Settings) -> Cells:
    """The past campaigns' cells, if there are enough to learn from."""
    if len(past.campaigns) < _FEWEST_CAMPAIGNS:
        raise TooFewCampaignsError(len(past.campaigns), _FEWEST_CAMPAIGNS)
    cells = build_cells(history, past.campaigns, past.assignments, settings.cells)
    if not cells.size:
        raise NoHoldoutError(len(past.campaigns))
    if len(cells.campaign_ids) < _FEWEST_CAMPAIGNS:
        raise TooFewCampaignsError(len(cells.campaign_ids), _FEWEST_CAMPAIGNS)
    return cells


def _evidence(past: MeasuredPast, fitted: FittedLearner, settings: Settings) -> Evidence:
    """What held-out and later campaigns say, as one set of metrics."""
    sample, rosters = past.joined.sample, past.joined.rosters
    bagged = BaggedLifts(fitted.lifts, fitted.values, fitted.counts)
    evidence = gather(sample, bagged, fitted.challengers)
    rules = naive_priorities(rosters, past.campaigns.rosters)
    evidence.metrics.update(
        share_drawn=float(past.cells.drawn.mean()),
        **ranking_metrics(evidence, settings.seed),
        **choice_metrics(evidence, rules, settings.seed),
        **backtest_metrics(sample, cut_in_time(rosters), settings),
    )
    return evidence


def _checks(
    past: MeasuredPast, fitted: FittedLearner, evidence: Evidence, settings: Settings
) -> tuple[Verdict, ...]:
    read, cells = past.campaigns, past.cells
    placebo = build_cells(
        past.history, read.campaigns, read.assignments, settings.cells, moved_back=PLACEBO_WEEKS
    )
    folds = campaign_folds(len(cells.campaign_ids), settings.folds, settings.seed)
    judgement = Judgement(folds, evidence.judges, fitted.counts, past.joined.rosters)
    return run_checks(
        cells, placebo, judgement, evidence.metrics, gates=settings.gates, seed=settings.seed
    )


def _baseline(source: Source, past: MeasuredPast) -> BaselineModel:
    cells = past.cells
    brands = source.frame("brands")
    categories = dict(zip(brands["brand_id"], brands["category"], strict=True))
    by_id = {str(c.campaign_id): c for c in past.campaigns.campaigns}
    windows = []
    for number, identifier in enumerate(cells.campaign_ids):
        campaign = by_id[identifier]
        held_out = cells.market[cells.of_campaign(number) & ~cells.treated]
        booked_on = campaign.booked_on or campaign.starts_on
        windows.append((campaign.brand_id, booked_on, campaign.window, held_out))
    return fit_baseline(past.history, categories, windows)


def _bundle(
    past: MeasuredPast,
    fitted: FittedLearner,
    evidence: Evidence,
    baseline: BaselineModel,
    settings: Settings,
) -> Bundle:
    history, joined = past.history, past.joined
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
    return Bundle(
        manifest=manifest,
        encoding=joined.encoding,
        baseline=baseline,
        calibration=evidence.calibration,
        holdout=_holdout_tests(past, evidence, settings),
        model=fitted.model,
    )


def _holdout_tests(past: MeasuredPast, evidence: Evidence, settings: Settings) -> HoldoutTests:
    """What the tests of judged campaigns showed, in how many markets."""
    judged = evidence.campaigns
    brands = [past.joined.rosters[number].campaign.brand_id for number in judged]
    markets = np.bincount(past.cells.campaign)[judged]
    return holdout_tests(evidence.held_out, brands, markets, settings.seed)


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
