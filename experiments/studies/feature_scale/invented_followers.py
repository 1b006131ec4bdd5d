"""A catalog of many creators with sampled followers, for the time of one question."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from features.entities import Booking, Roster
from features.history.followers import FollowerSample
from features.people.overlap import sampled_followers
from features.rosters.lookup import CATALOG_FEATURES, Accounts, CatalogArrays

_RATE: Final = 0.01
_FOLLOWERS: Final = 1_000
_NICHES: Final = 20
_LANGUAGES: Final = ("de", "en", "tr")
#: Sampled people of each market.
_PEOPLE: Final = 3_000
_CORE: Final = 0.02
_FROM_CORE: Final = 0.7


def invented_catalog(
    creators: int, markets: int, rng: np.random.Generator
) -> tuple[CatalogArrays, FollowerSample]:
    """Return a catalog whose creators have 1,000 sampled followers on average.

    Seven of ten followers come from the core of the creator's niche and language, heavy users
    first. Everything reach does not ask for is left empty.
    """
    category = rng.integers(0, _NICHES, creators)
    language = rng.integers(0, len(_LANGUAGES), creators)
    size = np.clip(_FOLLOWERS * rng.lognormal(-0.5, 1, creators), 5, 20_000).astype(int)
    market_ids = tuple(f"market {i}" for i in range(markets))
    core = category * len(_LANGUAGES) + language
    sample = _sample(size, core, market_ids, rng)
    followers = size / _RATE
    nothing = np.full(creators, np.nan)
    words = np.full(creators, "")
    row = {market: i for i, market in enumerate(market_ids)}
    ids = {creator: i for i, creator in enumerate(sample.creator_ids)}
    rates = np.full((12, 5), 0.25)
    catalog = CatalogArrays(
        creator_row=ids,
        values=np.full((creators, len(CATALOG_FEATURES)), np.nan),
        followers=followers,
        category=np.array([f"niche {i}" for i in range(_NICHES)])[category],
        language=np.array(_LANGUAGES)[language],
        country=words,
        communities=(frozenset[str](),) * creators,
        shares=0.9 * rng.dirichlet(np.full(markets, 5.0), creators),
        audience_known=np.ones(creators, dtype=bool),
        interests=np.zeros((creators, 0)),
        interest_column={},
        accounts=Accounts(
            {(creator, "tiktok"): i for creator, i in ids.items()},
            followers,
            0.25 * followers,
            nothing,
            rates,
        ),
        market_row=row,
        population=np.full(markets, _PEOPLE / _RATE),
        market_language=np.full(markets, ""),
        market_country=np.full(markets, ""),
        market_name=np.full(markets, ""),
        sample=sampled_followers(sample, row),
    )
    return catalog, sample


def _sample(
    size: np.ndarray, core: np.ndarray, market_ids: tuple[str, ...], rng: np.random.Generator
) -> FollowerSample:
    people = _PEOPLE * len(market_ids)
    key = np.sort(rng.integers(-(2**62), 2**62, people))
    market = rng.integers(0, len(market_ids), people).astype(np.int16)
    start = rng.integers(0, people, int(core.max()) + 1)
    indptr = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    keys = np.empty(indptr[-1], dtype=np.int64)
    markets = np.empty(indptr[-1], dtype=np.int16)
    held = np.zeros(len(size) + 1, dtype=np.int64)
    for creator, (first, last) in enumerate(pairwise(indptr.tolist())):
        heavy = rng.random(last - first) ** 2
        inside = heavy[: int(_FROM_CORE * len(heavy))] * _CORE * people
        outside = heavy[len(inside) :] * people
        person = np.concatenate([start[core[creator]] + inside, outside]).astype(np.int64)
        follows = np.unique(person % people)
        held[creator + 1] = held[creator] + len(follows)
        span = slice(held[creator], held[creator + 1])
        keys[span], markets[span] = key[follows], market[follows]
    ids = tuple(f"creator {i}" for i in range(len(size)))
    return FollowerSample(ids, held, keys[: held[-1]], markets[: held[-1]], market_ids, _RATE)


def invented_roster(catalog: CatalogArrays, size: int, rng: np.random.Generator) -> Roster:
    """Return a roster of creators drawn at random, one to four posts each."""
    ids = np.array(list(catalog.creator_row))
    return tuple(
        Booking(str(creator), "tiktok", "short_video", posts=int(rng.integers(1, 5)), fee=500.0)
        for creator in rng.choice(ids, size, replace=False)
    )
