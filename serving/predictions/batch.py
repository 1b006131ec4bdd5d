"""Many scenarios at once: one row of plain numbers each, or a sentence why there is none.

The numbers are those of a full answer; what a table of a million rosters has no room for
(markets, creators, drivers) is not computed. A scenario that cannot be answered does not stop
the others: its row carries the error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from features.catalogs import catalog
from features.errors import (
    FieldFault,
    InvalidRequestError,
    NoCatalogError,
    NoModelError,
    RequestError,
)
from features.sources.postgres import without_password
from serving.errors import invalid_request
from serving.messages.answers import Estimate
from serving.messages.questions import PredictRequest
from serving.predictions.scoring import Headline, RosterScorer
from training import tracking
from training.fan_out import Workers

#: Columns of an answer row and what their values are, in order.
COLUMNS: Final[Mapping[str, type]] = {
    "scenario": str,
    "bookings": int,
    **{
        f"{name}_{part}": float
        for name in ("lift", "incremental_revenue", "return_on_spend")
        for part in ("mean", "low", "high")
    },
    "probability_positive": float,
    "baseline_revenue": float,
    "cost": float,
    "people": float,
    "impressions": float,
    "frequency": float,
    "evidence": str,
    "warnings": str,
    "error": str,
}

AnswerRow = dict[str, Any]


@dataclass(frozen=True)
class AskedScenario:
    """A roster to be answered: a body of /v1/predict, its rows in the file, what is wrong there."""

    name: str
    first_row: int
    bookings: int
    body: Mapping[str, Any]
    fault: str = ""


@dataclass(frozen=True)
class Home:
    """A home whose champion and catalog must not change while a file is answered."""

    folder: str
    champion: tracking.Logged
    snapshot: str

    @classmethod
    def at(cls, folder: Path) -> Home:
        """The home as it is now.

        Raises:
            NotReadyError: it has no champion or no catalog.
        """
        champion, snapshot = tracking.champion_version(folder), catalog.current(folder)
        if champion is None:
            raise NoModelError(without_password(tracking.tracking_uri(folder)))
        if snapshot is None:
            raise NoCatalogError(str(folder))
        return cls(str(folder.absolute()), champion, snapshot)


def answer_all(
    home: Home, batches: Sequence[Sequence[AskedScenario]], workers: Workers
) -> list[list[AnswerRow]]:
    """Answer rows of each batch, in order; elsewhere than in this process workers open the home."""
    if workers.share_memory:
        _scorer(home)  # before threads open it each for themselves
    return workers.map(partial(answer_batch, home), batches)


def answer_batch(home: Home, asked: Sequence[AskedScenario]) -> list[AnswerRow]:
    """Answer rows of some scenarios."""
    scorer = _scorer(home)
    return [answer_row(scorer, one) for one in asked]


def answer_row(scorer: RosterScorer, asked: AskedScenario) -> AnswerRow:
    """One scenario's row by `COLUMNS`; without numbers and with an `error` where it has none."""
    empty = dict.fromkeys(COLUMNS)
    row = {**empty, "scenario": asked.name, "bookings": asked.bookings}
    if asked.fault:
        return {**row, "error": asked.fault}
    try:
        return row | _numbers(scorer.headline(_question(asked.body)))
    except RequestError as error:
        return {**row, "error": f"row {asked.first_row} and on: {error}"}


def _question(body: Mapping[str, Any]) -> PredictRequest:
    try:
        return PredictRequest.model_validate(body)
    except ValidationError as error:
        raise invalid_request(error) from error


def _numbers(found: Headline) -> AnswerRow:
    return {
        **_spread("lift", found.lift),
        **_spread("incremental_revenue", found.incremental_revenue),
        **_spread("return_on_spend", found.return_on_spend),
        "probability_positive": found.probability_positive,
        "baseline_revenue": found.baseline_revenue,
        "cost": found.cost,
        "people": found.reach.people,
        "impressions": found.reach.impressions,
        "frequency": found.reach.frequency,
        "evidence": found.evidence.grade,
        "warnings": " ".join(warning.code for warning in found.warnings),
    }


def _spread(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    return {
        f"{name}_{part}": None if estimate is None else getattr(estimate, part)
        for part in ("mean", "low", "high")
    }


@lru_cache(maxsize=1)
def _scorer(home: Home) -> RosterScorer:
    """Opened once by every process."""
    folder = Path(home.folder)
    scorer = RosterScorer(tracking.load_version(folder, home.champion), catalog.load(folder))
    if catalog.current(folder) != home.snapshot:
        told = "its catalog was replaced while a file was answered; ask again"
        raise InvalidRequestError([FieldFault(home.folder, told)])
    return scorer
