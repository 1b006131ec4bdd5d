"""A training run in named steps: from a source to a registered bundle with its evidence."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

import numpy as np

from features.errors import (
    FaultyTablesError,
    NoHoldoutError,
    PromotionRefusedError,
    SettingsError,
    TooFewCampaignsError,
)
from features.feature_set import FEATURES
from features.markets import SalesHistory, sales_history
from features.source import Source, open_source
from features.tables import check
from training import tracking
from training.baseline import BaselineModel, fit_baseline
from training.bundle import Bundle, Manifest
from training.cells import Cells, build_cells, last_day
from training.checks import Verdict, refusals, run_checks
from training.evidence import BaggedLifts, Evidence, gather
from training.fingerprint import fingerprint
from training.learners.fitting import LEARNERS, FittedLearner, fit_learner
from training.past import PastCampaigns, past_rosters, read_past
from training.report import write_report
from training.sample import JoinedSample, join
from training.settings import Settings

#: Below this number of usable campaigns no model is fitted at all.
_FEWEST_CAMPAIGNS = 10
LIMITS = (
    "Predicts the lift of revenue over the posting weeks and the four weeks after, not later.",
    "Speaks for creators, platforms and brands like those of past campaigns; warns elsewhere.",
    "Fees and disclosure are not features: paying more or hiding an ad changes no prediction.",
)

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class TrainingResult:
    """What a run came to. `verdict` is "promoted", "refused" or "not promoted"."""

    run_id: str
    version: str
    verdict: str
    reasons: tuple[str, ...]
    report: Path
    metrics: Mapping[str, float]
    rows: Mapping[str, Any]
    checks: tuple[Verdict, ...] = field(default=())


@dataclass(frozen=True)
class FittedRun:
    """A run before it is logged: the bundle, its evidence and its data card."""

    bundle: Bundle
    evidence: Evidence
    checks: tuple[Verdict, ...]
    rows: Mapping[str, Any]
    tags: Mapping[str, str]


def train(
    location: str,
    home: Path,
    settings: Settings,
    *,
    promote: str = "auto",
    reason: str = "",
    progress: Progress = lambda *_: None,
) -> TrainingResult:
    """Train, log, register and, if the gates pass, promote.

    Args:
        promote: "auto" moves the champion alias when every gate passes, "never" leaves it,
            "force" moves it in any case and keeps the `reason`.

    Raises:
        SourceError, TrainingError, SettingsError: with nothing logged and nothing moved.
    """
    _check_request(settings, promote, reason)
    source = open_source(location)
    run = fit_run(source, settings, progress)
    progress("logging", 0.0)
    refused = refusals(run.checks)
    verdict = _verdict(promote, refused)
    report = write_report(run.bundle, run.evidence, run.checks, run.rows, verdict)
    logged = tracking.log_run(
        home,
        run.bundle,
        parameters=_flat(settings.model_dump()),
        metrics={**run.evidence.metrics, **_numbers(run.rows)},
        tags={**run.tags, "verdict": verdict, "reasons": "; ".join(refused)},
        texts={"report.html": report},
    )
    path = _keep_report(home, logged.run_id, report)
    if verdict == "promoted":
        tracking.promote(home, logged.version, reason or "every gate passed")
    progress("logging", 1.0)
    return TrainingResult(
        logged.run_id,
        logged.version,
        verdict,
        refused,
        path,
        run.evidence.metrics,
        run.rows,
        run.checks,
    )


def fit_run(source: Source, settings: Settings, progress: Progress = lambda *_: None) -> FittedRun:
    """All steps up to a bundle with its evidence; nothing is written."""
    progress("checking tables", 0.0)
    faults = check(source)
    stopping = [fault for fault in faults if fault.stops_training]
    if stopping:
        raise FaultyTablesError(stopping)
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
    checks = run_checks(cells, evidence.metrics, settings.gates, settings.seed)
    baseline = _baseline(source, history, past, cells)
    bundle = _bundle(settings, history, joined, fitted, evidence, baseline)
    rows = _rows(source, past, cells, faults)
    return FittedRun(bundle, evidence, checks, rows, _tags(source, settings, fitted))


def _check_request(settings: Settings, promote: str, reason: str) -> None:
    if settings.learner not in LEARNERS:
        raise SettingsError(
            "learner", f"expected one of {', '.join(LEARNERS)}, found {settings.learner!r}"
        )
    if promote not in ("auto", "never", "force"):
        raise SettingsError("promote", f"expected auto, never or force, found {promote!r}")
    if promote == "force" and not reason.strip():
        raise PromotionRefusedError(["force needs a reason (--reason TEXT)"])


def _verdict(promote: str, refused: tuple[str, ...]) -> str:
    if promote == "force":
        return "promoted"
    if refused:
        return "refused"
    return "promoted" if promote == "auto" else "not promoted"


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
        **{f"chosen_{name}": value for name, value in fitted.chosen.items()},
    }


def _rows(source: Source, past: PastCampaigns, cells: Cells, faults: Any) -> dict[str, Any]:
    """The data card: what was kept, and what was dropped for which reason."""
    dropped = {**source.dropped, **past.dropped, **cells.dropped}
    return {
        "kept": {"campaigns": len(cells.campaign_ids), "cells": cells.size},
        "dropped": {reason: int(count) for reason, count in dropped.items() if count},
        "faults": {str(fault): int(fault.count) for fault in faults},
    }


def _tags(source: Source, settings: Settings, fitted: FittedLearner) -> dict[str, str]:
    """Where the run came from."""
    libraries = ("lightgbm", "scikit-learn", "numpy", "mlflow", "ibis-framework", "duckdb")
    return {
        "data.fingerprint": fingerprint(source),
        "data.location": source.location,
        "features.hash": FEATURES.hash,
        "code.commit": _commit(),
        "python": platform.python_version(),
        **{f"library.{name}": installed_version(name) for name in libraries},
        **{f"chosen.{name}": f"{value:g}" for name, value in fitted.chosen.items()},
        "learner": settings.learner,
    }


def _commit() -> str:
    here = Path(__file__).resolve().parent
    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=here, capture_output=True, text=True, timeout=5
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return found.stdout.strip() or "unknown"


def _keep_report(home: Path, run_id: str, report: str) -> Path:
    folder = home / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{run_id}.html"
    path.write_text(report, encoding="utf-8")
    return path


def _flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = str(value)
    return flat


def _numbers(rows: Mapping[str, Any]) -> dict[str, float]:
    """Rows kept and dropped as metrics, by names MLflow allows."""
    numbers = {}
    for group in ("kept", "dropped"):
        for reason, count in rows[group].items():
            allowed = "".join(c if c.isalnum() or c in "_-. /" else "_" for c in reason)
            numbers[f"rows.{group}.{allowed}"[:240]] = float(count)
    return numbers
