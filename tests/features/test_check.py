"""Every fault that `check` knows, in tables broken on purpose."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from features.checks.faults import PROBLEMS, Fault
from features.checks.tables import check, require_trainable
from features.errors import FaultyTablesError
from features.sources.source import open_source
from features.tables.schema import TABLES
from tests.features.broken_tables import CASES, Break, drop_table, put, repeat
from tests.features.tiny_world import FIRST, Tables, tiny_world, write

TODAY = date(2024, 6, 1)
#: Tables a problem shows between; a problem of one table needs that table alone.
NEEDS = {
    "unknown_reference": ("creators", "accounts", "markets", "campaigns", "brands"),
    "no_account": ("creators", "accounts"),
    "no_followers": ("accounts", "account_stats"),
    "no_bookings": ("campaigns", "bookings"),
    "no_sales": ("campaigns", "assignments", "sales"),
    "no_holdout": ("campaigns", "assignments"),
}


def found(tables: Tables, folder: Path) -> list[Fault]:
    return check(open_source(write(tables, folder)), today=TODAY)


@pytest.mark.parametrize(
    "case", CASES, ids=[f"{table}.{column}-{problem}" for table, column, problem, *_ in CASES]
)
def test_a_fault_is_named(
    case: tuple[str, str, str, int | None, bool, Break], tmp_path: Path
) -> None:
    table, column, problem, count, stops, break_it = case
    tables = tiny_world(2)
    break_it(tables)
    needed = {name: t for name, t in tables.items() if name in (table, *NEEDS.get(problem, ()))}
    named = [
        f
        for f in found(needed, tmp_path)
        if (f.table, f.column, f.problem) == (table, column, problem)
    ]
    assert len(named) == 1
    assert named[0].stops_training is stops
    assert named[0].count == (count or named[0].count) > 0
    assert named[0].message == str(named[0]) and table in str(named[0])


def test_every_problem_has_a_case() -> None:
    tried = {problem for _, _, problem, *_ in CASES} | {"unreadable_table"}
    assert tried == set(PROBLEMS)


def test_a_sound_source_has_only_what_it_was_given(tmp_path: Path) -> None:
    """The world's last creator has no account; nothing else is amiss."""
    faults = require_trainable(open_source(write(tiny_world(2), tmp_path)))
    assert {f.problem for f in faults} <= {"no_account", "no_followers"}
    assert not any(f.stops_training for f in faults)


def test_all_faults_come_at_once_and_stopping_ones_first(tmp_path: Path) -> None:
    tables = tiny_world(2)
    for break_it in (
        drop_table("markets"),
        put("bookings", "posts", 0),
        put("posts", "views", -1),
        repeat("brands"),
    ):
        break_it(tables)
    faults = found(tables, tmp_path)
    stops = [f.stops_training for f in faults]
    assert stops == sorted(stops, reverse=True) and sum(stops) == 2
    assert {f.problem for f in faults} >= {"missing_table", "too_small", "negative", "repeated_row"}


def test_an_example_is_a_value_from_the_table(tmp_path: Path) -> None:
    tables = tiny_world(2)
    put("posts", "format", "hologram")(tables)
    [fault] = [f for f in found(tables, tmp_path) if f.problem == "unknown_value"]
    assert fault.example == "hologram" and "hologram" in fault.message


def test_unreadable_tables_are_faults(tmp_path: Path) -> None:
    write(tiny_world(2), tmp_path)
    (tmp_path / "sales.parquet").write_bytes(b"PAR1 and nothing else")
    [fault] = [f for f in check(open_source(tmp_path)) if f.problem == "unreadable_table"]
    assert fault.table == "sales" and fault.stops_training


def test_an_empty_folder_misses_every_required_table(tmp_path: Path) -> None:
    missing = {f.table for f in check(open_source(tmp_path)) if f.problem == "missing_table"}
    assert missing == {name for name, table in TABLES.items() if not table.optional}


def test_training_is_refused_with_the_faults_that_stop_it(tmp_path: Path) -> None:
    tables = tiny_world(2)
    repeat("brands")(tables)
    put("bookings", "posts", 0)(tables)
    with pytest.raises(FaultyTablesError) as caught:
        require_trainable(open_source(write(tables, tmp_path)))
    assert [getattr(f, "problem", None) for f in caught.value.faults] == ["too_small"]


def test_a_single_week_per_market_has_no_holes(tmp_path: Path) -> None:
    sales = tiny_world(2)["sales"]
    tables = {"sales": sales[sales["date"] == FIRST]}
    assert "missing_days" not in {f.problem for f in found(tables, tmp_path)}
