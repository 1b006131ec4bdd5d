"""Verbs about tables: simulate, check, features, catalog."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from experiments.worlds.rules import WORLDS
from rosterlift.terminal import (
    FAULTS,
    Home,
    Json,
    answers,
    home_folder,
    notes,
    progress_bar,
    say_json,
    table_of,
    told_errors,
)

Source = Annotated[str, typer.Argument(help="Folder, DuckDB file or database address.")]
Memory = Annotated[
    str | None,
    typer.Option(help="DuckDB's memory limit, such as 4GB; half the machine's by default."),
]
#: Gaps are facts of a business, not mistakes in a table.
_NOT_FAULTS = frozenset({"missing_weeks", "missing_days"})


def simulate(
    out: Annotated[
        Path, typer.Argument(help="Folder to write; an earlier world in it is replaced.")
    ],
    world: Annotated[str, typer.Option(help=f"Which world: {', '.join(WORLDS)}.")] = "randomised",
    campaigns: Annotated[int, typer.Option(help="Past campaigns.")] = 300,
    creators: Annotated[int, typer.Option(help="Creators.")] = 1000,
    markets: Annotated[int, typer.Option(help="Markets.")] = 50,
    brands: Annotated[int, typer.Option(help="Brands.")] = 12,
    weeks: Annotated[int, typer.Option(help="Weeks of sales.")] = 156,
    seed: Annotated[int, typer.Option(help="Same seed, same world.")] = 0,
    claimed_as_drawn: Annotated[
        bool,
        typer.Option(
            "--claimed-as-drawn", help="Record markets that brands chose as drawn by lot: a lie."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Write a simulated world: the input tables, truth.parquet and future.json.

    Example: rosterlift simulate world --campaigns 90 --creators 300 --markets 24 --seed 1
    """
    from experiments.worlds.simulate import WorldSettings
    from experiments.worlds.simulate import simulate as write_world

    with told_errors(), progress_bar() as step:
        settings = WorldSettings(
            world=world,
            campaigns=campaigns,
            creators=creators,
            markets=markets,
            brands=brands,
            weeks=weeks,
            seed=seed,
            claimed_as_drawn=claimed_as_drawn,
        )
        write_world(settings, out, step)
    if as_json:
        say_json({"out": str(out), "world": world, "seed": seed})
    else:
        answers.print(f"World [bold]{world}[/] written to {escape(str(out))}")


def check(source: Source, memory: Memory = None, as_json: Json = False) -> None:
    """Name every fault of the tables, and say which stop training.

    Exit status 1 when there are faults. Weeks without sales are listed, but are no fault.

    Example: rosterlift check world
    """
    from features.checks.tables import check as find_faults
    from features.sources.source import open_source

    with told_errors(), progress_bar() as step:
        step("reading tables", 0.0)
        faults = find_faults(open_source(source, memory_limit=memory))
    found = [fault for fault in faults if fault.problem not in _NOT_FAULTS]
    stopping = sum(fault.stops_training for fault in faults)
    if as_json:
        names = ("table", "column", "problem", "count", "example", "stops_training", "message")
        listed = [{name: getattr(fault, name) for name in names} for fault in faults]
        say_json({"faults": listed, "stops_training": stopping > 0})
    else:
        rows = [
            (
                "[red]stops training[/]" if f.stops_training else "mended, counted",
                f.table,
                f.column,
                f"{f.count:,}",
                escape(f.message),
            )
            for f in faults
        ]
        if rows:
            answers.print(table_of(("", "table", "column", "rows", "fault"), rows))
        answers.print(f"{len(found)} faults, {stopping} of them stop training.")
    if found:
        raise typer.Exit(FAULTS)


def features(
    source: Source,
    engine: Annotated[
        str, typer.Option(help="local (DuckDB), spark://HOST:PORT or spark://local[N].")
    ] = "local",
    memory: Memory = None,
    out: Annotated[Path, typer.Option(help="Folder for the feature tables.")] = Path(
        "features-out"
    ),
    as_json: Json = False,
) -> None:
    """Write the creators' features as of the source's newest day, as Parquet.

    Example: rosterlift features world --out tables
    """
    from features.snapshots.assembly import snapshot
    from features.sources.source import open_source

    with told_errors(), progress_bar() as step:
        opened = open_source(source, engine=engine, memory_limit=memory)
        step("counting", 0.0)
        known = snapshot(opened)
        out.mkdir(parents=True, exist_ok=True)
        known.creators.reset_index().to_parquet(out / "creators.parquet")
        known.accounts.reset_index().to_parquet(out / "accounts.parquet")
        known.rates.to_parquet(out / "rates.parquet")
    written = {"out": str(out), "as_of": known.as_of.isoformat(), "creators": len(known.creators)}
    if as_json:
        say_json(written)
    else:
        answers.print(
            f"{len(known.creators):,} creators as of {known.as_of} written to {escape(str(out))}"
        )


def catalog(
    source: Source,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Use nothing observed later.")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Read all posts again, even if the new ones would do.")
    ] = False,
    memory: Memory = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Refresh what the service knows of creators, audiences, markets and sales.

    Posts that come as new files in a folder `posts` are added to what the catalog keeps.

    Example: rosterlift catalog world --as-of 2025-06-30
    """
    from features.catalogs.refresh import refresh

    with told_errors(), progress_bar() as step:
        step("reading tables and counting", 0.0)
        day = as_of.date() if as_of else None
        done = refresh(source, home_folder(home), day, full=full, memory_limit=memory)
    known, why = done.snapshot, done.rebuilt_because
    if as_json:
        say_json(
            {
                "as_of": known.as_of.isoformat(),
                "creators": len(known.creators),
                "folder": str(done.folder),
                "rebuilt_because": why,
                "posts_read": done.posts_read,
                "posts_added": done.posts_added,
            }
        )
    else:
        answers.print(f"Catalog as of {known.as_of}: {len(known.creators):,} creators")
        way = f"rebuilt ({why})" if why else f"updated with {done.posts_added:,} new posts"
        answers.print(f"{way[0].upper()}{escape(way[1:])}; {done.posts_read:,} posts read")
        notes.print(f"[dim]{escape(str(done.folder))}[/]")
