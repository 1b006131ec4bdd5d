"""A snapshot's tables as arrays by position, made once per snapshot.

A request asks for 50 creators out of thousands; looking each up in a data frame would cost
more than scoring them.
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.entities import PLATFORMS, TIERS
from features.history.audiences import AUDIENCE_FEATURES
from features.history.creators import CREATOR_FEATURES
from features.people.coverage import FloatArray, IntArray
from features.people.overlap import SampledFollowers, sampled_followers
from features.rosters.audience_guess import with_guesses
from features.snapshots.snapshot import Snapshot

#: The catalog's own feature columns, in order.
CATALOG_FEATURES: Final = (*CREATOR_FEATURES, *AUDIENCE_FEATURES)

#: Views per follower of an account nothing comparable is known of.
TYPICAL_VIEW_RATE: Final = 0.15
#: So many accounts make a median worth using.
_ENOUGH_ACCOUNTS: Final = 5

_TIER_STARTS: Final = np.array(list(TIERS.values())[1:], dtype=float)


@dataclass(frozen=True, eq=False)
class Accounts:
    """Accounts by position; NaN where unknown, [accounts]."""

    row: dict[tuple[str, str], int]
    followers: FloatArray
    views: FloatArray
    engagement_per_view: FloatArray
    #: Median views per follower by platform (row) and follower tier (column).
    view_rates: FloatArray

    def view_rate(self, platforms: Sequence[str], followers: FloatArray) -> FloatArray:
        """Return the views per follower usual for accounts of that platform and size."""
        rows = np.array([PLATFORMS.index(platform) for platform in platforms], dtype=np.intp)
        rates: FloatArray = self.view_rates[rows, _tiers(followers)]
        return rates


@dataclass(frozen=True, eq=False)
class CatalogArrays:
    """Creators, accounts and markets of one snapshot by position.

    `values` is [creators, CATALOG_FEATURES]; `shares` [creators, markets] holds guesses where
    `audience_known` is False; `interests` is [creators, categories of `interest_column`].
    """

    creator_row: dict[str, int]
    values: FloatArray
    followers: FloatArray
    category: npt.NDArray[np.str_]
    language: npt.NDArray[np.str_]
    country: npt.NDArray[np.str_]
    communities: tuple[frozenset[str], ...]
    shares: FloatArray
    audience_known: npt.NDArray[np.bool_]
    interests: FloatArray
    interest_column: dict[str, int]
    accounts: Accounts
    market_row: dict[str, int]
    population: FloatArray
    market_language: npt.NDArray[np.str_]
    market_country: npt.NDArray[np.str_]
    market_name: npt.NDArray[np.str_]
    sample: SampledFollowers | None

    def markets_named_in(self, communities: frozenset[str]) -> npt.NDArray[np.bool_]:
        """Return the markets after which one of these communities is named, [markets]."""
        named = self._named.get(communities)
        if named is None:
            called = self._market_words
            named = np.array([not communities.isdisjoint(words) for words in called], dtype=bool)
            self._named[communities] = named
        return named

    @cached_property
    def _named(self) -> dict[frozenset[str], npt.NDArray[np.bool_]]:
        """Every answer so far: creators share few sets of communities."""
        return {}

    @cached_property
    def _market_words(self) -> tuple[frozenset[str], ...]:
        """What a community of each market may be called: its id, name, language and country."""
        places = zip(
            self.market_row,
            self.market_name,
            self.market_language,
            self.market_country,
            strict=True,
        )
        return tuple(frozenset(str(word).lower() for word in place) for place in places)


_MADE: dict[int, tuple[weakref.ref[Snapshot], CatalogArrays]] = {}


def catalog_arrays(snapshot: Snapshot) -> CatalogArrays:
    """Return the snapshot's arrays, made at the first call and kept as long as it lives."""
    key = id(snapshot)
    held = _MADE.get(key)
    if held is not None and held[0]() is snapshot:
        return held[1]
    arrays = _make(snapshot)
    _MADE[key] = (weakref.ref(snapshot, lambda _: _MADE.pop(key, None)), arrays)
    return arrays


def _make(snapshot: Snapshot) -> CatalogArrays:
    creators, markets, sample = snapshot.creators, snapshot.markets, snapshot.followers
    interests = snapshot.interests.reindex(creators.index)
    return CatalogArrays(
        creator_row=_rows(creators.index),
        values=creators[list(CATALOG_FEATURES)].to_numpy(dtype=float),
        followers=creators["followers"].to_numpy(dtype=float),
        category=_words(creators["category"]),
        language=_words(creators["language"]),
        country=_words(creators["country"]),
        communities=tuple(split_communities(text) for text in _words(creators["communities"])),
        shares=with_guesses(_market_shares(snapshot), snapshot.audience.known, creators, markets),
        audience_known=np.asarray(snapshot.audience.known, dtype=bool),
        interests=interests.to_numpy(dtype=float),
        interest_column=_rows(interests.columns),
        accounts=_accounts(snapshot.accounts),
        market_row=_rows(markets.index),
        population=markets["population"].to_numpy(dtype=float),
        market_language=_words(markets["language"]),
        market_country=_words(markets["country"]),
        market_name=_words(markets["name"]),
        sample=None if sample is None else sampled_followers(sample, _rows(markets.index)),
    )


def split_communities(text: str) -> frozenset[str]:
    """Return the communities of a ";"-separated list, in lower case."""
    return frozenset(part.strip().lower() for part in text.split(";") if part.strip())


def _rows(labels: pd.Index) -> dict[str, int]:
    return {str(label): row for row, label in enumerate(labels)}


def _words(column: pd.Series) -> npt.NDArray[np.str_]:
    words: npt.NDArray[np.str_] = column.fillna("").to_numpy(dtype=np.str_)
    return words


def _market_shares(snapshot: Snapshot) -> FloatArray:
    """Return audience shares with the columns in the order of the markets table."""
    column = _rows(pd.Index(snapshot.audience.market_ids))
    shares = np.zeros((len(snapshot.creators), len(snapshot.markets)))
    for row, market in enumerate(snapshot.markets.index):
        if market in column:
            shares[:, row] = snapshot.audience.shares[:, column[market]]
    return shares


def _tiers(followers: FloatArray) -> IntArray:
    tiers: IntArray = np.searchsorted(_TIER_STARTS, np.nan_to_num(followers), side="right")
    return tiers


def _accounts(accounts: pd.DataFrame) -> Accounts:
    followers = accounts["followers"].to_numpy(dtype=float)
    rate = accounts["median_view_rate_90d"].to_numpy(dtype=float)
    platforms = accounts.index.get_level_values(1).to_numpy(dtype=np.str_)
    return Accounts(
        row={
            (str(creator), str(where)): row for row, (creator, where) in enumerate(accounts.index)
        },
        followers=followers,
        views=accounts["median_views_90d"].to_numpy(dtype=float),
        engagement_per_view=accounts["engagement_per_view_90d"].to_numpy(dtype=float),
        view_rates=_view_rates(platforms, followers, rate),
    )


def _view_rates(
    platforms: npt.NDArray[np.str_], followers: FloatArray, rate: FloatArray
) -> FloatArray:
    """Return median views per follower, [platforms, tiers].

    Where a platform has too few accounts of a tier: the platform's, then the catalog's median.
    """
    known = np.isfinite(rate) & np.isfinite(followers)
    tiers = _tiers(followers)
    overall = _median_of(rate[known], TYPICAL_VIEW_RATE)
    table = np.empty((len(PLATFORMS), len(TIERS)))
    for row, platform in enumerate(PLATFORMS):
        here = known & (platforms == platform)
        usual = _median_of(rate[here], overall)
        table[row] = [_median_of(rate[here & (tiers == tier)], usual) for tier in range(len(TIERS))]
    return table


def _median_of(rates: FloatArray, otherwise: float) -> float:
    return float(np.median(rates)) if len(rates) >= _ENOUGH_ACCOUNTS else otherwise
