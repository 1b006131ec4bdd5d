"""Creators, brands and markets by id and by filter, out of one snapshot."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date
from functools import cached_property
from typing import Any, Final, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.errors import FieldFault, InvalidRequestError, UnknownIdError
from features.history.markets import SalesHistory
from serving.directory.cell_values import day_of, feature_of, number_of, text_of
from serving.directory.creator_filters import CreatorTable, Mask
from serving.messages.listings import (
    BrandItem,
    BrandList,
    CreatorFilters,
    CreatorItem,
    CreatorList,
    CreatorQuery,
    ListQuery,
    MarketItem,
    MarketList,
    Rate,
)

#: Columns of `Snapshot.creators` that describe the creator; every other one is a feature,
#: and `is_virtual` is both.
PROFILE: Final = (
    "handle",
    "category",
    "country",
    "language",
    "is_virtual",
    "communities",
    "followers",
    "observed_on",
)
RATE_COLUMNS: Final = ("platform", "format", "fee_per_post", "fee_source")
#: A baseline needs sales in one of the last weeks of the history.
BASELINE_WEEKS: Final = 52

Item = TypeVar("Item")


class Known(Protocol):
    """What the lists need of `features.snapshots.snapshot.Snapshot`."""

    @property
    def as_of(self) -> date: ...
    @property
    def creators(self) -> pd.DataFrame: ...
    @property
    def accounts(self) -> pd.DataFrame: ...
    @property
    def rates(self) -> pd.DataFrame: ...
    @property
    def brands(self) -> pd.DataFrame: ...
    @property
    def markets(self) -> pd.DataFrame: ...
    @property
    def sales(self) -> SalesHistory: ...


class Directory:
    """Looks things up in a snapshot; built once for each, never changed."""

    def __init__(self, snapshot: Known) -> None:
        self._creators = snapshot.creators
        self._positions = {str(key): row for row, key in enumerate(snapshot.creators.index)}
        self._features = [
            name
            for name in map(str, snapshot.creators.columns)
            if name not in PROFILE or name == "is_virtual"
        ]
        self._table = CreatorTable(snapshot.creators, snapshot.accounts, snapshot.rates)
        self._rate_columns = [snapshot.rates[name].to_numpy() for name in RATE_COLUMNS]
        self._rate_rows = snapshot.rates.groupby("creator_id").indices
        self._brands = [_brand(row, snapshot.sales) for row in _rows(snapshot.brands)]
        self._markets = [_market(row) for row in _rows(snapshot.markets)]

    @cached_property
    def filters(self) -> CreatorFilters:
        """What creators can be filtered by."""
        return self._table.values()

    def creators(self, query: CreatorQuery) -> CreatorList:
        """Return the creators that pass every filter, in the order asked for."""
        page, total = self.find(query)
        return CreatorList(
            items=self._items(page), total=total, limit=query.limit, offset=query.offset
        )

    def find(self, query: CreatorQuery) -> tuple[npt.NDArray[np.intp], int]:
        """Return the rows of these creators in the snapshot, and how many there are in all."""
        keep = np.flatnonzero(self._table.mask(query))
        order = keep[self._order(query.sort, keep)]
        return order[query.offset : query.offset + query.limit], len(order)

    def creator(self, creator_id: str) -> CreatorItem:
        """Return one creator; raise `UnknownIdError` where the catalog has none of that id."""
        position = self._positions.get(creator_id)
        if position is None:
            raise UnknownIdError("creator", creator_id)
        return self._items(np.array([position], dtype=np.intp))[0]

    def brands(self, query: ListQuery) -> BrandList:
        """Return the brands whose name or id holds the words searched for."""
        found = _matching(self._brands, query, lambda brand: (brand.name, brand.brand_id))
        page = found[query.offset : query.offset + query.limit]
        return BrandList(items=page, total=len(found), limit=query.limit, offset=query.offset)

    def markets(self, query: ListQuery) -> MarketList:
        """Return the markets whose name or id holds the words searched for."""
        found = _matching(self._markets, query, lambda market: (market.name, market.market_id))
        page = found[query.offset : query.offset + query.limit]
        return MarketList(items=page, total=len(found), limit=query.limit, offset=query.offset)

    def _order(self, sort: str, keep: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        """Return the positions within `keep`, sorted; ties by creator_id, unknown last."""
        name = sort.removeprefix("-")
        allowed = ("creator_id", "handle", "followers", *self._features)
        if name not in allowed:
            expected = f"expected one of {', '.join(allowed)}, found {name!r}"
            raise InvalidRequestError([FieldFault("sort", expected)])
        ids = self._creators.index[keep].to_series()
        keys = ids if name == "creator_id" else self._creators[name].iloc[keep]
        keys = keys.set_axis(np.arange(len(keep))).iloc[np.argsort(ids.to_numpy(), kind="stable")]
        ordered = keys.sort_values(
            ascending=not sort.startswith("-"), kind="stable", na_position="last"
        )
        return ordered.index.to_numpy(dtype=np.intp)

    def _items(self, positions: npt.NDArray[np.intp]) -> list[CreatorItem]:
        rows = self._creators.iloc[positions].to_dict("records")
        return [self._item(int(at), row) for at, row in zip(positions, rows, strict=True)]

    def _item(self, position: int, row: dict[Hashable, Any]) -> CreatorItem:
        creator_id = str(self._creators.index[position])
        return CreatorItem(
            creator_id=creator_id,
            handle=text_of(row["handle"]) or creator_id,
            platforms=self._table.platforms[position],
            category=text_of(row["category"]),
            country=text_of(row["country"]),
            language=text_of(row["language"]),
            is_virtual=bool(row["is_virtual"]),
            communities=self._table.communities[position],
            followers=number_of(row["followers"]),
            tier=self._table.tiers[position],
            features={name: feature_of(row[name]) for name in self._features},
            rates=self._rates_of(creator_id),
            observed_on=None if pd.isna(row["observed_on"]) else day_of(row["observed_on"]),
        )

    def _rates_of(self, creator_id: str) -> list[Rate]:
        return [
            Rate(platform=platform, format=format_, fee_per_post=float(fee), fee_source=source)
            for platform, format_, fee, source in (
                tuple(column[row] for column in self._rate_columns)
                for row in self._rate_rows.get(creator_id, [])
            )
            if np.isfinite(fee)
        ]


def _rows(frame: pd.DataFrame) -> list[dict[Hashable, Any]]:
    return [{"id": str(key), **values} for key, values in frame.to_dict("index").items()]


def _brand(row: dict[Hashable, Any], sales: SalesHistory) -> BrandItem:
    weeks = _weeks_with_sales(str(row["id"]), sales)
    return BrandItem(
        brand_id=str(row["id"]),
        name=text_of(row["name"]) or str(row["id"]),
        category=text_of(row["category"]),
        has_baseline=bool(weeks[-BASELINE_WEEKS:].any()),
        sales_until=day_of(sales.weeks[weeks][-1]) if weeks.any() else None,
    )


def _weeks_with_sales(brand_id: str, sales: SalesHistory) -> Mask:
    if brand_id not in sales.brand_ids:
        return np.zeros(len(sales.weeks), dtype=bool)
    revenue = sales.revenue[sales.brand_ids.index(brand_id)]
    sold: Mask = (np.nan_to_num(revenue) > 0).any(axis=0)
    return sold


def _market(row: dict[Hashable, Any]) -> MarketItem:
    return MarketItem(
        market_id=str(row["id"]),
        name=text_of(row["name"]) or str(row["id"]),
        country=text_of(row["country"]),
        language=text_of(row["language"]),
        population=number_of(row["population"]),
    )


def _matching(
    items: list[Item], query: ListQuery, texts: Callable[[Item], tuple[str, ...]]
) -> list[Item]:
    words = (query.query or "").strip().casefold()
    return [item for item in items if any(words in text.casefold() for text in texts(item))]
