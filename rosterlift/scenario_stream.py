"""Scenarios out of a Parquet file of bookings, one after the other, in bounded memory.

One row a booking: a `scenario` column, the campaign's columns, repeated, and the columns of the
bookings table. Rows of a scenario lie together; scenarios may have campaigns of their own. Unlike
a CSV, which is one comparison, a file of any length is read batch by batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from features.errors import FieldFault, InvalidRequestError
from rosterlift.scenario_files import CAMPAIGN, NEEDED
from serving.messages.questions import MOST_BOOKINGS, BookingIn
from serving.predictions.batch import AskedScenario

#: Rows read at a time: a few megabytes, whatever the file's row groups.
_BATCH_ROWS: Final = 8_192
_BOOKING: Final = tuple(name for name in BookingIn.model_fields if name != "creator")


class ScenarioStream:
    """An open Parquet file; `rows` is its number of bookings.

    Raises:
        InvalidRequestError: it is no Parquet file, or lacks columns, or has unknown ones.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = pq.ParquetFile(path)
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(path, error) from error
        self.rows: int = self._file.metadata.num_rows
        _check_columns(self._file.schema_arrow.names)

    def __iter__(self) -> Iterator[AskedScenario]:
        """The scenarios in the file's order.

        Raises:
            InvalidRequestError: a row without a scenario, a scenario whose rows do not lie
                together, or a file that breaks off, each with its row, counted from 1.
        """
        seen: set[int] = set()
        open_one: _Gathered | None = None
        for number, row in enumerate(self._rows(), start=1):
            name = row.pop("scenario", None)
            if name is None:
                raise _wrong_row(number, "the scenario is empty; expected its name")
            if open_one is None or open_one.name != str(name):
                if open_one is not None:
                    yield open_one.asked()
                open_one = _Gathered(str(name), number)
                # Hashes: a name takes as much memory as another, however long.
                if hash(open_one.name) in seen:
                    raise _wrong_row(
                        number,
                        f"scenario {name!r} comes back after rows of others; its rows must lie "
                        "together. Sort the file by scenario",
                    )
                seen.add(hash(open_one.name))
            open_one.take(number, row)
        if open_one is not None:
            yield open_one.asked()

    def _rows(self) -> Iterator[dict[str, Any]]:
        try:
            for batch in self._file.iter_batches(batch_size=_BATCH_ROWS, use_threads=False):
                columns = {name: _plain(batch.column(name)) for name in batch.schema.names}
                names = list(columns)
                for values in zip(*columns.values(), strict=True):
                    yield {n: v for n, v in zip(names, values, strict=True) if v is not None}
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(self._path, error) from error


@dataclass
class _Gathered:
    """A scenario whose rows are being read."""

    name: str
    first_row: int
    campaign: dict[str, Any] | None = None
    roster: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    bookings: int = 0

    def take(self, number: int, row: dict[str, Any]) -> None:
        own = {name: row.pop(name) for name in CAMPAIGN if name in row}
        self.bookings += 1
        if self.campaign is None:
            self.campaign = own
        elif own != self.campaign and not self.faults:
            self.faults.append(f"row {number}: another campaign than the scenario's first row's")
        # One more than is allowed is enough to be refused.
        if len(self.roster) <= MOST_BOOKINGS:
            self.roster.append(row)

    def asked(self) -> AskedScenario:
        campaign = dict(self.campaign or {})
        if isinstance(campaign.get("markets"), str):
            campaign["markets"] = campaign["markets"].split(";")
        body = {"campaign": campaign, "roster": self.roster}
        return AskedScenario(self.name, self.first_row, self.bookings, body, "".join(self.faults))


def _plain(column: pa.Array) -> list[Any]:
    """A column's values as JSON would hold them: days are texts, empty texts are absent."""
    values: list[Any] = column.to_pylist()
    if pa.types.is_temporal(column.type):
        return [_day(value) for value in values]
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return [value or None for value in values]
    return values


def _day(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    return None if value is None else value.isoformat()


def _check_columns(names: list[str]) -> None:
    faults = []
    missing = [name for name in NEEDED if name not in names]
    if missing:
        faults.append(FieldFault("columns", f"expected columns {', '.join(missing)}"))
    known = ("scenario", *CAMPAIGN, *_BOOKING)
    unknown = [name for name in names if name not in known]
    if unknown:
        told = f"no such field: {', '.join(unknown)}; there are {', '.join(known)}"
        faults.append(FieldFault("columns", told))
    if faults:
        raise InvalidRequestError(faults)


def _wrong_row(number: int, message: str) -> InvalidRequestError:
    return InvalidRequestError([FieldFault(f"row {number}", message)])


def _unreadable(path: Path, error: Exception) -> InvalidRequestError:
    lines = str(error).splitlines() or [""]
    return InvalidRequestError([FieldFault(str(path), f"cannot be read as Parquet: {lines[0]}")])
