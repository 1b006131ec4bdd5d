"""Builds snapshots: one day with all creators to serve, many days with few creators to train."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.errors import UnreadableTableError
from features.history import rates
from features.history.captions import CaptionIndex, ngram_rarity
from features.history.followers import FollowerSample, follower_sample
from features.history.markets import SalesHistory, sales_history
from features.history.moments import KnownAtMoments, captions_at, known_at
from features.snapshots.snapshot import AudienceShares, Snapshot
from features.sources.source import Source

#: So many creators show well enough how rare a word is.
_RARITY_CREATORS: Final = 150
#: Of each hashed n-gram; None where no captions were known.
Rarity = npt.NDArray[np.float32] | None

_PROFILE: Final = (
    "handle",
    "category",
    "country",
    "language",
    "is_virtual",
    "communities",
)


@dataclass(frozen=True)
class TakenOver:
    """What an earlier snapshot holds and nothing has changed; None is computed anew.

    `rarity` holds what `Rarities.of` gives by the first day of a half-year.
    """

    captions: CaptionIndex | None = None
    followers: FollowerSample | None = None
    rarity: Mapping[date, Rarity] = field(default_factory=dict)


@dataclass(frozen=True)
class _Unchanging:
    """What does not depend on the day, or is cut by it later."""

    profiles: pd.DataFrame
    markets: pd.DataFrame
    brands: pd.DataFrame
    followers: FollowerSample | None
    sales: SalesHistory


def snapshots(source: Source, moments: pd.DataFrame) -> Iterator[Snapshot]:
    """One snapshot for each day of `moments` (columns as_of, creator_id), of its creators alone.

    Days ascend. Each has its part of the sampled followers: hundreds together would take many
    gigabytes, so they are made one by one and not kept.

    Creators who are not in the source are left out. `rates` holds asked rates alone: past
    bookings have their fee.

    Raises:
        SourceError: a required table is missing or cannot be read.
    """
    known = known_at(source, moments)
    unchanging = _unchanging(source)
    rarities = Rarities(source)
    for day, part in _by_day(known):
        asked = rates.asked_rates(part.rates)
        yield _snapshot(day, part, unchanging, rarities.of(day), asked)


def snapshot(source: Source, as_of: date | None = None, taken: TakenOver | None = None) -> Snapshot:
    """Everything known on a day about all creators; by default the newest day of the source.

    Args:
        source: the tables; of posts those that still matter are enough.
        as_of: the day.
        taken: what need not be computed again.

    Raises:
        SourceError: a required table is missing or cannot be read.
    """
    day = as_of or newest_day(source)
    creators = source.frame("creators")[["creator_id"]]
    known = known_at(source, creators.assign(as_of=pd.Timestamp(day)))
    accounts = known.accounts.reset_index()[["creator_id", "platform"]]
    tiers = rates.tier_numbers(known.features.droplevel("as_of")["followers"]).rename("tier")
    completed = rates.complete_rates(
        known.rates, rates.past_fees(source), accounts.join(tiers, on="creator_id"), day
    )
    taken = taken or TakenOver()
    rarity = Rarities(source, taken.rarity).of(day)
    unchanging = _unchanging(source, taken.followers)
    return _snapshot(day, known, unchanging, rarity, completed, taken.captions)


def newest_day(source: Source) -> date:
    """The newest day on which anything was observed; a week of sales counts to its Sunday.

    Raises:
        UnreadableTableError: no table holds a single observation.
    """
    sales, posts = source.table("sales"), source.rows("posts")
    weekly = sales.date.day_of_week.index().max().execute() == 0
    days = [
        sales.date.max().execute() + pd.Timedelta(days=6 if weekly else 0),
        posts.observed_at.fill_null(posts.published_at).max().execute(),
        *(
            source.rows(name).observed_on.max().execute()
            for name in ("account_stats", "audience", "rates")
        ),
    ]
    found = [pd.Timestamp(day) for day in days if not pd.isna(day)]
    if not found:
        raise UnreadableTableError("sales", "neither it nor any other table holds observations")
    return max(found).date()


def _unchanging(source: Source, followers: FollowerSample | None = None) -> _Unchanging:
    return _Unchanging(
        profiles=_profiles(source.frame("creators")),
        markets=source.frame("markets").set_index("market_id"),
        brands=source.frame("brands").set_index("brand_id"),
        followers=followers or follower_sample(source),
        sales=sales_history(source),
    )


def _profiles(creators: pd.DataFrame) -> pd.DataFrame:
    indexed = creators.set_index("creator_id")
    indexed["handle"] = indexed["handle"].fillna(indexed.index.to_series())
    indexed["is_virtual"] = indexed["is_virtual"].astype("boolean").fillna(False).astype(bool)
    words = ["category", "country", "language", "communities"]
    indexed[words] = indexed[words].astype("str").fillna("")
    return indexed[list(_PROFILE)]


def _by_day(known: KnownAtMoments) -> Iterator[tuple[date, KnownAtMoments]]:
    """The part of each day, with as_of taken out of the indexes."""
    parts = [dict(list(rows.groupby("as_of"))) for rows in _frames(known)]
    for day in parts[0]:
        features, accounts, shares, captions, asked = (
            part.get(day, whole.iloc[:0]) for part, whole in zip(parts, _frames(known), strict=True)
        )
        yield day.date(), KnownAtMoments(features, accounts, shares, captions, asked)


def _frames(known: KnownAtMoments) -> tuple[Any, ...]:
    return known.features, known.accounts, known.shares, known.captions, known.rates


def _snapshot(
    day: date,
    known: KnownAtMoments,
    unchanging: _Unchanging,
    rarity: Rarity,
    asked: pd.DataFrame,
    captions_before: CaptionIndex | None = None,
) -> Snapshot:
    features = known.features.droplevel("as_of")
    profiles = unchanging.profiles.reindex(features.index)
    columns = [name for name in features.columns if name not in profiles.columns]
    creators = profiles.join(features[columns])
    creator_ids = tuple(creators.index)
    sample = unchanging.followers
    captions = dict(zip(known.captions.index.get_level_values(1), known.captions, strict=True))
    return Snapshot(
        as_of=day,
        creators=creators,
        accounts=known.accounts.droplevel("as_of"),
        audience=_audience_shares(known.shares, creators.index, unchanging.markets.index),
        interests=_interests(known.shares, creators.index),
        captions=CaptionIndex.build(captions, rarity, captions_before),
        followers=sample.only(creator_ids) if sample is not None else None,
        markets=unchanging.markets,
        brands=unchanging.brands,
        rates=asked,
        sales=unchanging.sales.until(day),
    )


def _audience_shares(
    shares: pd.DataFrame, creator_ids: pd.Index, market_ids: pd.Index
) -> AudienceShares:
    rows = shares[shares["dimension"] == "market"]
    dense, known = _dense(rows, creator_ids, market_ids)
    return AudienceShares(tuple(market_ids), dense.astype(np.float32), known)


def _interests(shares: pd.DataFrame, creator_ids: pd.Index) -> pd.DataFrame:
    rows = shares[shares["dimension"] == "interest"]
    interests = sorted(rows["value"].unique())
    dense, known = _dense(rows, creator_ids, pd.Index(interests, dtype="str"))
    dense[~known] = np.nan
    return pd.DataFrame(dense, index=creator_ids, columns=interests)


def _dense(
    rows: pd.DataFrame, creator_ids: pd.Index, values: pd.Index
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Shares as [creators, values], 0 where absent, and which creators have any row."""
    creator = creator_ids.get_indexer(pd.Index(rows["creator_id"]))
    value = values.get_indexer(pd.Index(rows["value"]))
    dense = np.zeros((len(creator_ids), len(values)))
    dense[creator[value >= 0], value[value >= 0]] = rows["share"].to_numpy()[value >= 0]
    known = np.zeros(len(creator_ids), dtype=np.bool_)
    known[creator[value >= 0]] = True
    return dense, known


class Rarities:
    """How rare words are among creators at the start of a day's half-year.

    The same for training and serving, and computed twice a year, not once a day. None
    where no captions were known by then: the creators at hand must do.
    """

    def __init__(self, source: Source, known: Mapping[date, Rarity] | None = None) -> None:
        self._source = source
        self._known = dict(known or {})

    def of(self, day: date) -> Rarity:
        """Rarity of each hashed n-gram as `CaptionIndex.build` takes it."""
        start = half_year_start(day)
        if start not in self._known:
            moments = pd.DataFrame({"creator_id": rarity_creators(self._source)})
            captions = captions_at(self._source, moments.assign(as_of=pd.Timestamp(start)))
            self._known[start] = ngram_rarity(captions) if len(captions) else None
        return self._known[start]


def half_year_start(day: date) -> date:
    """The first day of January or July, whichever was last."""
    return date(day.year, 1 if day.month < 7 else 7, 1)


def rarity_creators(source: Source) -> list[str]:
    """The creators whose captions show how rare words are.

    Drawn by a hash of their ids: a new creator seldom changes who is drawn.
    """
    every = source.frame("creators")["creator_id"].tolist()
    return sorted(every, key=lambda name: (zlib.crc32(name.encode()), name))[:_RARITY_CREATORS]
