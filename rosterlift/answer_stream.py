"""Answers to a stream of scenarios, written while it is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from features.errors import FieldFault, InvalidRequestError
from rosterlift.files import written_whole
from rosterlift.scenario_stream import ScenarioStream
from serving.predictions.batch import COLUMNS, AnswerRow, AskedScenario, Home, answer_all
from training.fan_out import Workers

#: Bookings of one piece of work, and pieces in memory for each job: what bounds the memory.
_PIECE_BOOKINGS: Final = 1_000
_PIECES_A_JOB: Final = 4
#: Answers of one row group, unless the file is shorter.
_GROUP_ROWS: Final = 10_000
_TYPES: Final = {str: pa.string(), int: pa.int64(), float: pa.float64()}
_SCHEMA: Final = pa.schema([(name, _TYPES[kind]) for name, kind in COLUMNS.items()])

Write = Callable[[Sequence[AnswerRow]], None]


@dataclass(frozen=True)
class Answered:
    """What became of a file; `failed` scenarios have an error in place of numbers."""

    rows: int
    scenarios: int
    failed: int


def answer_file(
    stream: ScenarioStream,
    home: Home,
    workers: Workers,
    out: Path,
    progress: Callable[[float], None] = lambda _: None,
) -> Answered:
    """Answer every scenario of a stream into `out`, Parquet or JSON lines, whole or not at all.

    Raises:
        InvalidRequestError: the file breaks off or is out of order; `out` stays as it was.
    """
    rows = scenarios = failed = 0
    pieces = _pieces(stream)
    with _answers_into(out) as write:
        while wave := list(islice(pieces, _PIECES_A_JOB * workers.jobs)):
            for answers in answer_all(home, wave, workers):
                write(answers)
                scenarios += len(answers)
                failed += sum(answer["error"] is not None for answer in answers)
            rows += sum(asked.bookings for piece in wave for asked in piece)
            progress(rows / max(stream.rows, 1))
    return Answered(rows, scenarios, failed)


def check_out(out: Path | None) -> Path:
    """The place for the answers.

    Raises:
        InvalidRequestError: there is none, or its name says no format that rows are written in.
    """
    if out is None or out.suffix.lower() not in (".parquet", ".jsonl"):
        told = f"expected a name ending in .parquet or .jsonl, found {str(out or '')!r}"
        raise InvalidRequestError([FieldFault("--out", told)])
    return out


def _pieces(stream: Iterable[AskedScenario]) -> Iterator[list[AskedScenario]]:
    """Whole scenarios, about as many bookings in each piece."""
    piece: list[AskedScenario] = []
    bookings = 0
    for asked in stream:
        piece.append(asked)
        bookings += asked.bookings
        if bookings >= _PIECE_BOOKINGS:
            yield piece
            piece, bookings = [], 0
    if piece:
        yield piece


@contextmanager
def _answers_into(out: Path) -> Iterator[Write]:
    with written_whole(out) as scratch:
        writing = _parquet if out.suffix.lower() == ".parquet" else _json_lines
        with writing(scratch) as write:
            yield write


@contextmanager
def _parquet(scratch: Path) -> Iterator[Write]:
    waiting: list[AnswerRow] = []
    with pq.ParquetWriter(scratch, _SCHEMA) as file:

        def write(answers: Sequence[AnswerRow]) -> None:
            waiting.extend(answers)
            if len(waiting) >= _GROUP_ROWS:
                file.write_table(pa.Table.from_pylist(waiting, _SCHEMA))
                waiting.clear()

        yield write
        file.write_table(pa.Table.from_pylist(waiting, _SCHEMA))


@contextmanager
def _json_lines(scratch: Path) -> Iterator[Write]:
    with scratch.open("w", encoding="utf-8") as file:

        def write(answers: Sequence[AnswerRow]) -> None:
            for answer in answers:
                file.write(json.dumps(answer, ensure_ascii=False, allow_nan=False) + "\n")

        yield write
