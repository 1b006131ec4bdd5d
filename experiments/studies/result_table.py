"""Where a study's result goes: behind the mark in the README beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

MARK: Final = "<!-- result -->"


def put_result(readme: Path, table: str) -> None:
    """Replace everything behind the mark; what stands before it is written by hand."""
    head = readme.read_text(encoding="utf-8").split(MARK)[0]
    readme.write_text(f"{head}{MARK}\n\n{table}\n", encoding="utf-8")
