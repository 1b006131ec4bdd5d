"""How long do features, reach and the catalog take on large data, and how much memory?

    python -m experiments.studies.feature_scale [--parts posts …] [--quick] [--seeds 641] [--write]

Each part is measured alone; `--write` replaces the rows of the parts measured, and no others.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Final, cast

from experiments.studies.command import Result, ask, publish
from experiments.studies.feature_scale import lines
from experiments.studies.feature_scale.part import Line, Part

NAME: Final = "feature_scale"
README: Final = Path(__file__).with_name("README.md")
#: Modules of this folder, in the order of the table; imported when asked for.
PARTS: Final = ("posts", "engines", "reach", "increment", "killed_writer", "batch")
SEEDS: Final = (641,)
QUICK_SEEDS: Final = (9641,)


def measure(part: str, *, quick: bool, seeds: tuple[int, ...], work: Path) -> list[Line]:
    """Lines of one part, once for each seed."""
    module = import_module(f"experiments.studies.{NAME}.{part}")
    measured = cast(Part, module.measure)
    folder = work / part
    folder.mkdir(parents=True, exist_ok=True)
    return [line for seed in seeds for line in measured(quick=quick, seed=seed, work=folder)]


def result(found: dict[str, list[Line]], kept: lines.Rows) -> Result:
    """The table of what was measured and what was kept, and the numbers measured."""
    rows = [*kept, *lines.rows_of(found)]
    metrics = {
        f"{part}.{name}": value
        for part, measured in found.items()
        for line in measured
        for name, value in line.metrics.items()
    }
    return Result(lines.table(rows, PARTS), metrics, {"parts": " ".join(found)})


def main() -> None:
    """Run the study."""
    asked = ask(NAME, "features on large data", seeds=SEEDS, quick_seeds=QUICK_SEEDS, parts=PARTS)
    found = {
        part: measure(part, quick=asked.quick, seeds=asked.seeds, work=asked.work)
        for part in asked.parts
    }
    told = result(found, lines.kept_rows(README, asked.parts) if asked.write else [])
    publish(asked, NAME, README, told)


if __name__ == "__main__":
    main()
