"""The verb that designs holdout tests: design."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from rosterlift.terminal import (
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
from rosterlift.verbs.data import Source

if TYPE_CHECKING:
    from experiments.design.predicted import PredictedLift
    from features.entities import Campaign


FirstDay = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day of posting.")]
Weeks = Annotated[
    int,
    typer.Option(
        min=1, max=52, help="Weeks of sales to compare: posting weeks and the four after."
    ),
]
HeldOut = Annotated[
    float | None,
    typer.Option(
        min=0.1, max=0.9, help="Share of markets to hold out; several are tried by default."
    ),
]
Scenario = Annotated[
    Path | None,
    typer.Option(help="Body of /v1/predict or /v1/compare: whose lift shall be seen."),
]
Leak = Annotated[
    float | None,
    typer.Option(
        min=0,
        max=1,
        help="Part of what posts do that held-out markets get anyhow; by default none, with a "
        "scenario as in the champion's past campaigns.",
    ),
]
CampaignId = Annotated[
    str | None, typer.Option(help="campaign_id to write; by default brand and first day.")
]
Out = Annotated[
    Path | None,
    typer.Option(help="Write there: assignments as .csv or .parquet, else everything as JSON."),
]


def design(
    source: Source,
    brand: Annotated[str, typer.Option(help="brand_id of the campaign.")],
    starts_on: FirstDay,
    weeks: Weeks,
    share: HeldOut = None,
    file: Scenario = None,
    leak: Leak = None,
    campaign: CampaignId = None,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same markets.")] = 0,
    out: Out = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Choose which markets to hold out, and say what the test will be able to see.

    Markets are drawn at random among draws that balance level, trend and size; what the test can
    detect is worked out from the brand's own past weeks, and tried on them. Other campaigns of the
    brand that the table holds for these weeks are counted in; give your own as --campaign if it is
    there, too. With a scenario it also says whether the lift that the home's champion predicts for
    it can be seen.

    Example: rosterlift design world --brand b01 --starts-on 2026-02-02 --weeks 6 --out held_out.csv
    """
    with told_errors(), progress_bar() as step:
        from experiments.design.design import SHARES, Question, design_test
        from experiments.design.document import assignments_table, document

        first = starts_on.date()
        asked, lifts, as_before = _predicted(file, home, brand, first)
        step("reading tables", 0.0)
        name = campaign or f"{brand}-{first}"
        past = _past(source, brand, first, None if asked is None else asked.markets, name)
        shares = (share,) if share else SHARES
        leaking = as_before if leak is None else leak
        question = Question(first, weeks, shares, lifts, leaking, seed)
        designed = design_test(past, question, step)
        answer = document(designed, name)
        if out is not None:
            _write(out, answer, assignments_table(designed, name))
    if out is not None:
        notes.print(f"Written to {escape(str(out))}", highlight=False)
    if as_json:
        say_json(answer)
    else:
        _tell(answer)


def _predicted(
    file: Path | None, home: Path | None, brand: str, first: date
) -> tuple[Campaign | None, Mapping[str, PredictedLift], float]:
    """The scenario's campaign, and of the champion: what it predicts by roster, and its leak."""
    if file is None:
        return None, {}, 0.0
    from experiments.design.predicted import PredictedLift
    from features.catalogs import catalog
    from features.errors import FieldFault, InvalidRequestError
    from rosterlift.scenario_files import rosters_of
    from training import tracking
    from training.forecast import forecast_roster
    from training.leak import likely_share

    asked, rosters = rosters_of(file)
    faults = [
        FieldFault(path, f"expected {wanted}, as on the command line, found {found}")
        for path, wanted, found in (
            ("campaign.brand_id", brand, asked.brand_id),
            ("campaign.starts_on", first, asked.starts_on),
        )
        if wanted != found
    ]
    if faults:
        raise InvalidRequestError(faults)
    folder = home_folder(home)
    bundle, snapshot = tracking.champion_bundle(folder), catalog.load(folder)
    lifts = {
        name: PredictedLift.of(forecast_roster(bundle, snapshot, asked, roster))
        for name, roster in rosters.items()
    }
    return asked, lifts, likely_share(bundle.manifest.metrics)


def _past(
    source: str, brand: str, first: date, markets: tuple[str, ...] | None, tested: str
) -> Any:
    """The brand's past, and its campaigns other than the one that is tested."""
    from experiments.design.past_sales import past_sales
    from experiments.measurement.campaigns import read_campaigns
    from features.errors import UnknownIdError
    from features.history.markets import sales_history
    from features.sources.source import open_source

    opened = open_source(source)
    if brand not in set(opened.frame("brands")["brand_id"]):
        raise UnknownIdError("brand", brand)
    return past_sales(
        sales_history(opened).until(first),
        brand,
        opened.frame("markets").set_index("market_id"),
        [one for one in read_campaigns(opened) if one.campaign_id != tested],
        opened.frame("assignments"),
        markets,
    )


def _write(out: Path, answer: Mapping[str, Any], assignments: Any) -> None:
    from rosterlift.files import write_json, written_whole

    if out.suffix.lower() not in (".csv", ".parquet"):
        write_json(out, answer)
        return
    with written_whole(out) as scratch:
        if out.suffix.lower() == ".csv":
            assignments.to_csv(scratch, index=False)
        else:
            assignments.to_parquet(scratch, index=False)


def _tell(answer: Mapping[str, Any]) -> None:
    best = answer["recommended"]
    for sentence in answer["sentences"]:
        answers.print(escape(sentence), highlight=False)
    if answer["beside_sentence"]:
        answers.print(escape(answer["beside_sentence"]), highlight=False)
    answers.print()
    rosters = list(answer["predicted"])
    columns = ("", "share", "held out", "sees (4 in 5)", "false alarms", *map(escape, rosters))
    rows = [
        (
            "→" if one["share"] == best["share"] else "",
            f"{one['share']:.0%}",
            f"{one['held_out']} of {answer['markets']}",
            _percent(one["smallest_detectable_lift"]),
            f"{one['size']:.0%}",
            *(f"{one['power'][name]:.0%}" for name in rosters),
        )
        for one in answer["shares"]
    ]
    answers.print(table_of(columns, rows))
    lengths = ", ".join(
        f"{one['weeks']} weeks {_percent(one['smallest_detectable_lift'])}"
        for one in answer["lengths"]
    )
    answers.print(f"\nSmallest lift seen by length: {lengths}", highlight=False)
    held_out = [row["market_id"] for row in answer["assignments"] if not row["treated"]]
    answers.print(
        f"Held out (seed {answer['seed']}): {escape(', '.join(held_out))}", highlight=False
    )
    for name, found in best["leakage"].items():
        about = f" of {escape(name)}" if name else ""
        answers.print(
            f"[dim]Audience{about} in held-out markets: {found['audience_held_out']:.0%}; with a "
            f"leak of {found['leak']:.0%} the test sees {found['contrast']:.0%} of the lift.[/]",
            highlight=False,
        )


def _percent(lift: float | None) -> str:
    return "nothing" if lift is None else f"{lift:.1%}"
