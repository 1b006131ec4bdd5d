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
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from features.errors import (
    NotReadyError,
    PromotionRefusedError,
    RosterliftError,
    SourceError,
    SourceNotFoundError,
    TrainingError,
)

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
    """Turn errors into a sentence on standard error and the exit status they deserve.

    A path that is not there or cannot be written is wrong usage, like an option left out.
    """
    try:
        yield
    except (SourceNotFoundError, PromotionRefusedError, OSError) as error:
        raise _told(error, USAGE) from error
    except (SourceError, TrainingError, NotReadyError) as error:
        raise _told(error, FAULTS) from error
    except RosterliftError as error:
        raise _told(error, USAGE) from error


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


@contextmanager
def stray_output_to_stderr() -> Iterator[None]:
    """What compiled libraries print goes to standard error: standard output is the answer's.

    HiGHS reports a repaired solution with a bare `printf`, whatever it is told about logs.
    """
    sys.stdout.flush()
    kept = os.dup(1)
    try:
        os.dup2(2, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


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


def finite(numbers: Mapping[str, float]) -> dict[str, float | None]:
    """Numbers as JSON can hold them: what is not finite becomes null."""
    return {name: v if v == v and abs(v) != float("inf") else None for name, v in numbers.items()}


def _told(error: Exception, status: int) -> typer.Exit:
    # Square brackets in a path must not be read as markup.
    notes.print(f"[bold red]error:[/] {escape(str(error))}", highlight=False)
    return typer.Exit(status)
