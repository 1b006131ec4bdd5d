"""Small snapshots made by hand, and a large one at random, for tests of rosters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from features.entities import Booking, Campaign
from features.history.captions import CaptionIndex
from features.history.followers import FollowerSample
from features.history.markets import SalesHistory
from features.rosters.lookup import CATALOG_FEATURES
from features.snapshots.snapshot import AudienceShares, Snapshot

AS_OF = date(2024, 6, 30)
PROFILE = {
    "category": "skincare",
    "country": "DE",
    "language": "de",
    "is_virtual": False,
    "communities": "",
    "followers": 1_000.0,
}
MARKETS = {
    "berlin": {"country": "DE", "language": "de", "population": 3_000_000},
    "hamburg": {"country": "DE", "language": "de", "population": 1_000_000},
    "lyon": {"country": "FR", "language": "fr", "population": 500_000},
}


def invented_snapshot(
    creators: Mapping[str, Mapping[str, Any]],
    *,
    markets: Mapping[str, Mapping[str, Any]] = MARKETS,
    shares: Mapping[str, Mapping[str, float]] | None = None,
    accounts: Mapping[tuple[str, str], Mapping[str, float]] | None = None,
    interests: Mapping[str, Mapping[str, float]] | None = None,
    captions: Mapping[str, str] | None = None,
    followers: FollowerSample | None = None,
    revenue: Mapping[tuple[str, str], Sequence[float]] | None = None,
) -> Snapshot:
    """A snapshot of the creators given; what is left out is PROFILE's, MARKETS' or unknown.

    Without `accounts` each creator has one on instagram with 0.2 views per follower; without
    `shares` half of everybody's followers live in berlin. `revenue` is by brand and market.
    """
    ids = sorted(creators)
    rows = {
        creator: {**dict.fromkeys(CATALOG_FEATURES, np.nan), **PROFILE, **creators[creator]}
        for creator in ids
    }
    table = pd.DataFrame.from_dict(rows, orient="index")
    if accounts is None:
        sizes = {creator: rows[creator]["followers"] for creator in ids}
        accounts = {
            (creator, "instagram"): {"followers": size, "median_views_90d": 0.2 * size}
            for creator, size in sizes.items()
        }
    if shares is None:
        shares = {creator: {"berlin": 0.5} for creator in ids}
    wanted = pd.DataFrame.from_dict(dict(interests or {}), orient="index").reindex(ids)
    return Snapshot(
        as_of=AS_OF,
        creators=table,
        accounts=_accounts(accounts),
        audience=_audience(ids, list(markets), shares),
        interests=wanted,
        captions=CaptionIndex.build(captions or {}),
        followers=followers,
        markets=pd.DataFrame.from_dict(dict(markets), orient="index").assign(name=list(markets)),
        brands=pd.DataFrame({"name": ["Brand"], "category": ["skincare"]}, index=["brand"]),
        rates=pd.DataFrame(),
        sales=_sales(revenue or {}, list(markets)),
    )


def _accounts(accounts: Mapping[tuple[str, str], Mapping[str, float]]) -> pd.DataFrame:
    columns = ["followers", "paying_subscribers", "median_views_90d", "median_view_rate_90d"]
    index = pd.MultiIndex.from_tuples(list(accounts), names=["creator_id", "platform"])
    table = pd.DataFrame(list(accounts.values()), index=index)
    table = table.reindex(columns=[*columns, "engagement_per_view_90d"]).astype(float)
    rate = table["median_views_90d"] / table["followers"]
    table["median_view_rate_90d"] = table["median_view_rate_90d"].fillna(rate)
    return table.sort_index()


def _audience(
    ids: list[str], market_ids: list[str], shares: Mapping[str, Mapping[str, float]]
) -> AudienceShares:
    values = np.array([[shares.get(i, {}).get(m, 0.0) for m in market_ids] for i in ids])
    known = np.array([i in shares for i in ids])
    return AudienceShares(tuple(market_ids), values.astype(np.float32), known)


def _sales(revenue: Mapping[tuple[str, str], Sequence[float]], markets: list[str]) -> SalesHistory:
    brands = sorted({brand for brand, _ in revenue})
    length = max((len(weeks) for weeks in revenue.values()), default=0)
    panel = np.full((len(brands), len(markets), length), np.nan)
    for (brand, market), weeks in revenue.items():
        panel[brands.index(brand), markets.index(market)] = weeks
    # The last week ends on AS_OF, a Sunday.
    monday = np.datetime64(AS_OF - timedelta(days=6))
    mondays = monday - np.timedelta64(7, "D") * np.arange(length)[::-1]
    unknown = np.full_like(panel, np.nan)
    return SalesHistory(tuple(brands), tuple(markets), mondays, panel, unknown, unknown, unknown)


def follower_sample(
    follows: Mapping[str, Sequence[tuple[int, str]]], rate: float = 0.01
) -> FollowerSample:
    """A sample from each creator's (follower key, market) pairs."""
    ids = tuple(follows)
    market_ids = tuple(sorted({market for pairs in follows.values() for _, market in pairs}))
    keys = [sorted(pairs) for pairs in follows.values()]
    return FollowerSample(
        creator_ids=ids,
        indptr=np.cumsum([0, *map(len, keys)]).astype(np.int64),
        keys=np.array([key for pairs in keys for key, _ in pairs], dtype=np.int64),
        markets=np.array([market_ids.index(m) for pairs in keys for _, m in pairs], np.int16),
        market_ids=market_ids,
        sample_rate=rate,
    )


def campaign(**changes: Any) -> Campaign:
    """A skincare campaign in July in every market."""
    settled: dict[str, Any] = {
        "brand_id": "brand",
        "category": "skincare",
        "starts_on": date(2024, 7, 8),
        "ends_on": date(2024, 7, 21),
        "markets": tuple(MARKETS),
    }
    return Campaign(**(settled | changes))


def booking(creator_id: str, **changes: Any) -> Booking:
    """Three short videos on instagram for 500."""
    settled: dict[str, Any] = {
        "platform": "instagram",
        "format": "short_video",
        "posts": 3,
        "fee": 500.0,
    }
    return Booking(creator_id, **(settled | changes))


def random_snapshot(creators: int, markets: int, *, sampled: int = 0, seed: int = 0) -> Snapshot:
    """A large snapshot of micro creators of eight niches; `sampled` followers each."""
    rng = np.random.default_rng(seed)
    places = {
        f"m{m:03d}": {"country": "DE", "language": "de", "population": int(p)}
        for m, p in enumerate(rng.lognormal(12, 0.7, markets))
    }
    ids = [f"c{i:04d}" for i in range(creators)]
    sizes = np.exp(rng.uniform(np.log(1e3), np.log(1e5), creators)).round()
    niches = ["skincare", "fitness", "food", "gaming", "travel", "fashion", "books", "cars"]
    mix = rng.dirichlet(np.ones(markets) * 2, creators) * 0.9
    people = [rng.choice(40 * sampled, sampled, replace=False) for _ in ids if sampled]
    names = list(places)
    follows = {
        creator: [(int(key), names[key % markets]) for key in keys]
        for creator, keys in zip(ids, people, strict=bool(sampled))
    }
    return invented_snapshot(
        {i: {"category": niches[n % 8], "followers": sizes[n]} for n, i in enumerate(ids)},
        markets=places,
        shares={i: dict(zip(places, row, strict=True)) for i, row in zip(ids, mix, strict=True)},
        captions={i: " ".join(rng.choice(niches, 60)) for i in ids},
        followers=follower_sample(follows) if sampled else None,
        revenue={("brand", m): rng.lognormal(8, 0.3, 60).tolist() for m in places},
    )
