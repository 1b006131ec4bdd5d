"""From a source to a bundle with its evidence, in named steps; nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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
from training.checks.claim import share_drawn
from training.checks.placebo import PLACEBO_WEEKS
from training.checks.sensitivity import sensitivity_metrics
from training.checks.suite import Judgement, run_checks
from training.checks.verdict import Verdict
from training.conformal import HoldoutTests, holdout_tests
from training.data_card import data_card
from training.evidence.backtest import backtest_metrics, cut_in_time
from training.evidence.grade import RANDOMISED, grade, grade_words
from training.evidence.held_out import BaggedLifts, Evidence, gather
from training.evidence.ranking import choice_metrics, naive_priorities, ranking_metrics
from training.leak import Leak, dosed
from training.leak_estimate import MarketSides, estimate_leak
from training.past import PastCampaigns, PastRoster, past_rosters, read_past
from training.provenance import provenance
from training.rosters.fitting import FittedLearner, fit_learner
from training.rosters.join import JoinedSample, join
from training.settings import Settings
from training.splits import campaign_folds
from training.typical import typical
from training.weeks import last_day

#: Below this number of usable campaigns no model is fitted at all.
_FEWEST_CAMPAIGNS = 10
LIMITS = (
    "Predicts the lift of revenue over the posting weeks and the four weeks after, not later.",
    "Speaks for creators, platforms and brands like those of past campaigns; warns elsewhere.",
    "A booking's fee and disclosure are not features: paying more or hiding an ad changes nothing.",
)

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class MeasuredPast:
    """Past campaigns as read, as measured in cells, and as a learner takes them.

    In `cells` held-out markets got nothing, in the sample of `joined` they got the dose of `leak`.
    """

    history: SalesHistory
    campaigns: PastCampaigns
    cells: Cells
    joined: JoinedSample
    leak: Leak


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
    baseline = _baseline(brand_categories(source), past)
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
    return _joined(history, campaigns, cells, rosters, settings)


def measure_past(
    history: SalesHistory,
    campaigns: PastCampaigns,
    rosters: Sequence[PastRoster],
    settings: Settings,
) -> MeasuredPast:
    """Measure campaigns whose booking rows were computed before.

    Args:
        history: all that is known of sales; nothing after it is used.
        rosters: those of the campaigns; there may be more.

    Raises:
        TrainingError: there are too few campaigns to learn from.
    """
    cells = _measured_cells(history, campaigns, settings)
    return _joined(history, campaigns, cells, rosters, settings)


def fit_bundle(
    past: MeasuredPast,
    categories: Mapping[str, str],
    settings: Settings,
    on_bag: Callable[[float], None] = lambda _: None,
) -> Bundle:
    """A bundle alone, without the checks and the further evidence that a promotion asks for.

    Args:
        categories: category by brand_id.
    """
    fitted = fit_learner(past.joined.sample, settings, on_bag)
    evidence = _held_out(past, fitted)
    return _bundle(past, fitted, evidence, _baseline(categories, past), settings)


def brand_categories(source: Source) -> dict[str, str]:
    """Category by brand_id."""
    brands = source.frame("brands")
    return dict(zip(brands["brand_id"], brands["category"], strict=True))


def _joined(
    history: SalesHistory,
    campaigns: PastCampaigns,
    cells: Cells,
    rosters: Sequence[PastRoster],
    settings: Settings,
) -> MeasuredPast:
    joined = join(cells, rosters, settings.exposure_power)
    leak = estimate_leak(joined.sample, MarketSides.of(cells, joined.rosters))
    joined = replace(joined, sample=dosed(joined.sample, leak))
    return MeasuredPast(history, campaigns, cells, joined, leak)


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


def _held_out(past: MeasuredPast, fitted: FittedLearner) -> Evidence:
    """What held-out campaigns say, and how markets were chosen."""
    bagged = BaggedLifts(fitted.lifts, fitted.values, fitted.counts)
    evidence = gather(past.joined.sample, bagged, fitted.challengers).unsure_of(past.leak)
    evidence.metrics["share_drawn"] = share_drawn(past.cells)
    return evidence


def _evidence(past: MeasuredPast, fitted: FittedLearner, settings: Settings) -> Evidence:
    """What held-out and later campaigns say, as one set of metrics."""
    sample, rosters = past.joined.sample, past.joined.rosters
    evidence = _held_out(past, fitted)
    rules = naive_priorities(rosters, past.campaigns.rosters)
    evidence.metrics.update(
        **sensitivity_metrics(past.cells),
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


def _baseline(categories: Mapping[str, str], past: MeasuredPast) -> BaselineModel:
    cells = past.cells
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
        typical=typical(joined, fitted, evidence),
        metrics={name: float(v) for name, v in evidence.metrics.items() if np.isfinite(v)},
        settings=settings.model_dump(mode="json"),
        data_window=(history.weeks[0].astype(str), last_day(history).isoformat()),
        limits=_limits(past, evidence),
    )
    return Bundle(
        manifest=manifest,
        encoding=joined.encoding,
        baseline=baseline,
        calibration=evidence.calibration,
        holdout=_holdout_tests(past, evidence, settings),
        model=fitted.model,
    )


def _limits(past: MeasuredPast, evidence: Evidence) -> tuple[str, ...]:
    """What this model must not be asked, and what its numbers rest on where that is not a lot."""
    own = past.leak.limits
    if grade(evidence.metrics) != RANDOMISED:
        own = (grade_words(evidence.metrics), *own)
    return (*LIMITS, *own)


def _holdout_tests(past: MeasuredPast, evidence: Evidence, settings: Settings) -> HoldoutTests:
    """What the tests of judged campaigns showed, in how many markets."""
    judged = evidence.campaigns
    brands = [past.joined.rosters[number].campaign.brand_id for number in judged]
    markets = np.bincount(past.cells.campaign)[judged]
    return holdout_tests(evidence.held_out, brands, markets, settings.seed)
