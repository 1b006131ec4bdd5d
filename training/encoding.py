"""Booking rows as numbers: what the linear start and the trees each take.

The linear start wants every gap filled and every column on one scale; trees take gaps
as they are. Both see a category as one column a level, for the levels that past
bookings knew well enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import pandas as pd

from training.arrays import Booleans, Floats, Integers, Words

#: A level needs this many bookings to get a column of its own.
_FEWEST = 20
#: Standardised values are clipped here: a linear function must not run away far outside.
_CLIP = 3.5
#: Height of the columns of brands and of their categories, in spreads: what a brand's campaigns
#: share beyond all features is drawn towards zero, but less than a feature of one spread.
BRAND_HEIGHT = 2.0
#: Words, and traits in which all past bookings were alike, that make a booking of an unseen kind.
_KIND_WORDS = ("platform", "format")
_KIND_TRAITS = ("is_virtual",)


@dataclass(frozen=True)
class Encoding:
    """What was learned of the columns of past bookings; plain data, written as JSON.

    `levels` holds the known levels by categorical column, `centre` and `spread` the median-based
    scale of each numeric column, `gaps` the numeric columns that had missing values, `low` and
    `high` the range seen in training (for the support check). `brands` and `categories` of past
    campaigns get a column each in the linear design (partial pooling): a brand is drawn towards
    its category, a category towards the average one.
    """

    numeric: tuple[str, ...]
    brands: tuple[str, ...]
    categories: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]]
    centre: tuple[float, ...]
    spread: tuple[float, ...]
    gaps: tuple[str, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    @classmethod
    def learn(
        cls,
        rows: pd.DataFrame,
        categorical: Sequence[str],
        brands: Sequence[str] = (),
        categories: Sequence[str] = (),
    ) -> Self:
        """Learn scales and levels from past booking rows (columns of the feature set).

        Args:
            brands, categories: what past campaigns advertised, each for a column of its own.
        """
        numeric = tuple(name for name in rows.columns if name not in categorical)
        values = rows[list(numeric)].to_numpy(dtype=float)
        known = np.isfinite(values)
        filled = [column[seen] if seen.any() else np.zeros(1) for column, seen in _pairs(values)]
        levels = {
            name: tuple(sorted(counts[counts >= _FEWEST].index.astype(str)))
            for name in categorical
            if (counts := rows[name].value_counts()) is not None
        }
        return cls(
            numeric=numeric,
            brands=tuple(sorted(set(brands))),
            categories=tuple(sorted(set(categories))),
            levels=levels,
            centre=tuple(float(column.mean()) for column in filled),
            spread=tuple(max(float(column.std()), 1e-9) for column in filled),
            gaps=tuple(n for n, seen in zip(numeric, known.T, strict=True) if 0 < seen.mean() < 1),
            low=tuple(float(column.min()) for column in filled),
            high=tuple(float(column.max()) for column in filled),
        )

    @property
    def linear_names(self) -> tuple[str, ...]:
        """Columns of `linear`: numeric features, missing-value flags, levels, terms of brands."""
        flags = (f"{name}=missing" for name in self.gaps)
        categories = (f"brand=any of {category}" for category in self.categories)
        brands = (f"brand={brand}" for brand in self.brands)
        return (*self.numeric, *flags, *self._level_names(), *categories, *brands)

    @property
    def families(self) -> Integers:
        """Family number of each column of `linear`: columns of a family share one prior."""
        sizes = [1] * len(self.numeric)
        sizes += [len(self.gaps), *(len(known) for known in self.levels.values())]
        sizes += [len(self.categories), len(self.brands)]
        filled = [size for size in sizes if size]
        return np.repeat(np.arange(len(filled)), filled)

    @property
    def tree_names(self) -> tuple[str, ...]:
        """Columns of `trees`: numeric features, levels."""
        return (*self.numeric, *self._level_names())

    def trees(self, rows: pd.DataFrame) -> Floats:
        """Design for LightGBM, NaN where unknown [booking, len(tree_names)]."""
        words = {name: rows[name].to_numpy(dtype=np.str_) for name in self.levels}
        return self.tree_design(rows[list(self.numeric)].to_numpy(dtype=float), words)

    def tree_design(self, numbers: Floats, words: Mapping[str, Words]) -> Floats:
        """The same of arrays: `numbers` in the order of `numeric`, `words` by column."""
        blocks = [
            words[name][:, None] == np.array(known, dtype=np.str_)[None, :]
            for name, known in self.levels.items()
        ]
        return np.hstack([numbers, *blocks])

    def linear(
        self, trees: Floats, brand_id: str | None = None, category: str | None = None
    ) -> Floats:
        """Standardised design without gaps [booking, len(linear_names)].

        Args:
            trees: the bookings of one campaign as `trees` gives them.
            brand_id, category: what it advertises; a brand without past campaigns is the average
                brand of its category, a category without any the average category.
        """
        values = trees[:, : len(self.numeric)]
        known = np.isfinite(values)
        scaled = (values - np.array(self.centre)) / np.array(self.spread)
        scaled = np.clip(np.where(known, scaled, 0.0), -_CLIP, _CLIP)
        # A column that never varied says nothing, whatever value a new row has.
        scaled[:, np.array(self.spread) <= 1e-9] = 0.0
        flagged = [self.numeric.index(name) for name in self.gaps]
        own = [name == category for name in self.categories]
        own += [name == brand_id for name in self.brands]
        terms = BRAND_HEIGHT * np.array(own, dtype=float)
        return np.hstack(
            [
                scaled,
                ~known[:, flagged],
                trees[:, len(self.numeric) :],
                np.tile(terms, (len(trees), 1)),
            ]
        )

    def outside(self, trees: Floats) -> Booleans:
        """Which values lie outside what training saw [booking, numeric + categorical].

        A numeric value is outside when it leaves the seen range by more than a tenth of it; a
        word when fewer than `_FEWEST` past bookings had it.
        """
        values, words = trees[:, : len(self.numeric)], trees[:, len(self.numeric) :]
        low, high = np.array(self.low), np.array(self.high)
        margin = 0.1 * (high - low) + 1e-9
        beyond = (values < low - margin) | (values > high + margin)
        ends = np.cumsum([len(known) for known in self.levels.values()])
        known_words = [part.any(axis=1) for part in np.split(words, ends[:-1], axis=1)]
        return np.column_stack([beyond, *(~known for known in known_words)])

    def unseen_kinds(self, trees: Floats) -> Booleans:
        """Which bookings are of a kind of which nothing was ever learned [booking, kind].

        A platform or format that was not booked, virtual creators where none was.
        """
        words, numbers = list(self.levels), len(self.numeric)
        decisive = [numbers + words.index(name) for name in _KIND_WORDS if name in words]
        decisive += [self.numeric.index(name) for name in _KIND_TRAITS if name in self.numeric]
        return self.outside(trees)[:, decisive]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Rebuild from `to_json`, lists becoming tuples again."""
        levels = {name: tuple(known) for name, known in content["levels"].items()}
        rest = {name: tuple(content[name]) for name in cls.__dataclass_fields__ if name != "levels"}
        return cls(levels=levels, **rest)

    def _level_names(self) -> tuple[str, ...]:
        return tuple(f"{name}={level}" for name, known in self.levels.items() for level in known)


def _pairs(values: Floats) -> list[tuple[Floats, Booleans]]:
    return [(column, np.isfinite(column)) for column in values.T]
