"""What is wrong with a source: one fault per table, column and problem, with an example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

#: Every problem `check` looks for, in words.
PROBLEMS: Final[Mapping[str, str]] = {
    "missing_table": "a required table is absent",
    "empty_table": "a required table without a row",
    "unreadable_table": "a table is there and cannot be read",
    "missing_column": "a required column is absent",
    "wrong_type": "values do not read as the column's type",
    "null_required": "no value where one is required",
    "repeated_row": "rows repeated word for word; one of each is used",
    "conflicting_key": "rows that contradict one another under one key",
    "negative": "values below zero",
    "too_small": "values below the smallest sensible one",
    "share_out_of_range": "shares outside 0..1",
    "shares_above_one": "shares of one dimension sum to more than 1; scaled down to 1",
    "unknown_reference": "ids that the table they point to does not hold",
    "unknown_value": "values outside the column's list",
    "wrong_order": "a date before one it has to follow",
    "implausible_date": "dates before 1990 or after 2099",
    "future_date": "observations dated after today",
    "sample_rate_varies": "a follower sample with several sampling rates; not used",
    "mixed_grain": "some sales by day, some by week",
    "not_monday": "weekly sales that are not dated to the Monday of their week",
    "missing_weeks": "weeks without a row between a market's first and last sale",
    "missing_days": "days without a row between a market's first and last sale",
    "no_account": "creators without an account",
    "no_followers": "creators without a follower count above 0",
    "no_bookings": "campaigns without a roster",
    "no_sales": "campaigns whose brand has no sales in their markets and weeks",
    "no_holdout": "campaigns without both treated and held-out markets",
    "disclosed_without_sponsor": "is_disclosed given for posts that are not sponsored; ignored",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault in one column: how many rows have it, and one of them.

    `column` is empty where the fault is the table's; `example` is a value or key as
    text, empty where there is none; `message` says all of it in a sentence.
    """

    table: str
    column: str
    problem: str
    count: int
    example: str
    stops_training: bool
    message: str

    def __str__(self) -> str:
        return self.message


def fault(
    table: str,
    column: str,
    problem: str,
    count: int = 1,
    example: object = "",
    *,
    stops: bool,
    detail: str = "",
) -> Fault:
    """Write a fault and its sentence; `detail` takes the place of the problem's usual words."""
    where = f"{table}.{column}" if column else table
    shown = "" if example is None else str(example)
    message = f"{where}: {detail or PROBLEMS[problem]} ({count:,})"
    message += f", for example {shown!r}" if shown else ""
    return Fault(table, column, problem, count, shown, stops, message)
