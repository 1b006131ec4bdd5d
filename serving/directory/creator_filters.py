"""Which creators of a snapshot pass a query's filters, and what there is to filter by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.entities import TIERS
from serving.directory.cell_values import text_of
from serving.messages.listings import CreatorFilters, CreatorQuery, FilterValue

Mask = npt.NDArray[np.bool_]


class CreatorTable:
    """The columns that creators are filtered by, read once; rows as in the snapshot."""

    def __init__(self, creators: pd.DataFrame, accounts: pd.DataFrame, rates: pd.DataFrame) -> None:
        self._creators = creators
        self.ids = [str(key) for key in creators.index]
        self.platforms = _platforms(self.ids, accounts)
        self.communities = [_communities(text) for text in creators["communities"]]
        self.tiers = _tiers(creators["followers"])
        self._followers = creators["followers"].to_numpy(dtype=float)
        self._handles = [str(handle).casefold() for handle in creators["handle"]]
        self._searchable = [
            f"{handle}\n{key.casefold()}"
            for handle, key in zip(self._handles, self.ids, strict=True)
        ]
        self._rate_rows = creators.index.get_indexer(pd.Index(rates["creator_id"]))
        self._rate_platforms = rates["platform"].to_numpy(dtype=object)
        self._fees = rates["fee_per_post"].to_numpy(dtype=float)

    def mask(self, query: CreatorQuery) -> Mask:
        """Tell of each creator whether all filters hold."""
        keep: Mask = np.ones(len(self.ids), dtype=bool)
        if query.query is not None:
            words = query.query.strip().casefold()
            keep &= _each(words in text for text in self._searchable)
        for column in ("category", "language"):
            if (wanted := getattr(query, column)) is not None:
                keep &= (self._creators[column] == wanted).to_numpy(dtype=bool)
        if query.platform is not None:
            keep &= _each(query.platform in found for found in self.platforms)
        if query.community is not None:
            keep &= _each(query.community in found for found in self.communities)
        if query.tier is not None:
            keep &= self.tiers == query.tier
        if query.min_followers is not None:
            keep &= self._followers >= query.min_followers
        if query.max_followers is not None:
            keep &= self._followers <= query.max_followers
        if query.min_fee is not None or query.max_fee is not None:
            keep &= self._priced(query)
        if query.ids is not None:
            named = {one.strip().casefold() for one in query.ids.split(";")} - {""}
            keep &= _each(
                key.casefold() in named or handle in named
                for key, handle in zip(self.ids, self._handles, strict=True)
            )
        return keep

    def values(self) -> CreatorFilters:
        """Return every value of every filter that takes words."""
        tiers = Counter(tier for tier in self.tiers if tier is not None)
        return CreatorFilters(
            category=_counted(map(text_of, self._creators["category"])),
            language=_counted(map(text_of, self._creators["language"])),
            platform=_counted(name for found in self.platforms for name in found),
            community=_counted(name for found in self.communities for name in found),
            tier=[FilterValue(value=tier, creators=tiers[tier]) for tier in TIERS if tiers[tier]],
        )

    def _priced(self, query: CreatorQuery) -> Mask:
        """Who has a fee for one post within the bounds, on the platform that is asked for."""
        rows = np.isfinite(self._fees) & (self._rate_rows >= 0)
        if query.min_fee is not None:
            rows &= self._fees >= query.min_fee
        if query.max_fee is not None:
            rows &= self._fees <= query.max_fee
        if query.platform is not None:
            rows &= self._rate_platforms == query.platform
        found: Mask = np.zeros(len(self.ids), dtype=bool)
        found[self._rate_rows[rows]] = True
        return found


def _each(told: Iterable[bool]) -> Mask:
    return np.fromiter(told, dtype=bool)


def _counted(values: Iterable[str | None]) -> list[FilterValue]:
    counts = Counter(value for value in values if value)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [FilterValue(value=value, creators=creators) for value, creators in ordered]


def _platforms(ids: list[str], accounts: pd.DataFrame) -> list[list[str]]:
    found: dict[str, list[str]] = {creator_id: [] for creator_id in ids}
    for creator_id, platform in accounts.index:
        found.setdefault(str(creator_id), []).append(str(platform))
    return [sorted(found[creator_id]) for creator_id in ids]


def _communities(text: object) -> list[str]:
    return [name for name in (text_of(text) or "").split(";") if name]


def _tiers(followers: pd.Series[float]) -> npt.NDArray[np.object_]:
    """Return each creator's tier, None where the followers are unknown."""
    counts = followers.to_numpy(dtype=float)
    tiers = np.full(len(counts), None, dtype=object)
    for tier, smallest in TIERS.items():
        tiers[counts >= smallest] = tier
    return tiers
