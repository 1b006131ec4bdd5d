"""The verb about finished campaigns: measure."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from features.entities import CARRY_OVER_DAYS
from rosterlift.measurement_text import document, one_campaign, table
from rosterlift.terminal import FAULTS, Json, answers, progress_bar, say_json, told_errors
from rosterlift.verbs.data import Memory, Source


def measure(
    source: Source,
    campaign: Annotated[str | None, typer.Option(help="One campaign, with all checks.")] = None,
    interval: Annotated[
        float, typer.Option(min=0.5, max=0.99, help="Level of the intervals.")
    ] = 0.9,
    days_after: Annotated[
        int, typer.Option(min=0, max=365, help="Days after the last post that still count.")
    ] = CARRY_OVER_DAYS,
    seed: Annotated[int, typer.Option(min=0, help="Seed of redrawn assignments.")] = 0,
    memory: Memory = None,
    as_json: Json = False,
) -> None:
    """Measure the lift of finished campaigns from their held-out markets.

    Any test will do that has campaigns, assignments, markets, brands and sales by day or week;
    `assignments` may hold a column `dose`, the share of the full treatment that arrived. Exit
    status 1 where a check found a fault, or where nothing could be measured.

    Example: rosterlift measure world --campaign k0012
    """
    from experiments.measurement.finished import measure_campaigns
    from features.sources.source import open_source

    with told_errors(), progress_bar() as step:
        step("reading sales", 0.0)
        found = measure_campaigns(
            open_source(source, memory_limit=memory),
            campaign_id=campaign,
            level=interval,
            days_after=days_after,
            seed=seed,
            progress=lambda part: step("measuring", part),
        )
    if as_json:
        say_json(document(found))
    elif campaign is not None and found.measured:
        answers.print(one_campaign(found.measured[0]), highlight=False)
    else:
        answers.print(table(found.measured), highlight=False)
    if not as_json:
        for name, reason in found.left_out.items():
            answers.print(f"  left out: {escape(name)}: {escape(reason)}", highlight=False)
    if found.faults or not found.measured:
        raise typer.Exit(FAULTS)
