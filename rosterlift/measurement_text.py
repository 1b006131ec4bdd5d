"""Measured campaigns in words for the terminal, and as one document for machines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from rosterlift.terminal import table_of

if TYPE_CHECKING:
    from experiments.measurement.estimate import Estimate
    from experiments.measurement.finished import CampaignMeasurement, MeasuredCampaigns


def table(measured: Sequence[CampaignMeasurement]) -> RenderableType:
    """One line a campaign, faults below."""
    level = f"{measured[0].measurement.estimate.level:.0%}" if measured else ""
    header = ("campaign", "brand", f"lift ({level})", "p", "adds", "plain DiD", "markets", "faults")
    faults = [
        Text(f"{one.campaign_id}: {fault}", style="yellow")
        for one in measured
        for fault in one.faults
    ]
    return Group(table_of(header, [_row(one) for one in measured]), *faults)


def one_campaign(one: CampaignMeasurement) -> RenderableType:
    """Everything that was found out about one campaign."""
    m, money = one.measurement, one.measurement.incremental_revenue
    lines = [
        f"{one.campaign_id} of {one.brand_id}, sales of {one.first_day} to {one.last_day}",
        f"lift {_span(m.estimate)}, standard error {m.standard_error:.2%}, "
        f"p = {m.estimate.p_value:.3f}",
        f"adds {money.mean:,.0f} ({_amount(money.low)} to {_amount(money.high)}) to "
        f"{m.baseline_revenue:,.0f} in treated markets",
        f"{m.estimate.method}, against {m.inference}; markets {m.grade}: "
        f"{m.treated_markets} treated, {m.held_out_markets} held out",
        f"{m.difference.method}: {_span(m.difference)}, p = {m.difference.p_value:.3f}",
    ]
    rows = [
        (
            "[green]passed[/]" if c.passed else "[red]fault[/]" if c.gate else "[yellow]look[/]",
            c.check,
            escape(c.found),
            c.expected,
        )
        for c in one.checks
    ]
    return Group(*map(Text, lines), table_of(("", "check", "found", "expected"), rows))


def document(found: MeasuredCampaigns) -> dict[str, Any]:
    """What `--json` answers; ends that the data do not bound are null."""
    return {
        "campaigns": [_campaign(one) for one in found.measured],
        "left_out": dict(found.left_out),
        "faults": {name: list(told) for name, told in found.faults.items()},
    }


def _campaign(one: CampaignMeasurement) -> dict[str, Any]:
    m, money = one.measurement, one.measurement.incremental_revenue
    return {
        "campaign_id": one.campaign_id,
        "brand_id": one.brand_id,
        "starts_on": one.starts_on.isoformat(),
        "window": {"first": one.first_day.isoformat(), "last": one.last_day.isoformat()},
        "interval": m.estimate.level,
        **_estimate(m.estimate),
        "incremental_revenue": _ends(money.mean, money.low, money.high),
        "baseline_revenue": m.baseline_revenue,
        "inference": m.inference,
        "grade": m.grade,
        "difference_in_differences": _estimate(m.difference),
        "markets": {
            "treated": m.treated_markets,
            "held_out": m.held_out_markets,
            "left_out": m.left_out_markets,
        },
        "periods": {"before": m.periods_before, "window": m.periods_in_window},
        "fit": asdict(m.fit),
        "weights": dict(m.weights),
        "alongside": list(one.alongside),
        "checks": [asdict(check) for check in one.checks],
    }


def _estimate(estimate: Estimate) -> dict[str, Any]:
    return {
        "method": estimate.method,
        "lift": _ends(estimate.lift, estimate.low, estimate.high),
        "standard_error": estimate.standard_error,
        "p_value": estimate.p_value,
    }


def _ends(mean: float, low: float, high: float) -> Mapping[str, float | None]:
    named = {"mean": mean, "low": low, "high": high}
    return {name: value if math.isfinite(value) else None for name, value in named.items()}


def _row(one: CampaignMeasurement) -> tuple[str, ...]:
    m = one.measurement
    return (
        escape(one.campaign_id),
        escape(one.brand_id),
        _span(m.estimate),
        f"{m.estimate.p_value:.3f}",
        f"{m.incremental_revenue.mean:,.0f}",
        f"{m.difference.lift:+.1%}",
        m.grade,
        str(len(one.faults)),
    )


def _span(estimate: Estimate) -> str:
    high = "any" if math.isinf(estimate.high) else f"{estimate.high:+.1%}"
    return f"{estimate.lift:+.1%} ({estimate.low:+.1%} to {high})"


def _amount(value: float) -> str:
    return "any" if math.isinf(value) else f"{value:,.0f}"
