"""Ledgers and backtests in words for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from rosterlift.terminal import table_of

Json = Mapping[str, Any]

#: The grade that needs no word.
DRAWN = "drawn"

#: Of a text table; `--json` and the page have all.
_MOST_FEATURES = 5


def ledger_text(told: Json) -> RenderableType:
    """Every campaign, how stated and measured lifts agree, and the rule for retraining."""
    parts: list[RenderableType] = [
        _campaigns(told),
        Text(),
        _agreements(told),
        Text(),
        *_forecasts(told),
        *_warnings(told),
        *_features(told),
    ]
    if told["backtest"]:
        parts += [Text(), standings(told["backtest"])]
    return Group(*parts, Text(), _criteria(told), Text(told["retraining"]["sentence"]))


def standings(scores: Json) -> RenderableType:
    """The model beside rules that anybody can follow."""
    header = ("predicted by", "R²", "rank", "slope (90%)", "preferred half", "model ahead (90%)")
    rows = [_standing(one) for one in scores["standings"]]
    told = (
        f"{scores['campaigns']} campaigns, each forecast by a model that knew nothing later; on "
        f"average {scores['average']:+.2%} was measured."
    )
    return Group(Text(told), table_of(header, rows))


def _standing(one: Json) -> tuple[str, ...]:
    found, behind = one["agreement"], one["behind"]
    return (
        one["label"],
        "–" if found is None else f"{found['r2']:.2f} of {found['r2_ceiling']:.2f}",
        f"{one['rank']:.2f}",
        "–" if found is None else _bounded(found["slope"], ".2f"),
        f"{one['preferred']:+.2%}",
        "" if behind is None else _bounded(behind, "+.2%"),
    )


def _campaigns(told: Json) -> RenderableType:
    header = ("campaign", "brand", "starts", "stated by", "a test would show", "measured", "inside")
    return table_of(header, [_campaign(one) for one in told["campaigns"]])


def _campaign(one: Json) -> tuple[str, ...]:
    stated, measured = one["stated"], one["measured"]
    test = stated["test"] if stated else None
    inside = {True: "yes", False: "[yellow]no[/]", None: ""}[one["inside"]]
    return (
        escape(one["campaign_id"]),
        escape(one["brand"]),
        one["starts_on"],
        escape(f"{stated['model']}, {stated['origin']}") if stated else "nobody",
        "" if test is None else _span(test),
        f"{measured['mean']:+.1%} ± {measured['standard_error']:.1%}"
        + ("" if one["grade"] == DRAWN else f", markets {one['grade']}"),
        "[red]fault[/]" if one["faults"] else inside,
    )


def _agreements(told: Json) -> RenderableType:
    header = ("campaigns", "number", "inside 90% (90%)", "slope (90%)", "measured less stated")
    named = [*told["calibration"].items(), *((one["quarter"], one) for one in told["by_quarter"])]
    return table_of(header, [_agreement(name, found) for name, found in named])


def _agreement(name: str, found: Json) -> tuple[str, ...]:
    numbers = (("coverage", ".0%"), ("slope", ".2f"), ("bias", "+.2%"))
    told = (_bounded(found[number], how) if found[number] else "–" for number, how in numbers)
    return (name, str(found["campaigns"]), *told)


def _forecasts(told: Json) -> list[Text]:
    asked = told["forecasts"]
    if not asked["answered"]:
        return [Text("The service was never asked; all that is stated are hindcasts.")]
    why = "; ".join(f"{count}: {reason}" for reason, count in asked["unmatched"].items())
    return [
        Text(
            f"Of {asked['answered']} forecasts told, {asked['matched']} belong to campaigns here."
            + (f" The others: {why}." if why else "")
        )
    ]


def _warnings(told: Json) -> list[RenderableType]:
    if not told["warnings"]:
        return []
    header = ("warning", "with", "without", "miss with", "miss without", "p", "warned rightly")
    rows = [
        (
            one["code"],
            one["campaigns"],
            one["campaigns_without"],
            _or_dash(one["miss"], ".2f"),
            _or_dash(one["miss_without"], ".2f"),
            _or_dash(one["p_value"], ".3f"),
            one["verdict"],
        )
        for one in told["warnings"]
    ]
    note = "Mean misses, in standard errors of the measurement (0.8 where forecasts are perfect)."
    return [Text(), table_of(header, rows), Text(note, style="dim")]


def _features(told: Json) -> list[RenderableType]:
    rows = [
        (one["feature"], f"{one['index']:.2f}", f"{one['p_value']:.3f}", _yes(one["drifted"]))
        for one in told["features"][:_MOST_FEATURES]
    ]
    if not rows:
        return []
    return [Text(), table_of(("feature of late bookings", "index", "p", "drifted"), rows)]


def _criteria(told: Json) -> RenderableType:
    rows = [
        ("[red]yes[/]" if one["fires"] else "no", one["name"], escape(one["found"]), one["when"])
        for one in told["retraining"]["criteria"]
    ]
    return table_of(("retrain", "criterion", "found", "when"), rows)


def _yes(flag: bool) -> str:
    return "[yellow]yes[/]" if flag else "no"


def _span(ends: Json) -> str:
    return f"{ends['mean']:+.1%} ({ends['low']:+.1%} to {ends['high']:+.1%})"


def _bounded(found: Json, how: str) -> str:
    value, low, high = (_or_dash(found[name], how) for name in ("value", "low", "high"))
    return f"{value} ({low} to {high})"


def _or_dash(value: float | None, how: str) -> str:
    return "–" if value is None else format(value, how)
