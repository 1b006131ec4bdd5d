"""Training as users know it: fit, log, register and, if the gates pass, promote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from features.errors import PromotionRefusedError, SettingsError
from features.sources.source import open_source
from training import tracking
from training.checks.verdict import Verdict, as_tags, refusals
from training.explain import explain
from training.report.page import Outcome, write_report
from training.report.quarterly import read_quarterly
from training.rosters.fitting import LEARNERS
from training.run import FittedRun, Progress, fit_run
from training.settings import Settings


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
    progress("explaining", 0.0)
    findings = explain(run, settings, lambda: tracking.champion_bundle(home))
    progress("logging", 0.0)
    refused = refusals(run.checks)
    verdict = _verdict(promote, refused)
    logged = _log(home, settings, run, verdict, refused)
    outcome = Outcome(verdict, reason, logged.run_id, logged.version)
    report = write_report(run, findings, outcome, read_quarterly(home))
    path = _keep_report(home, logged.run_id, report)
    if verdict == "promoted":
        tracking.promote(home, logged.version, reason or "every gate passed")
    progress("logging", 1.0)
    return TrainingResult(
        run_id=logged.run_id,
        version=logged.version,
        verdict=verdict,
        reasons=refused,
        report=path,
        metrics=run.evidence.metrics,
        rows=run.rows,
        checks=run.checks,
    )


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


def _log(
    home: Path, settings: Settings, run: FittedRun, verdict: str, refused: tuple[str, ...]
) -> tracking.Logged:
    return tracking.log_run(
        home,
        run.bundle,
        parameters=_flat(settings.model_dump()),
        metrics={**run.evidence.metrics, **_numbers(run.rows)},
        tags={
            **run.tags,
            **as_tags(run.checks),
            "verdict": verdict,
            "reasons": "; ".join(refused),
        },
        texts={},
    )


def _keep_report(home: Path, run_id: str, report: str) -> Path:
    """The report tells the run's id, so it joins the run once that is known."""
    tracking.attach_texts(home, run_id, {"report.html": report})
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
