"""The bounded, strict types that request and answer fields are made of.

JSON is taken literally: a number in quotes is no number, `true` is not 1, a date is
`YYYY-MM-DD` and nothing else. Every bound here is also in the OpenAPI document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from features.entities import DISCLOSURES, FORMATS, FREEDOMS, PLATFORMS

ID_LENGTH = 200
BRIEF_LENGTH = 20_000
#: The server takes 64 kB of address and headers; a character is up to 12 bytes of an address.
WORD_LIST_LENGTH = 4_000
#: Money and people are bounded so that sums over 500 bookings stay finite and exact.
LARGEST_AMOUNT = 1e12
FIRST_YEAR, LAST_YEAR = 1900, 2199

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class OneOf:
    """Pydantic annotation: a string out of `values`, an `enum` in the JSON schema."""

    values: tuple[str, ...]

    def check(self, value: str) -> str:
        """Return the value, or name the values that were expected."""
        if value not in self.values:
            raise PydanticCustomError(
                "one_of",
                "expected one of {expected}",
                {"expected": ", ".join(self.values)},
            )
        return value

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.values)}


def _read_day(value: object) -> date:
    """Read `YYYY-MM-DD`; anything else, a timestamp or a number, is refused."""
    if type(value) is date:
        day: date | None = value
    elif isinstance(value, str) and _ISO_DAY.fullmatch(value):
        day = _day_or_none(value)
    else:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise PydanticCustomError(
            "day", f"expected a date YYYY-MM-DD between {FIRST_YEAR} and {LAST_YEAR}"
        )
    return day


def _day_or_none(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:  # the 31st of February
        return None


def _read_whole(value: object) -> object:
    """JSON knows one number type: 3.0 is the integer 3."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def first_repeated(values: Sequence[str]) -> int | None:
    """Return the position of the first value that was there before, or None."""
    seen: set[str] = set()
    for position, value in enumerate(values):
        if value in seen:
            return position
        seen.add(value)
    return None


Identifier = Annotated[str, Field(min_length=1, max_length=ID_LENGTH)]
#: Words separated by ; in a query.
WordList = Annotated[str, Field(max_length=WORD_LIST_LENGTH)]
Day = Annotated[date, BeforeValidator(_read_day)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Share = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=1)]
Amount = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=LARGEST_AMOUNT)]
Whole = Annotated[int, BeforeValidator(_read_whole), Field(strict=True)]
Flag = Annotated[bool, Field(strict=True)]
Platform = Annotated[str, OneOf(PLATFORMS)]
Format = Annotated[str, OneOf(FORMATS)]
Freedom = Annotated[str, OneOf(FREEDOMS)]
Disclosure = Annotated[str, OneOf(DISCLOSURES)]
FeeSource = Annotated[str, OneOf(("rates", "estimate"))]
AudienceDimension = Annotated[
    str, OneOf(("market", "age", "gender", "language", "interest", "authenticity"))
]
