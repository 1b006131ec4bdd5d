"""Quarters of a year: how often a model is trained anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self

_MONTHS = 3


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter; `number` is 1 to 4."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """The quarter that a day lies in."""
        return cls(day.year, (day.month - 1) // _MONTHS + 1)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, (self.number - 1) * _MONTHS + 1, 1)

    def __str__(self) -> str:
        return f"{self.year} Q{self.number}"
