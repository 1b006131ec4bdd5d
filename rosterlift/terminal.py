"""What every verb shares: where the home is, how answers, progress and errors are shown.

With `--json` one JSON document goes to standard output and everything else to standard
error. Exit status: 0 done, 1 the work found faults, 2 wrong usage.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from features.errors import NotReadyError, RosterliftError, SourceError, TrainingError

DONE, FAULTS, USAGE = 0, 1, 2

Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        envvar="ROSTERLIFT_HOME",
        show_envvar=True,
        help="Catalog, MLflow store and reports; default .rosterlift in the current folder.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON document.")]

StepProgress = Callable[[str, float], None]

answers = Console()
notes = Console(stderr=True)


def home_folder(home: Path | None) -> Path:
    """The home to use: the option of the verb, else the one given before the verb."""
    return home or Path(os.environ.get("ROSTERLIFT_HOME") or ".rosterlift")


@contextmanager
def told_errors() -> Iterator[None]:
    """Turn domain errors into a sentence on standard error and the exit status they deserve."""
    try:
        yield
    except (SourceError, TrainingError, NotReadyError) as error:
        notes.print(f"[bold red]error:[/] {_plain(error)}", highlight=False)
        raise typer.Exit(FAULTS) from error
    except RosterliftError as error:
        notes.print(f"[bold red]error:[/] {_plain(error)}", highlight=False)
        raise typer.Exit(USAGE) from error


@contextmanager
def progress_bar() -> Iterator[StepProgress]:
    """A progress bar on standard error; each named step replaces the one before."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=notes, transient=True) as bar:
        task = bar.add_task("starting", total=None)
        current = ""

        def step(name: str, part: float) -> None:
            nonlocal current
            if name != current:
                current = name
                bar.reset(task, description=name, total=None)
            if part > 0:
                bar.update(task, completed=part, total=1.0)

        yield step


def say_json(content: object) -> None:
    """Write one JSON document to standard output."""
    json.dump(content, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False, default=str)
    sys.stdout.write("\n")


def table_of(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """A plain table for people."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(str(value) for value in row))
    return table


def read_json(path: Path) -> Any:
    """Read a JSON file; a wrong one is wrong usage."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        notes.print(f"[bold red]error:[/] {path} cannot be read as JSON: {error}", highlight=False)
        raise typer.Exit(USAGE) from error


def finite(numbers: Mapping[str, float]) -> dict[str, float | None]:
    """Numbers as JSON can hold them: what is not finite becomes null."""
    return {name: v if v == v and abs(v) != float("inf") else None for name, v in numbers.items()}


def _plain(error: Exception) -> str:
    # Square brackets in a path must not be read as markup.
    return str(error).replace("[", "\\[")
