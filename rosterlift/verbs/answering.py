"""Verbs that answer about rosters: predict, optimize and serve."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from rosterlift.comparison_text import comparison_table
from rosterlift.optimization_text import optimization_table
from rosterlift.terminal import (
    FAULTS,
    Home,
    answers,
    home_folder,
    notes,
    progress_bar,
    say_json,
    stray_output_to_stderr,
    told_errors,
)

if TYPE_CHECKING:
    from serving.predictions.scoring import RosterScorer


def predict(
    file: Annotated[
        Path,
        typer.Argument(help="A body of /v1/compare, a list of them, or bookings (CSV, Parquet)."),
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Write the answer there; of Parquet .parquet or .jsonl, and needed."),
    ] = None,
    settings: Annotated[
        Path | None, typer.Option(help="TOML file; [parallel] says where Parquet is answered.")
    ] = None,
    home: Home = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer with one JSON document.")] = False,
) -> None:
    """Answer scenarios without a service; the same numbers as the service.

    FILE is a body of /v1/compare or a list of them, or a CSV of bookings with the columns of
    the bookings table, a `scenario` column and the campaign's columns. A Parquet file of such
    rows may have any length: each scenario, its rows together, becomes one row of --out, with an
    error in place of numbers where it has none (exit status 1).

    Example: rosterlift predict scenarios.json --out answer.json
    """
    if file.suffix.lower() == ".parquet":
        _predict_stream(file, out, settings, home, as_json)
        return
    with told_errors():
        from rosterlift.files import write_json
        from rosterlift.scenario_files import compare_request, read_scenarios

        asked = read_scenarios(file)
        scorer = scorer_of(home_folder(home))

        def ask(body: Any) -> Any:
            return scorer.compare(compare_request(body))

        documents = [_answer(ask, body, i if asked.many else None) for i, body in asked.numbered]
        answer: Any = documents if asked.many else documents[0]
        if out is not None:
            write_json(out, answer)
    if asked.many or as_json or out is not None:
        _tell(answer, out, as_json=as_json)
    else:
        answers.print(comparison_table(answer))


def optimize(
    file: Annotated[Path, typer.Argument(help="A body of /v1/optimize, or a list of them.")],
    out: Annotated[Path | None, typer.Option(help="Write the answer there.")] = None,
    home: Home = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer with one JSON document.")] = False,
) -> None:
    """Find the best roster under a budget without a service; as the service does.

    FILE is a body of /v1/optimize (campaign, budget, candidates or a filter of the catalog,
    constraints) or a list of them. A request that no roster satisfies names the constraints in
    conflict (exit status 2).

    Example: rosterlift optimize wish.json --out answer.json
    """
    with told_errors():
        from rosterlift.files import write_json
        from rosterlift.scenario_files import optimize_request, read_bodies

        asked = read_bodies(file)
        scorer = scorer_of(home_folder(home))

        def ask(body: Any) -> Any:
            return scorer.optimize(optimize_request(body))

        with progress_bar() as step, stray_output_to_stderr():
            documents = []
            for i, body in asked.numbered:
                step("choosing", i / len(asked.bodies))
                documents.append(_answer(ask, body, i if asked.many else None))
        answer: Any = documents if asked.many else documents[0]
        if out is not None:
            write_json(out, answer)
    if asked.many or as_json or out is not None:
        _tell(answer, out, as_json=as_json)
    else:
        answers.print(optimization_table(answer))


def _tell(answer: Any, out: Path | None, *, as_json: bool) -> None:
    """Say where the answer was written, or the answer itself as JSON."""
    if out is None:
        say_json(answer)
        return
    notes.print(f"Answer written to {escape(str(out))}")
    if as_json:
        say_json({"out": str(out)})


def _predict_stream(
    file: Path, out: Path | None, settings: Path | None, home: Path | None, as_json: bool
) -> None:
    with told_errors(), progress_bar() as step:
        from rosterlift.answer_stream import answer_file, check_out
        from rosterlift.scenario_stream import ScenarioStream
        from serving.predictions.batch import Home as OpenHome
        from training.settings import read_settings

        place, workers = check_out(out), read_settings(settings).workers
        stream = ScenarioStream(file)
        found = answer_file(
            stream,
            OpenHome.at(home_folder(home)),
            workers,
            place,
            lambda part: step("answering", part),
        )
    told = f"{found.scenarios:,} scenarios of {found.rows:,} bookings, {found.failed:,} with errors"
    notes.print(f"Answers to {told} written to {escape(str(place))}", highlight=False)
    if as_json:
        say_json({"out": str(place), **vars(found)})
    if found.failed:
        raise typer.Exit(FAULTS)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port.")] = 3000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes.")] = 1,
    token_file: Annotated[
        Path | None, typer.Option(help="One bearer token a line; needed beyond loopback.")
    ] = None,
    home: Home = None,
) -> None:
    """Run the service and the planner page.

    Example: rosterlift serve --port 3000
    """
    from serving.launch import serve as run

    with told_errors():
        notes.print(f"Planner page and API on http://{host}:{port}/", highlight=False)
        run(home_folder(home), host, port, workers, token_file)


def scorer_of(home: Path) -> RosterScorer:
    """What the service would answer with: the home's champion and catalog."""
    from features.catalogs import catalog
    from serving.predictions.scoring import RosterScorer
    from training import tracking

    return RosterScorer(tracking.champion_bundle(home), catalog.load(home))


def _answer(ask: Callable[[Any], Any], body: Any, position: int | None) -> dict[str, Any]:
    """The answer as JSON holds it; what is wrong with one of several is named by its position."""
    from features.errors import FieldFault, InvalidRequestError, NoRosterError

    try:
        document: dict[str, Any] = ask(body).model_dump(mode="json")
    except (InvalidRequestError, NoRosterError) as error:
        if position is None:
            raise
        faults = [FieldFault(f"{position}.{f.path}", f.message) for f in error.faults]
        raise type(error)(faults) from error
    return document
