"""The training report: one HTML page that explains itself to a colleague, no network needed.

Verdict first, then what the data were, how the checks came out, and predicted beside
measured lifts of campaigns the model had not seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from training.arrays import Floats
from training.bundle import Bundle
from training.checks import Verdict
from training.evidence import Evidence
from training.metrics_text import METRIC_TEXTS

_TEMPLATES = Path(__file__).parent
_WIDTH, _HEIGHT, _MARGIN = 560, 360, 46


def write_report(
    bundle: Bundle,
    evidence: Evidence,
    checks: Sequence[Verdict],
    rows: Mapping[str, Any],
    verdict: str,
) -> str:
    """The report as one HTML document."""
    pages = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    return pages.get_template(
        "report.html"
    ).render(
        manifest=bundle.manifest,
        verdict=verdict,
        checks=checks,
        rows=rows,
        metrics=[
            (name, text, _shown(evidence.metrics[name]))
            for name, text in METRIC_TEXTS.items()
            if name in evidence.metrics
        ],
        plot=Markup(calibration_plot(evidence)),  # noqa: S704 - numbers drawn by us alone
        calibration=evidence.calibration,
        importance=importance(bundle)[:20],
    )


def importance(bundle: Bundle) -> list[tuple[str, float, float]]:
    """Features by the spread they give to F over past bookings: name, mean and sd over bags.

    The linear start's standardised slopes and the trees' gains speak of the same thing in
    different units, so this list covers the linear start, where most of the signal is.
    """
    slopes = [m.start.slope for m in getattr(bundle.model, "members", ()) if hasattr(m, "start")]
    if not slopes:
        return []
    stacked = np.stack(slopes)
    mean, spread = stacked.mean(axis=0), stacked.std(axis=0)
    order = np.argsort(-np.abs(mean))
    names = bundle.encoding.linear_names
    return [(names[i], float(mean[i]), float(spread[i])) for i in order]


def calibration_plot(evidence: Evidence) -> str:
    """SVG: measured lift against predicted lift of held-out campaigns, in tenths by prediction."""
    held_out = evidence.held_out
    predicted = evidence.calibration.slope * held_out.predicted
    groups = np.array_split(np.argsort(predicted), min(10, len(predicted)))
    x = np.array([predicted[g].mean() for g in groups])
    weight = [held_out.error[g] ** -2.0 for g in groups]
    y = np.array(
        [float(w @ held_out.measured[g] / w.sum()) for g, w in zip(groups, weight, strict=True)]
    )
    error = np.array([float(w.sum() ** -0.5) for w in weight])
    low = float(min(0.0, (y - 2 * error).min()))
    high = float(max((y + 2 * error).max(), x.max(), 1e-3))
    return _scatter(x, y, error, low, high)


def _scatter(x: Floats, y: Floats, error: Floats, low: float, high: float) -> str:
    def across(value: float) -> float:
        return _MARGIN + (value - low) / (high - low) * (_WIDTH - 2 * _MARGIN)

    def up(value: float) -> float:
        return _HEIGHT - _MARGIN - (value - low) / (high - low) * (_HEIGHT - 2 * _MARGIN)

    ticks = np.linspace(low, high, 5)
    marks = [
        f'<line class="error" x1="{across(a):.1f}" x2="{across(a):.1f}" '
        f'y1="{up(b - 1.645 * e):.1f}" y2="{up(b + 1.645 * e):.1f}"/>'
        f'<circle cx="{across(a):.1f}" cy="{up(b):.1f}" r="4"/>'
        for a, b, e in zip(x, y, error, strict=True)
    ]
    axes = [
        f'<text x="{across(t):.1f}" y="{_HEIGHT - _MARGIN + 18}" text-anchor="middle">'
        f"{t:.1%}</text>"
        f'<text x="{_MARGIN - 6}" y="{up(t) + 4:.1f}" text-anchor="end">{t:.1%}</text>'
        for t in ticks
    ]
    line = (
        f'<line class="ideal" x1="{across(low):.1f}" y1="{up(low):.1f}" '
        f'x2="{across(high):.1f}" y2="{up(high):.1f}"/>'
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        'aria-label="measured against predicted lift">'
        f"{line}{''.join(axes)}{''.join(marks)}</svg>"
    )


def _shown(value: float) -> str:
    return f"{value:.4g}" if np.isfinite(value) else "–"
