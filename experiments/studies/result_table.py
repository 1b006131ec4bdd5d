"""Studies' results as Markdown, and where they go: behind the mark in the README beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

MARK: Final = "<!-- result -->"


def markdown(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def put_result(readme: Path, table: str) -> None:
    """Replace everything behind the mark; what stands before it is written by hand."""
    head = readme.read_text(encoding="utf-8").split(MARK)[0]
    readme.write_text(f"{head}{MARK}\n\n{table}\n", encoding="utf-8")
