"""What every part of the study hands back: lines of one table.

A part is a module of this folder with

    def measure(*, quick: bool, seed: int, work: Path) -> list[Line]

`quick` asks for tiny sizes, which show that the part runs and nothing else; `work` is a folder of
the part's own, kept between runs. A part that reports peak memory measures in processes of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Line:
    """One line of the table: what was measured, what came out, and what was asked for at least.

    `metrics` are the numbers behind it, by name, for MLflow.
    """

    what: str
    measured: str
    least: str
    metrics: Mapping[str, float] = field(default_factory=dict)


class Part(Protocol):
    """The function `measure` of a part's module."""

    def __call__(self, *, quick: bool, seed: int, work: Path) -> list[Line]: ...
