"""The command line that studies share, and where their results go."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from experiments.studies.result_table import put_result
from experiments.studies.worlds_in_parallel import Task, plain
from training import tracking


@dataclass(frozen=True)
class Asked:
    """What the user wants of a study; `parts` of one that has some.

    `quick` asks for tiny worlds, which show that the study runs and nothing else. Results on
    the way are kept in `work`, finished ones go to the MLflow store of `home`.
    """

    quick: bool
    seeds: tuple[int, ...]
    work: Path
    home: Path
    write: bool
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """What a study found: a table in Markdown, and numbers and settings for MLflow."""

    table: str
    metrics: Mapping[str, float]
    parameters: Mapping[str, str] = field(default_factory=dict)

    def measured_as(self, task: Task) -> Self:
        """The same with the settings of a task, the first of those measured."""
        return replace(self, parameters={**self.parameters, **flat(plain(task))})


def ask(
    name: str,
    about: str,
    *,
    seeds: Sequence[int],
    quick_seeds: Sequence[int],
    parts: Sequence[str] = (),
) -> Asked:
    """Read the command line of the study `name`.

    Args:
        seeds: the seeds to report; nothing was tuned on them.
        quick_seeds: others, for `--quick`.
        parts: names of parts that can be measured alone; all of them by default.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m experiments.studies.{name}", description=about
    )
    parser.add_argument("--quick", action="store_true", help="tiny worlds: does the study run?")
    parser.add_argument("--seeds", type=int, nargs="+", metavar="SEED", help="other seeds")
    parser.add_argument("--home", type=Path, default=Path(".rosterlift"), help="MLflow's store")
    parser.add_argument("--work", type=Path, help="where results on the way are kept")
    parser.add_argument("--write", action="store_true", help="write the table into the README")
    if parts:
        parser.add_argument("--parts", nargs="+", choices=parts, help="some parts alone")
    found = parser.parse_args()
    if found.quick and found.write:
        parser.error("--quick proves nothing, so its table is not written: leave out one of both")
    return Asked(
        quick=found.quick,
        seeds=tuple(found.seeds or (quick_seeds if found.quick else seeds)),
        work=found.work or found.home / "studies" / name,
        home=found.home,
        write=found.write,
        parts=tuple(found.parts or parts) if parts else (),
    )


def publish(asked: Asked, name: str, readme: Path, result: Result) -> None:
    """Print the table, log it to MLflow and, if asked, write it into the README."""
    sys.stdout.write(result.table + "\n")
    tracking.log_study(
        asked.home,
        f"{name}-quick" if asked.quick else name,
        parameters={**result.parameters, "seeds": " ".join(map(str, asked.seeds))},
        metrics={_allowed(measure): value for measure, value in result.metrics.items()},
        texts={"table.md": result.table},
    )
    if asked.write:
        put_result(readme, result.table)


def flat(content: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Nested settings as MLflow's parameters: names joined by dots, values as text."""
    found: dict[str, str] = {}
    for name, value in content.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{prefix}{name}.")
        else:
            found[f"{prefix}{name}"] = str(value)
    return found


def _allowed(name: str) -> str:
    """The name without what MLflow refuses in one."""
    return re.sub(r"[^A-Za-z0-9_./-]+", "_", name)
