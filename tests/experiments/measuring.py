"""A task whose measuring leaves a trace, so that it can be counted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Square:
    """Square a number; negative ones fail."""

    number: int
    trace: str

    @property
    def name(self) -> str:
        return f"number {self.number}"


def square(task: Square) -> dict[str, Any]:
    """The square, and a line more in the trace."""
    if task.number < 0:
        raise ValueError(task.number)
    with Path(task.trace).open("a", encoding="utf-8") as trace:
        trace.write(f"{task.number}\n")
    return {"square": task.number**2}
