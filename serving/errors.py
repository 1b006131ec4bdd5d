"""From an error to the one shape every failed request is answered in (RFC 9457).

    {"type": "about:blank", "title", "status", "detail", "errors"?: [{"path", "message"}]}

`PROBLEMS` names a status and a title for every class of `features.errors`; a test
enumerates that tree. What only HTTP knows (no JSON, too large, no such path) is a
`Refusal`. No shape carries a stack trace.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from starlette.responses import Response

from features import errors
from features.errors import (
    FieldFault,
    InvalidRequestError,
    NoBaselineError,
    NoRosterError,
    NoTestBasisError,
    RosterliftError,
)

MEDIA_TYPE: Final = "application/problem+json"
#: More wrong fields than this are counted, not listed.
MOST_FAULTS: Final = 100
LONGEST_MESSAGE: Final = 500

INVALID: Final = (422, "A field is wrong")
UNAVAILABLE: Final = (503, "The service cannot answer yet")
FAULTY: Final = (500, "The service failed")

#: Class of the domain -> (status, title); a class that is not listed takes its parent's.
PROBLEMS: Final[Mapping[type[RosterliftError], tuple[int, str]]] = {
    errors.InvalidRequestError: INVALID,
    errors.NoBaselineError: (422, "No baseline to set a lift against"),
    errors.NoTestBasisError: (422, "No basis for a holdout test"),
    errors.UnknownIdError: (404, "No such id"),
    errors.NoFormerChampionError: (404, "No former champion"),
    errors.NoRosterError: (422, "No roster satisfies this"),
    errors.RequestError: INVALID,
    errors.NoCatalogError: (503, "No catalog is loaded"),
    errors.NoModelError: (503, "No model is loaded"),
    errors.RegistryUnreachableError: (503, "No model is loaded"),
    errors.NoLedgerError: (404, "No ledger yet"),
    errors.NotReadyError: UNAVAILABLE,
    errors.BundleError: (503, "The model cannot be used"),
    errors.UnreadableTableError: (503, "The catalog cannot be used"),
    errors.SourceError: FAULTY,
    errors.TrainingError: FAULTY,
    errors.SettingsError: FAULTY,
    errors.RosterliftError: FAULTY,
}

#: Titles of the refusals that HTTP itself asks for.
TITLES: Final[Mapping[int, str]] = {
    400: "The body is not JSON",
    401: "No or wrong token",
    404: "No such path",
    405: "No such method here",
    408: "The body took too long",
    413: "The body is too large",
    422: INVALID[1],
    429: "Too many requests at once",
    500: FAULTY[1],
    503: UNAVAILABLE[1],
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One failed request as it is answered; `headers` go beside the body."""

    status: int
    title: str
    detail: str
    faults: Sequence[FieldFault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """Return the ASGI response."""
        content: dict[str, object] = {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.faults:
            content["errors"] = [
                {"path": fault.path, "message": fault.message} for fault in self.faults
            ]
        # ASCII: a lone surrogate out of somebody's request would not encode as UTF-8.
        return Response(
            json.dumps(content, ensure_ascii=True),
            self.status,
            headers=dict(self.headers),
            media_type=MEDIA_TYPE,
        )


class Refusal(Exception):
    """A request that HTTP alone is enough to refuse."""

    def __init__(
        self, status: int, detail: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        self.problem = Problem(status, title_of(status), detail, headers=headers or {})
        super().__init__(detail)


def title_of(status: int) -> str:
    """Return the title of a status, this service's own words where it has them."""
    return TITLES.get(status) or HTTPStatus(status).phrase


#: Steps of pydantic's paths that stand for a kind of value, not for a field.
_NO_FIELDS: Final = frozenset({"[bookings]", "[filter]", "[key]"})

#: pydantic's error type -> our words; what is not listed keeps pydantic's own sentence.
_WORDS: Final[Mapping[str, str]] = {
    "missing": "this field is required",
    "extra_forbidden": "there is no such field here",
    "model_type": "expected a JSON object",
    "dict_type": "expected a JSON object",
    "list_type": "expected a JSON array",
    "string_type": "expected a string",
    "string_unicode": "expected a string of whole Unicode characters",
    "int_type": "expected a whole number",
    "int_from_float": "expected a whole number",
    "int_parsing": "expected a whole number",
    "int_parsing_size": "expected a whole number of fewer digits",
    "float_type": "expected a number",
    "finite_number": "expected a finite number",
    "bool_type": "expected true or false",
}


def problem_of(error: RosterliftError) -> Problem:
    """Return the problem that answers a domain error.

    A 500 keeps its sentence for the log: the person who asked can do nothing with it.
    """
    status, title = next(PROBLEMS[kind] for kind in type(error).__mro__ if kind in PROBLEMS)
    if isinstance(error, InvalidRequestError):
        return Problem(status, title, _count(error.faults), error.faults[:MOST_FAULTS])
    if isinstance(error, NoRosterError):
        return Problem(status, title, str(error), error.faults[:MOST_FAULTS])
    if isinstance(error, NoBaselineError | NoTestBasisError):
        return Problem(status, title, str(error), [FieldFault("campaign.brand_id", error.why)])
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return Problem(status, title, "The fault is ours and is in the log.")
    headers = {"Retry-After": "5"} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return Problem(status, title, str(error), headers=headers)


def invalid_request(error: ValidationError) -> InvalidRequestError:
    """Return every fault pydantic found, each under its dotted path.

    A missing or unknown field is named itself: `campaign.ends_on`, `roster.0.fees`.
    The whole body is the path "body" (for instance a list where an object belongs).
    """
    return InvalidRequestError(
        [
            FieldFault(_path(fault["loc"]) or "body", _sentence(fault))
            for fault in error.errors(include_url=False, include_context=False, include_input=False)
        ]
    )


def _path(steps: tuple[int | str, ...]) -> str:
    """Join the steps; names that pydantic gives to kinds of a value are no fields."""
    return ".".join(str(step) for step in steps if step not in _NO_FIELDS)


def _sentence(fault: ErrorDetails) -> str:
    words = _WORDS.get(fault["type"]) or fault["msg"]
    return words.replace("Input should be", "expected a value", 1)[:LONGEST_MESSAGE]


def _count(faults: Sequence[FieldFault]) -> str:
    if len(faults) == 1:
        return f"{faults[0].path}: {faults[0].message}"
    listed = f", the first {MOST_FAULTS} are listed" if len(faults) > MOST_FAULTS else ""
    return f"{len(faults)} fields are wrong{listed}."
