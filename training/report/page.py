"""The training report: one HTML page that explains itself to a colleague, no network needed.

Verdict first and words before tables: what the data were, how the checks came out, what the
model is worth beside what anybody could do without it, where its intervals hold, what it rests
on, and what it must not be asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from features.rosters.bookings import feature_dictionary
from training.checks.design import chance_difference, standardised_differences
from training.evidence.grade import grade, grade_words
from training.evidence.ranking import CHOICE_SHARES, NAIVE_RULES
from training.evidence.slices import Slice
from training.explain import Findings
from training.report.charts import (
    Curves,
    Forest,
    Inline,
    balance_chart,
    calibration_chart,
    choice_chart,
    coverage_mark,
    forest_chart,
    worth_chart,
)
from training.report.check_texts import CHECK_TEXTS
from training.report.metric_texts import INTERVAL_TEXTS, METRIC_TEXTS
from training.report.quarterly import NOT_KEPT, QuarterlyBacktest
from training.report.words import (
    headline,
    of_backtest,
    of_champion,
    of_gates,
    of_others,
    summary,
)
from training.run import FittedRun

_TEMPLATES = Path(__file__).parent
#: Features in the chart of importance; all of them are in the table below it.
_CHARTED = 15
_MODEL = "this model"


@dataclass(frozen=True)
class Outcome:
    """What became of a run: its verdict, the reason of whoever forced it, where it was logged."""

    verdict: str
    reason: str
    run_id: str
    version: str


def write_report(
    run: FittedRun,
    findings: Findings,
    outcome: Outcome,
    quarterly: QuarterlyBacktest = NOT_KEPT,
) -> str:
    """The report as one HTML document; `quarterly` is the backtest that its home keeps."""
    metrics = run.evidence.metrics
    return (
        pages()
        .get_template("page.html")
        .render(
            outcome=outcome,
            headline=headline(outcome.verdict),
            of_gates=of_gates(outcome.verdict, run.checks, outcome.reason),
            failed_gates=[check for check in run.checks if check.gate and not check.passed],
            of_others=of_others(run.checks),
            summary=summary(metrics),
            manifest=run.bundle.manifest,
            checks=run.checks,
            check_texts=CHECK_TEXTS,
            rows=run.rows,
            tags=_lineage(run.tags),
            leak=run.past.leak.words,
            grade=grade(metrics),
            grade_words=grade_words(metrics),
            settings=run.bundle.manifest.settings,
            m=metrics,
            findings=findings,
            calibration=calibration_chart(run.evidence),
            choices=_choices(findings),
            rules=_rules_chart(metrics),
            backtest=of_backtest(metrics),
            quarterly=quarterly,
            balance=balance_chart(
                standardised_differences(run.past.cells), chance_difference(run.past.cells)
            ),
            slices=_by_slicing(findings),
            importance=worth_chart(findings.importance[:_CHARTED]),
            ablation=worth_chart(findings.ablation),
            dictionary=feature_dictionary(),
            champion=of_champion(findings.champion),
            metric_rows=_metric_rows(metrics),
        )
    )


def pages() -> Environment:
    """The templates of the report, with its ways to write numbers."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(percent=_percent, signed=_signed, fixed=_fixed, plain=_plain)
    return made


def _choices(findings: Findings) -> Curves:
    named = {NAIVE_RULES.get(name, _MODEL): curve for name, curve in findings.choices.items()}
    return choice_chart(named, np.array(CHOICE_SHARES), _MODEL)


def _rules_chart(metrics: Mapping[str, float]) -> Forest:
    rows = [
        (
            words,
            metrics[f"over_{rule}"],
            metrics[f"over_{rule}_low"],
            metrics[f"over_{rule}_high"],
        )
        for rule, words in NAIVE_RULES.items()
    ]
    return forest_chart(rows, reference=0.0, percent=True)


def _by_slicing(findings: Findings) -> dict[str, list[tuple[Slice, Inline]]]:
    """Slices with their drawings, by what they are cut by."""
    groups: dict[str, list[tuple[Slice, Inline]]] = {}
    for own in findings.slices:
        groups.setdefault(own.by, []).append((own, coverage_mark(own)))
    return groups


def _metric_rows(metrics: Mapping[str, float]) -> list[tuple[str, str, str]]:
    """Name, meaning and value; standard errors and intervals stand beside what they are of."""
    rows = []
    for name, text in METRIC_TEXTS.items():
        if name not in metrics or name.endswith(("_error", "_low", "_high")):
            continue
        value = _plain(metrics[name])
        if name in INTERVAL_TEXTS:
            value += f" ({_plain(metrics[f'{name}_low'])} to {_plain(metrics[f'{name}_high'])})"
        elif f"{name}_error" in metrics:
            value += f" ± {_plain(metrics[f'{name}_error'])}"
        rows.append((name, text, value))
    return rows


def _lineage(tags: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Tags by what they tell of: the part of their name before the dot."""
    groups: dict[str, dict[str, str]] = {}
    for name, value in tags.items():
        group, _, rest = name.partition(".")
        groups.setdefault(group if rest else "run", {})[rest or name] = value
    return groups


def _percent(value: float, digits: int = 1) -> str:
    return _written(value, digits + 2, f".{digits}%")


def _signed(value: float, digits: int = 3) -> str:
    return _written(value, digits, f"+.{digits}f")


def _fixed(value: float, digits: int = 2) -> str:
    return _written(value, digits, f".{digits}f")


def _written(value: float, digits: int, how: str) -> str:
    """A number with a true minus, and none before a zero."""
    return format(round(value, digits) + 0.0, how).replace("-", "−") if np.isfinite(value) else "–"


def _plain(value: Any) -> str:
    """A number as people write it: four digits, thousands apart."""
    if not isinstance(value, int | float):
        return str(value)
    if not np.isfinite(value):
        return "–"
    whole = float(value).is_integer() or abs(value) >= 1_000
    text = f"{value:,.0f}" if whole else f"{value:.4g}"
    return text.replace("-", "−")
