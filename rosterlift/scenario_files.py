"""Files that are asked about: JSON bodies, or for `rosterlift predict` a CSV of bookings.

A Parquet file of bookings, of any length, is read by `scenario_stream`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from features.entities import Campaign, Roster
from features.errors import FieldFault, InvalidRequestError
from serving.errors import invalid_request
from serving.messages.optimize_questions import OptimizeRequest
from serving.messages.questions import CompareRequest, PredictRequest

#: The campaign's columns in a table of bookings, and the columns that such a table must have.
CAMPAIGN = ("brand_id", "category", "starts_on", "ends_on", "brief", "markets")
NEEDED = ("scenario", "brand_id", "category", "starts_on", "ends_on", "creator_id")
_NUMBERS = ("posts", "fee", "months_with_brand", "creator_followers")
#: Columns of a creator who is not in the catalog, and the fields they fill.
_PROPOSED = {
    "creator_category": "category",
    "creator_language": "language",
    "creator_followers": "followers",
}
_FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


@dataclass(frozen=True)
class ScenarioFile:
    """The bodies of one file; `many` says that the answer is a list."""

    bodies: tuple[Any, ...]
    many: bool

    @property
    def numbered(self) -> Iterator[tuple[int, Any]]:
        """The bodies with their positions, counted from 0."""
        return enumerate(self.bodies)


def read_scenarios(path: Path) -> ScenarioFile:
    """Read a file of scenarios.

    Raises:
        InvalidRequestError: it cannot be read or is no JSON; rows of a CSV are wrong, each
            named by its line.
    """
    if path.suffix.lower() == ".csv":
        try:
            return ScenarioFile((_body_of_csv(_text_of(path)),), many=False)
        except csv.Error as error:
            raise _unreadable(path, f"is no CSV: {error}") from error
    return read_bodies(path)


def read_bodies(path: Path) -> ScenarioFile:
    """Read a JSON file of one body or a list of them.

    Raises:
        InvalidRequestError: it cannot be read or is no JSON.
    """
    try:
        content = json.loads(_text_of(path))
    except (ValueError, RecursionError) as error:
        raise _unreadable(path, f"is not JSON: {error}") from error
    if isinstance(content, list):
        return ScenarioFile(tuple(content), many=True)
    return ScenarioFile((content,), many=False)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, f"cannot be read: {error}") from error


def compare_request(body: Any) -> CompareRequest:
    """Validate one body as the service does; every wrong field is named by its dotted path."""
    try:
        return CompareRequest.model_validate(body)
    except ValidationError as error:
        raise invalid_request(error) from error


def optimize_request(body: Any) -> OptimizeRequest:
    """Validate one body as the service does; every wrong field is named by its dotted path."""
    try:
        return OptimizeRequest.model_validate(body)
    except ValidationError as error:
        raise invalid_request(error) from error


def rosters_of(path: Path) -> tuple[Campaign, dict[str, Roster]]:
    """Read one campaign and its rosters by name: a body of /v1/predict or /v1/compare, or a CSV.

    Raises:
        InvalidRequestError: it cannot be read, holds several bodies, or a field is wrong.
    """
    asked = read_scenarios(path)
    if asked.many:
        raise _unreadable(path, "holds a list: expected one campaign")
    body = asked.bodies[0]
    scenarios = body.get("scenarios") if isinstance(body, dict) else None
    if isinstance(scenarios, list) and len(scenarios) > 1:
        compared = compare_request(body)
        return compared.to_campaign(), {one.name: one.to_roster() for one in compared.scenarios}
    name = "roster"
    if isinstance(scenarios, list) and scenarios and isinstance(scenarios[0], dict):
        name = str(scenarios[0].get("name") or name)
        body = {"campaign": body.get("campaign"), "roster": scenarios[0].get("roster")}
    try:
        one = PredictRequest.model_validate(body)
    except ValidationError as error:
        raise invalid_request(error) from error
    return one.to_campaign(), {name: one.to_roster()}


def _unreadable(path: Path, reason: str) -> InvalidRequestError:
    return InvalidRequestError([FieldFault(str(path), reason)])


def _body_of_csv(text: str) -> dict[str, Any]:
    """One body from bookings with a `scenario` column; the campaign's columns repeat."""
    reader = csv.DictReader(StringIO(text, newline=""))
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise InvalidRequestError([FieldFault("header", f"expected columns {', '.join(missing)}")])
    campaign: dict[str, Any] = {}
    rosters: dict[str, list[dict[str, Any]]] = {}
    faults: list[FieldFault] = []
    for row in reader:
        number = reader.line_num
        if None in row:
            faults.append(FieldFault(f"line {number}", "more values than columns"))
        given = {name: value for name, value in row.items() if name and value not in (None, "")}
        own = {name: given.pop(name) for name in CAMPAIGN if name in given}
        campaign = campaign or own
        if own != campaign:
            faults.append(FieldFault(f"line {number}", "another campaign than the first line's"))
        name = given.pop("scenario", "")
        rosters.setdefault(name, []).append(_booking(given, number, faults))
    if faults:
        raise InvalidRequestError(faults)
    if "markets" in campaign:
        campaign["markets"] = campaign["markets"].split(";")
    scenarios = [{"name": name, "roster": roster} for name, roster in rosters.items()]
    return {"campaign": campaign, "scenarios": scenarios}


def _booking(given: Mapping[str, str], number: int, faults: list[FieldFault]) -> dict[str, Any]:
    booking: dict[str, Any] = dict(given)
    for name in _NUMBERS:
        if name in booking:
            try:
                booking[name] = float(booking[name])
            except ValueError:
                faults.append(
                    FieldFault(f"line {number}.{name}", f"expected a number, found {given[name]!r}")
                )
    if "invites_ugc" in booking:
        flag = _FLAGS.get(booking["invites_ugc"].lower())
        booking["invites_ugc"] = flag
        if flag is None:
            found = given["invites_ugc"]
            path = f"line {number}.invites_ugc"
            faults.append(FieldFault(path, f"expected true or false, found {found!r}"))
    if creator := {_PROPOSED[name]: booking.pop(name) for name in _PROPOSED if name in booking}:
        booking["creator"] = creator
    return booking
