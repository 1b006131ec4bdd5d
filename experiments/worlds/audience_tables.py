"""Tables of creators and of who follows them: creators, accounts, account_stats, audience,
followers."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa

from experiments.worlds.creators import COMMUNITIES, NEIGHBOURS
from experiments.worlds.people import AGES, GENDERS
from experiments.worlds.settings import Bools, Dates, Floats, Ints
from experiments.worlds.vocabulary import CATEGORIES, LANGUAGES
from experiments.worlds.world import World
from features.entities import PLATFORMS

#: By dimension and its values: [creator, value] shares of all followers.
Shares: TypeAlias = dict[tuple[str, tuple[str, ...]], Floats]

#: Rows the followers table is kept to.
MOST_FOLLOWER_ROWS: Final = 1_300_000
#: Accounts that follow from elsewhere or are not real people, per follower of that kind.
_ELSEWHERE_POOL: Final = 0.6
_STATS_EVERY_DAYS: Final = 30
_AUDIENCE_EVERY_DAYS: Final = 182
_SMALLEST_SHARE: Final = 0.0005
#: Creators of whom no audience is known, and whose audience is known from halfway on only.
_AUDIENCE_UNKNOWN: Final = 0.04
_AUDIENCE_LATE: Final = 0.10


def creators_table(world: World) -> pa.Table:
    """The creators table."""
    creators, geography = world.creators, world.geography
    community = [
        ";".join([COMMUNITIES[c], geography.countries[home]]) if c >= 0 else None
        for c, home in zip(creators.community, creators.home_market, strict=True)
    ]
    category = [CATEGORIES[c] for c in creators.category]
    return pa.table(
        {
            "creator_id": list(creators.creator_ids),
            "handle": [f"{name}.{i}" for i, name in enumerate(category)],
            "category": category,
            "country": [geography.countries[home] for home in creators.home_market],
            "language": [LANGUAGES[code] for code in creators.language],
            "is_virtual": creators.is_virtual,
            "communities": pa.array(community, pa.string()),
        }
    )


def accounts_table(world: World) -> pa.Table:
    """The accounts table."""
    accounts = world.accounts
    return pa.table(
        {
            "account_id": list(accounts.account_ids),
            "creator_id": _ids(world.creators.creator_ids, accounts.creator),
            "platform": _ids(PLATFORMS, accounts.platform),
            "opened_on": pa.array(accounts.opened_on),
        }
    )


def account_stats_table(world: World) -> pa.Table:
    """The account_stats table: followers of each account every 30 days, with a little noise."""
    accounts = world.accounts
    days = _days_back(world, _STATS_EVERY_DAYS)
    rows = np.arange(len(accounts.creator))
    rng = world.settings.stream("account stats")
    by_day = np.stack([world.followers_on(day) for day in days], axis=1)
    followers = by_day[accounts.creator] * accounts.follower_share[:, None]
    followers = np.rint(followers * np.exp(0.01 * rng.standard_normal(followers.shape)))
    paying = np.rint(followers * accounts.paying_share[:, None])
    table = pa.table(
        {
            "account_id": _ids(accounts.account_ids, np.repeat(rows, len(days))),
            "observed_on": pa.array(np.tile(days, len(rows))),
            "followers": followers.ravel().astype(np.int64),
            "paying_subscribers": pa.array(
                np.nan_to_num(paying).ravel().astype(np.int64),
                mask=np.isnan(paying).ravel(),
            ),
        }
    )
    opened = accounts.opened_on[:, None] <= days
    return table.filter(pa.array(opened.ravel()))


def audience_table(world: World) -> pa.Table:
    """The audience table: half-yearly readings of where followers live and who they are."""
    days = _days_back(world, _AUDIENCE_EVERY_DAYS)
    rng = world.settings.stream("audience")
    fate = rng.random(world.creators.count)
    standing = _standing_shares(world)
    parts: list[pa.Table] = []
    for number, day in enumerate(days):
        late = number < len(days) / 2
        known = fate >= _AUDIENCE_UNKNOWN + (_AUDIENCE_LATE if late else 0.0)
        for (dimension, values), shares in _readings(rng, world, day, standing).items():
            parts.append(_long(world, day, known, dimension, values, shares))
    return pa.concat_tables(parts)


def _readings(
    rng: np.random.Generator, world: World, day: np.datetime64, standing: Shares
) -> Shares:
    """What is read of the audiences on a day."""
    creators = world.creators
    market = world.market_mix(day, np.arange(creators.count)) * creators.inside[:, None]
    readings: Shares = {("market", world.geography.market_ids): market}
    for name, shares in standing.items():
        # What followers are like changes little; what is read of it wobbles.
        noisy = shares * np.exp(0.03 * rng.standard_normal(shares.shape))
        total = np.maximum(noisy.sum(axis=1, keepdims=True), 1e-12)
        readings[name] = noisy / total * shares.sum(axis=1, keepdims=True)
    readings[("authenticity", ("authentic",))] = creators.authentic[:, None]
    return readings


def followers_table(world: World) -> pa.Table:
    """The followers table: a coordinated sample of follower ids.

    The simulated people are a uniform sample of all people; a part of them is kept so that the
    table stays within `MOST_FOLLOWER_ROWS`. Followers who live elsewhere or are not real come
    with a null market.
    """
    rng = world.settings.stream("follower keys")
    people = world.people
    creator, person, ids = _all_followers(rng, world)
    keys = rng.choice(2**62, size=ids, replace=False, shuffle=False)
    kept_share = min(1.0, MOST_FOLLOWER_ROWS / len(person))
    kept = rng.random(ids) < kept_share
    order = np.lexsort((keys[person], creator))
    order = order[kept[person[order]]]
    creator, person = creator[order], person[order]
    elsewhere = person >= people.count
    market = people.market[np.where(elsewhere, 0, person)]
    return pa.table(
        {
            "creator_id": _ids(world.creators.creator_ids, creator),
            "follower_key": keys[person],
            "market_id": pa.array(world.geography.market_ids).take(
                pa.array(market, mask=elsewhere)
            ),
            "sample_rate": np.full(len(order), kept_share / people.weight),
        }
    )


def _all_followers(rng: np.random.Generator, world: World) -> tuple[Ints, Ints, int]:
    """Creator and follower of every edge, those from elsewhere included, and the number of ids.

    Followers up to `people.count` are the simulated people, those above come from a pool of
    accounts elsewhere, of which each creator has as many as its other followers leave room for.
    """
    people, followings = world.people, world.followings
    real = world.creators.authentic * world.creators.inside
    counts = np.rint(followings.people * (1.0 / real - 1.0)).astype(np.int64)
    pool = max(1, int(_ELSEWHERE_POOL * counts.sum()), int(counts.max()))
    outside = [people.count + np.unique(rng.integers(pool, size=size)) for size in counts]
    everyone = np.arange(world.creators.count)
    owner = np.concatenate(
        [np.repeat(everyone, followings.people), np.repeat(everyone, [len(o) for o in outside])]
    )
    return owner, np.concatenate([followings.person, *outside]), people.count + pool


def _standing_shares(world: World) -> Shares:
    """Shares by age, gender, language and interest, [creator, value] each, of all followers."""
    people, followings = world.people, world.followings
    count = world.creators.count
    owner = np.repeat(np.arange(count), followings.people)
    person = followings.person

    def share(values: Ints, size: int) -> Floats:
        """Share of followers with each value; followers without one (−1) are in none."""
        value = values[person]
        has = value >= 0
        counted = np.bincount(owner[has] * size + value[has], minlength=count * size)
        return counted.reshape(count, size) / followings.people[:, None]

    # Whoever is no core member of any niche still leans a little to the creator's and the next.
    interest: Floats = 0.7 * share(people.niche, len(CATEGORIES))
    loose = 0.8 * (0.7 - interest.sum(axis=1))
    own = world.creators.category
    interest[np.arange(count), own] += 0.45 * loose
    interest[np.arange(count), np.array(NEIGHBOURS)[own]] += 0.2 * loose
    return {
        ("age", AGES): share(people.age, len(AGES)),
        ("gender", GENDERS): share(people.gender, len(GENDERS)),
        ("language", LANGUAGES): share(people.language, len(LANGUAGES)),
        ("interest", CATEGORIES): interest,
    }


def _long(
    world: World,
    day: np.datetime64,
    known: Bools,
    dimension: str,
    values: tuple[str, ...],
    shares: Floats,
) -> pa.Table:
    """Rows of the audience table for one dimension and day; tiny shares are left out."""
    # Rounding down keeps the sum of a dimension at or below 1.
    rounded = np.floor(shares * 1e5) / 1e5
    creator, value = np.nonzero((rounded >= _SMALLEST_SHARE) & known[:, None])
    return pa.table(
        {
            "creator_id": _ids(world.creators.creator_ids, creator),
            "observed_on": pa.array(np.full(len(creator), day)),
            "dimension": _ids((dimension,), np.zeros(len(creator), dtype=np.int64)),
            "value": _ids(values, value),
            "share": rounded[creator, value],
        }
    )


def _days_back(world: World, every: int) -> Dates:
    """Reading days, ascending, the last one shortly before the end of the data."""
    span = 7 * world.settings.weeks - 3
    back = np.arange(3, span, every)[::-1]
    return np.asarray(world.settings.last_day - back.astype("timedelta64[D]"))


def _ids(names: tuple[str, ...], positions: Ints) -> pa.Array:
    """Names at positions, as an Arrow string column."""
    return pa.array(names, pa.string()).take(pa.array(positions))
