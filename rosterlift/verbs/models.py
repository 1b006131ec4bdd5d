"""Verbs about models: train, models, promote, rollback."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from rosterlift.terminal import (
    Home,
    Json,
    answers,
    finite,
    home_folder,
    progress_bar,
    say_json,
    table_of,
    told_errors,
)
from rosterlift.verbs.data import Source

if TYPE_CHECKING:
    from training.fit import TrainingResult

Reason = Annotated[str, typer.Option(help="Kept with the promotion; force needs one.")]


def train(
    source: Source,
    settings: Annotated[Path | None, typer.Option(help="TOML file of settings.")] = None,
    learner: Annotated[
        str | None, typer.Option(help="roster_boosting, roster_linear or roster_averages.")
    ] = None,
    promote: Annotated[
        str, typer.Option(help="auto: when every gate passes; never; force: needs --reason.")
    ] = "auto",
    reason: Reason = "",
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of folds, bags and draws.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Learn from past campaigns, log and register the model, and refresh the catalog.

    Example: rosterlift train world --seed 7 --promote never
    """
    from training.settings import read_settings

    with told_errors(), progress_bar() as step:
        chosen = read_settings(settings)
        given = {"learner": learner, "seed": seed}
        chosen = chosen.model_validate(
            {**chosen.model_dump(), **{k: v for k, v in given.items() if v is not None}}
        )
        from features.catalogs import catalog
        from features.snapshots.assembly import snapshot
        from features.sources.source import open_source
        from training.fit import train as run

        folder = home_folder(home)
        result = run(source, folder, chosen, promote=promote, reason=reason, progress=step)
        step("refreshing the catalog", 0.0)
        catalog.save(snapshot(open_source(source)), folder)
    if as_json:
        say_json(_document(result))
    else:
        _tell(result)


def models(home: Home = None, as_json: Json = False) -> None:
    """List the registered versions, newest first, and say who is champion.

    Example: rosterlift models
    """
    from training import tracking

    with told_errors():
        found = tracking.versions(home_folder(home))
    if as_json:
        names = ("version", "run_id", "created", "champion", "verdict", "reason")
        say_json([{name: getattr(version, name) for name in names} for version in found])
        return
    rows = [
        (
            "champion" if v.champion else "",
            v.version,
            f"{v.created:%Y-%m-%d %H:%M}",
            v.verdict,
            escape(v.reason),
        )
        for v in found
    ]
    answers.print(table_of(("", "version", "trained", "verdict", "reason"), rows))


def promote(
    version: Annotated[str, typer.Argument(help="A version of `rosterlift models`.")],
    reason: Reason = "",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Make a version the champion that is served, and keep the reason.

    Example: rosterlift promote 3 --reason "agreed after the spring review"
    """
    from features.errors import PromotionRefusedError
    from training import tracking

    with told_errors():
        if not reason.strip():
            raise PromotionRefusedError(["promoting by hand needs a reason (--reason TEXT)"])
        tracking.promote(home_folder(home), version, reason)
    _moved(version, as_json)


def rollback(home: Home = None, as_json: Json = False) -> None:
    """Make the champion before this one champion again.

    Example: rosterlift rollback
    """
    from training import tracking

    with told_errors():
        version = tracking.rollback(home_folder(home))
    _moved(version, as_json)


def _moved(version: str, as_json: bool) -> None:
    if as_json:
        say_json({"champion": version})
    else:
        answers.print(f"Version {version} is champion.")


def _document(result: TrainingResult) -> dict[str, object]:
    return {
        "run_id": result.run_id,
        "version": result.version,
        "verdict": result.verdict,
        "reasons": list(result.reasons),
        "report": str(result.report),
        "metrics": finite(result.metrics),
        "rows": result.rows,
    }


def _tell(result: TrainingResult) -> None:
    colour = {"promoted": "green", "refused": "red"}.get(result.verdict, "yellow")
    answers.print(f"Verdict: [bold {colour}]{result.verdict}[/], version {result.version}")
    for reason in result.reasons:
        answers.print(f"  [red]·[/] {escape(reason)}", highlight=False)
    rows = [
        ("[green]passed[/]" if c.passed else "[red]failed[/]", c.check, c.found, c.expected)
        for c in result.checks
    ]
    answers.print(table_of(("", "check", "found", "expected"), rows))
    for reason, count in result.rows["dropped"].items():
        answers.print(f"  left out: {count:,} {reason}", highlight=False)
    answers.print(
        f"Run {result.run_id}\nReport {escape(str(result.report))}", highlight=False, soft_wrap=True
    )
