"""Studies of several parts: each a module that hands back lines of one table.

A part is a module of the study's folder with

    def measure(*, quick: bool, seed: int, work: Path) -> list[Line]

`quick` asks for tiny sizes, which show that the part runs and nothing else; `work` is a folder of
the part's own, kept between runs. A part that reports peak memory measures in processes of its own.
Each part may be measured alone: rows of the others stay in the table as they were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol, cast

from experiments.studies.command import Result, ask, publish
from experiments.studies.result_table import MARK, markdown

COLUMNS: Final = ("part", "what", "measured", "at least")
Rows = Sequence[Sequence[str]]


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


@dataclass(frozen=True)
class PartedStudy:
    """A study by the name of its folder; `parts` are modules there, in the order of the table.

    Parts are imported when asked for. `seeds` are reported, `quick_seeds` are not.
    """

    name: str
    about: str
    parts: tuple[str, ...]
    seeds: tuple[int, ...]
    quick_seeds: tuple[int, ...]

    def run(self, readme: Path) -> None:
        """Run the command line of the study; `readme` is where its table goes."""
        asked = ask(
            self.name,
            self.about,
            seeds=self.seeds,
            quick_seeds=self.quick_seeds,
            parts=self.parts,
        )
        found = {
            part: self.measure(part, quick=asked.quick, seeds=asked.seeds, work=asked.work)
            for part in asked.parts
        }
        kept = kept_rows(readme, asked.parts) if asked.write else []
        publish(asked, self.name, readme, self.result(found, kept))

    def measure(self, part: str, *, quick: bool, seeds: tuple[int, ...], work: Path) -> list[Line]:
        """Lines of one part, once for each seed."""
        module = import_module(f"experiments.studies.{self.name}.{part}")
        measured = cast(Part, module.measure)
        folder = work / part
        folder.mkdir(parents=True, exist_ok=True)
        return [line for seed in seeds for line in measured(quick=quick, seed=seed, work=folder)]

    def result(self, found: Mapping[str, Sequence[Line]], kept: Rows) -> Result:
        """The table of what was measured and what was kept, and the numbers measured."""
        metrics = {
            f"{part}.{name}": value
            for part, measured in found.items()
            for line in measured
            for name, value in line.metrics.items()
        }
        rows = [*kept, *rows_of(found)]
        return Result(table(rows, self.parts), metrics, {"parts": " ".join(found)})


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
