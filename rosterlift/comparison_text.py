"""A comparison in words for the terminal, as the planner page says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from rosterlift.terminal import table_of


def comparison_table(answer: Mapping[str, Any]) -> RenderableType:
    """Scenarios by rank with their intervals, differences, and warnings in words."""
    scenarios = sorted(answer["scenarios"], key=lambda scenario: scenario["rank"])
    level = scenarios[0]["prediction"]["interval"]
    rows = [_row(scenario) for scenario in scenarios]
    header = ("", "roster", f"adds ({level:.0%})", "lift", "cost", "return", "evidence", "best")
    differences = [Text(_difference(d)) for d in answer["differences"]]
    warnings = [
        Text(f"{scenario['name']}: {warning['message']}", style="yellow")
        for scenario in scenarios
        for warning in scenario["prediction"]["warnings"]
    ]
    return Group(table_of(header, rows), Text(), *differences, *warnings)


def _row(scenario: Mapping[str, Any]) -> tuple[str, ...]:
    prediction = scenario["prediction"]
    money, lift = prediction["incremental_revenue"], prediction["lift"]
    spend = prediction["return_on_spend"]
    return (
        f"{scenario['rank']}.",
        escape(str(scenario["name"])),
        f"{money['mean']:,.0f} ({money['low']:,.0f} to {money['high']:,.0f})",
        f"{lift['mean']:+.1%} ({lift['low']:+.1%} to {lift['high']:+.1%})",
        f"{prediction['cost']:,.0f}",
        "–" if spend is None else f"{spend['mean']:.2f}",
        f"{prediction['evidence']['grade']} experience",
        f"{scenario['probability_best']:.0%}",
    )


def _difference(difference: Mapping[str, Any]) -> str:
    money = difference["incremental_revenue"]
    span = f"{money['mean']:+,.0f} ({money['low']:+,.0f} to {money['high']:+,.0f})"
    told = f"{difference['better']} against {difference['worse']}: {span}"
    if money["low"] < 0 < money["high"]:
        return f"{told}; sales not distinguishable"
    return f"{told}; more profitable with probability {difference['probability']:.0%}"
