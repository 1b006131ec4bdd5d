"""Faults in the calendar of sales: one grain, weeks from Monday, no holes unseen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import ibis
import ibis.expr.types as ir

from features.checks.faults import Fault, fault

#: So many weekly rows in a row, amid days, are not a coincidence.
_WEEKLY_ROWS: Final = 4
_SERIES: Final = ("brand_id", "market_id")


def check(sales: ir.Table) -> Iterator[Fault]:
    """Faults of the typed sales table's dates.

    Steps between the dates of a brand in a market tell the grain: rows a multiple of seven
    days apart are weekly, rows at most five days apart daily; the grain most rows have is
    the source's.
    """
    steps = _steps(sales)
    found = _summary(steps).to_pyarrow().to_pylist()[0]
    weekly, daily = int(found["weekly_rows"] or 0), int(found["daily_rows"] or 0)
    by_week = weekly > daily or not daily
    strays = daily if by_week else weekly
    if strays:
        grain = "week" if by_week else "day"
        example = found["daily_example"] if by_week else found["weekly_example"]
        detail = f"is not by {grain} as the rest is"
        yield fault("sales", "date", "mixed_grain", strays, example, stops=True, detail=detail)
    if by_week and found["not_monday"]:
        yield fault(
            "sales", "date", "not_monday", int(found["not_monday"]), found["not_monday_example"],
            stops=True,
        )  # fmt: skip
    missing = int((found["missing_weeks"] if by_week else found["missing_days"]) or 0)
    if missing > 0:
        problem = "missing_weeks" if by_week else "missing_days"
        example = found["gap_before_week"] if by_week else found["gap_before_day"]
        yield fault("sales", "date", problem, missing, example, stops=False)


def _steps(sales: ir.Table) -> ir.Table:
    """Distinct dates of each series with the days since the one before and to the next."""
    known = sales.filter(sales.date.notnull()).select(*_SERIES, "date").distinct()
    in_turn = ibis.window(group_by=list(_SERIES), order_by="date")
    return known.mutate(
        since=known.date.delta(known.date.lag().over(in_turn), unit="day"),
        until=known.date.lead().over(in_turn).delta(known.date, unit="day"),
    )


def _summary(steps: ir.Table) -> ir.Table:
    series = ibis.window(group_by=list(_SERIES))
    whole_weeks = (steps.since % 7 == 0).fill_null(True) & (steps.until % 7 == 0).fill_null(True)
    marked = steps.mutate(
        daily=((steps.since < 6) | (steps.until < 6)).fill_null(False),
        weekly=whole_weeks & (whole_weeks.sum().over(series) >= _WEEKLY_ROWS),
        astray=steps.date.day_of_week.index() > 0,
        text=steps.date.cast("string"),
    )
    astray = marked.astray & ~marked.daily
    return marked.agg(
        weekly_rows=marked.weekly.sum(),
        daily_rows=marked.daily.sum(),
        weekly_example=marked.text.min(where=marked.weekly),
        daily_example=marked.text.min(where=marked.daily),
        not_monday=astray.sum(),
        not_monday_example=marked.text.min(where=astray),
        missing_weeks=((marked.since + 1) // 7 - 1).sum(where=marked.since >= 7),
        missing_days=(marked.since - 1).sum(where=marked.since > 1),
        gap_before_week=marked.text.min(where=marked.since > 8),
        gap_before_day=marked.text.min(where=marked.since > 1),
    )
