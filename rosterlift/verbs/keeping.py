"""The verbs that hold forecasts against what came: ledger, backtest."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from rosterlift.ledger_text import ledger_text, standings
from rosterlift.terminal import (
    FAULTS,
    Home,
    Json,
    StepProgress,
    answers,
    home_folder,
    notes,
    progress_bar,
    say_json,
    told_errors,
)
from rosterlift.verbs.data import Memory, Source

if TYPE_CHECKING:
    from experiments.ledger.ledger import Told
    from experiments.ledger.matching import BundleOf
    from experiments.ledger.retraining import Champion
    from training.settings import Settings

SettingsFile = Annotated[
    Path | None, typer.Option("--settings", help="TOML file: settings of the models of the past.")
]
#: Finished quarters of a backtest, in a home.
_KEPT = "backtest"


def ledger(
    source: Source,
    settings: SettingsFile = None,
    memory: Memory = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Set what was predicted beside what was measured, and say whether to train again.

    Every finished campaign is measured. What was predicted is the last forecast that the home's
    service told before it began, or else what a model trained at the beginning of its quarter
    would have told. The home keeps the ledger, and its service shows it at /ledger. Exit status 1
    where the rule says to train again.

    Example: rosterlift ledger world
    """
    from training.settings import read_settings

    folder = home_folder(home)
    with told_errors(), progress_bar() as step:
        chosen = read_settings(settings)
        from experiments.ledger.document import FILE, document
        from experiments.ledger.ledger import make_ledger
        from features.sources.source import open_source
        from rosterlift.files import write_json

        opened = open_source(source, memory_limit=memory)
        made = make_ledger(opened, chosen, _told(folder), folder=folder / _KEPT, progress=step)
        content = document(made)
        write_json(folder / FILE, content)
    notes.print(f"[dim]{escape(str(folder / FILE))}[/]", highlight=False)
    if as_json:
        say_json(content)
    else:
        answers.print(ledger_text(content), highlight=False)
    if content["retraining"]["retrain"]:
        raise typer.Exit(FAULTS)


def backtest(
    source: Source,
    settings: SettingsFile = None,
    memory: Memory = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Train at every past quarter, predict the campaigns booked in it, score what was measured.

    Beside the model stand rules that anybody can follow. Finished quarters are kept in the home:
    an interrupted backtest goes on where it was. Exit status 1 where nothing could be scored.

    Example: rosterlift backtest world
    """
    from training.settings import read_settings

    with told_errors(), progress_bar() as step:
        chosen = read_settings(settings)
        quarters, scores = _backtested(source, chosen, memory, home_folder(home), step)
    if as_json:
        say_json({"quarters": quarters, "scores": scores})
    else:
        for one in quarters:
            answers.print(escape(_quarter(one)), highlight=False)
        if scores is not None:
            answers.print(standings(scores), highlight=False)
    if scores is None:
        raise typer.Exit(FAULTS)


def _backtested(
    source: str, settings: Settings, memory: str | None, home: Path, step: StepProgress
) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """What became of every quarter, and the standings."""
    from experiments.backtest.backtest import backtest as run
    from experiments.backtest.known import read_known
    from experiments.backtest.scores import score
    from experiments.ledger.document import scores_document
    from experiments.measurement.finished import measure_campaigns
    from features.sources.source import open_source
    from serving.predictions.cautions import codes_without_catalog

    opened = open_source(source, memory_limit=memory)
    measured = measure_campaigns(opened, progress=lambda part: step("measuring", part))
    known = read_known(opened, step)
    # Warned as a ledger's are: quarters that one of both finished are the other's, too.
    tested = run(known, settings, folder=home / _KEPT, warn=codes_without_catalog, progress=step)
    quarters = [
        {
            "quarter": str(one.quarter),
            "learned_from": one.learned_from,
            "predicted": len(one.hindcasts),
            "reason": one.reason,
        }
        for one in tested.quarters
    ]
    return quarters, scores_document(score(tested, measured.measured))


def _quarter(one: dict[str, Any]) -> str:
    if one["reason"]:
        return f"{one['quarter']}: {one['reason']}"
    return f"{one['quarter']}: learned from {one['learned_from']}, predicted {one['predicted']}"


def _told(home: Path) -> Told:
    """What the home knows: forecasts answered, models, and who is champion."""
    from experiments.ledger.ledger import Told
    from serving.predictions.cautions import codes_without_catalog
    from serving.request_log.table import read_requests

    return Told(read_requests(home), _bundles(home), codes_without_catalog, _champion(home))


def _bundles(home: Path) -> BundleOf:
    """Finds the bundles of a home's registry, each read once; a store is never created for it."""
    from features.errors import BundleError, NotReadyError
    from training import tracking
    from training.bundle import Bundle

    found: dict[str, Bundle | None] = {}

    def bundle_of(run_id: str, version: str) -> Bundle | None:
        if version not in found:
            found[version] = None
            if _has_store(home):
                with suppress(BundleError, NotReadyError):
                    logged = tracking.Logged(run_id, version)
                    found[version] = tracking.load_version(home, logged)
        return found[version]

    return bundle_of


def _champion(home: Path) -> Champion | None:
    from experiments.ledger.retraining import Champion
    from features.errors import BundleError, NotReadyError
    from training import tracking

    if not _has_store(home):
        return None
    try:
        manifest = tracking.champion_bundle(home).manifest
    except (BundleError, NotReadyError):
        return None
    until = date.fromisoformat(manifest.trained_until)
    return Champion(manifest.version, until, manifest.campaigns)


def _has_store(home: Path) -> bool:
    from training.store import is_empty, tracking_uri

    return not is_empty(tracking_uri(home))
