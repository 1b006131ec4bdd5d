"""What a column and a table of the input are: type, range, key, and what a fault leads to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Types of a column; the value is the Ibis type it is normalised to."""

    TEXT = "string"
    INT = "int64"
    FLOAT = "float64"
    BOOL = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp(6)"


class Effect(StrEnum):
    """What happens to a row or value that breaks a rule."""

    STOP = "stop"  # training is refused
    DROP = "drop"  # the row is left out and counted
    EMPTY = "empty"  # the value becomes unknown
    KEEP = "keep"  # counted, nothing else


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type, what it may hold, and what it refers to."""

    name: str
    kind: Kind
    meaning: str
    required: bool = True
    least: float | None = None
    most: float | None = None
    allowed: tuple[str, ...] = ()
    references: str = ""  # the table whose key it holds
    effect: Effect | None = None  # of a value out of range or not allowed
    null_effect: Effect | None = None  # of no value where one is required


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `evidence` tables hold the experiments themselves: faults there stop
    training. The others hold observations, of which a few may be left out."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    evidence: bool = False
    optional: bool = False
    newest: str = ""  # column by which the newest of conflicting rows is kept

    @property
    def row_effect(self) -> Effect:
        """What a row that lacks what it must have leads to."""
        return Effect.STOP if self.evidence else Effect.DROP
