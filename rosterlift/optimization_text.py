"""An optimised roster in words for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from rosterlift.terminal import table_of

_SOURCES = {"rates": "asked", "estimate": "estimated", None: "as sent"}


def optimization_table(answer: Mapping[str, Any]) -> RenderableType:
    """The roster by what each creator adds, the whole, other budgets, and warnings in words."""
    prediction = answer["prediction"]
    parts = {part["creator_id"]: part for part in prediction["by_creator"]}
    roster = sorted(
        answer["roster"],
        key=lambda one: -parts[one["creator_id"]]["incremental_revenue"]["mean"],
    )
    rows = [_row(booking, parts[booking["creator_id"]]) for booking in roster]
    budgets = [
        (
            f"{point['budget']:,.0f}",
            f"{point['creators']}",
            f"{point['cost']:,.0f}",
            f"{point['incremental_revenue']['mean']:,.0f}",
        )
        for point in answer["frontier"]
    ]
    warnings = [*answer["warnings"], *prediction["warnings"]]
    return Group(
        table_of(("creator", "platform", "format", "posts", "fee", "", "adds"), rows),
        Text(),
        Text(_whole(prediction)),
        Text(_proof(answer["solver"])),
        Text(),
        table_of(("budget", "creators", "cost", "adds"), budgets),
        *(Text(warning["message"], style="yellow") for warning in warnings),
    )


def _row(booking: Mapping[str, Any], part: Mapping[str, Any]) -> tuple[str, ...]:
    money = part["incremental_revenue"]
    return (
        escape(str(booking["creator_id"])),
        booking["platform"],
        booking["format"],
        str(booking["posts"]),
        f"{booking['fee']:,.0f}",
        _SOURCES[booking["fee_source"]],
        f"{money['mean']:,.0f} ({money['low']:,.0f} to {money['high']:,.0f})",
    )


def _whole(prediction: Mapping[str, Any]) -> str:
    money, lift = prediction["incremental_revenue"], prediction["lift"]
    return (
        f"Together: {money['mean']:,.0f} ({money['low']:,.0f} to {money['high']:,.0f}, "
        f"{prediction['interval']:.0%}) for {prediction['cost']:,.0f}; "
        f"lift {lift['mean']:+.1%} ({lift['low']:+.1%} to {lift['high']:+.1%})"
    )


def _proof(solver: Mapping[str, Any]) -> str:
    found = f"Chosen from {solver['candidates']:,} creators in {solver['seconds']:.1f} s"
    if solver["full_model_gap"] is None:
        return f"{found}; nothing bounds how much better another roster could be"
    return f"{found}; no roster is better by more than {solver['full_model_gap']:.1%} of the bound"
