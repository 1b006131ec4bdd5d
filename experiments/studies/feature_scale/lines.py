"""The study's table: lines of all parts, of which some were measured today and some before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from experiments.studies.feature_scale.part import Line
from experiments.studies.result_table import MARK, markdown

COLUMNS: Final = ("part", "what", "measured", "at least")
Rows = Sequence[Sequence[str]]


def rows_of(found: Mapping[str, Sequence[Line]]) -> list[list[str]]:
    """Table rows of the lines each part gave."""
    return [
        [part, line.what, line.measured, line.least]
        for part, lines in found.items()
        for line in lines
    ]


def kept_rows(readme: Path, measured: Sequence[str]) -> list[list[str]]:
    """Rows of the parts that stand in the README and were not measured now."""
    _, _, behind = readme.read_text(encoding="utf-8").partition(MARK)
    written = [line.strip("| ").split(" | ") for line in behind.splitlines() if line[:1] == "|"]
    return [row for row in written[2:] if row[0] not in measured]


def table(rows: Rows, parts: Sequence[str]) -> str:
    """All rows in the order of the parts."""
    return markdown(COLUMNS, sorted(rows, key=lambda row: parts.index(row[0])))
