"""The command line: one thin command per verb; the work is done in the storeys below."""

from __future__ import annotations

import os
from importlib.metadata import version

import typer

from rosterlift.terminal import Home
from rosterlift.verbs import answering, data, demo, designing, keeping, measuring, models

app = typer.Typer(
    name="rosterlift",
    help="Forecasts the incremental sales of a named roster of creators, with an honest interval.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"rosterlift {version('rosterlift')}")
        raise typer.Exit


@app.callback()
def main(
    home: Home = None,
    show_version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Show the version."
    ),
) -> None:
    """Forecasts the incremental sales of a named roster of creators."""
    if home is not None:
        os.environ["ROSTERLIFT_HOME"] = str(home)


for verb in (
    demo.demo,
    data.simulate,
    data.check,
    data.features,
    data.catalog,
    models.train,
    models.models,
    models.promote,
    models.rollback,
    answering.predict,
    answering.optimize,
    designing.design,
    measuring.measure,
    keeping.ledger,
    keeping.backtest,
    answering.serve,
):
    app.command()(verb)


if __name__ == "__main__":
    app()
