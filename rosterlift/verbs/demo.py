"""The whole job on a small simulated world, in one verb."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from rosterlift.comparison_text import comparison_table
from rosterlift.terminal import (
    Home,
    Json,
    answers,
    finite,
    home_folder,
    notes,
    progress_bar,
    say_json,
    told_errors,
)


def demo(
    serve: Annotated[bool, typer.Option("--serve", help="Serve the home afterwards.")] = False,
    port: Annotated[int, typer.Option(help="Port for --serve.")] = 3000,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Simulate a small world, train on it and compare three example rosters.

    Leaves a home that `rosterlift serve` can serve.

    Example: rosterlift demo --serve
    """
    folder = home_folder(home)
    with told_errors(), progress_bar() as step:
        from experiments.demo import run_demo

        result = run_demo(folder, _ask, step)
    if as_json:
        say_json(
            {
                "verdict": result.training.verdict,
                "version": result.training.version,
                "metrics": finite(result.training.metrics),
                "report": str(result.training.report),
                "comparisons": result.comparisons,
            }
        )
    else:
        _tell(result.training.verdict, result.training.report, result.comparisons)
    if serve:
        from serving.launch import serve as run

        notes.print(f"Planner page and API on http://127.0.0.1:{port}/", highlight=False)
        with told_errors():
            run(folder, "127.0.0.1", port, 1, None)


def _ask(home: Path, body: dict[str, Any]) -> dict[str, Any]:
    from rosterlift.scenario_files import compare_request
    from rosterlift.verbs.answering import scorer_of

    return scorer_of(home).compare(compare_request(body)).model_dump(mode="json")


def _tell(verdict: str, report: Path, comparisons: list[dict[str, Any]]) -> None:
    answers.print(f"Model [bold]{verdict}[/]; report in {escape(str(report))}\n", highlight=False)
    for comparison in comparisons:
        answers.print(f"[bold]{escape(comparison['question'])}[/]", highlight=False)
        answers.print(comparison_table(comparison["answer"]))
        answers.print(f"→ {escape(comparison['claim'])}\n", highlight=False)
