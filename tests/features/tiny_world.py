"""A random source small enough to count by hand, with all the holes real ones have."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

Tables = dict[str, pd.DataFrame]

MARKETS = ("m-north", "m-south", "m-east", "m-west")
FIRST = pd.Timestamp("2023-01-02")


def tiny_world(seed: int = 0, creators: int = 6) -> Tables:
    """Every input table, valid in all respects; the same seed gives the same rows."""
    rng = np.random.default_rng(seed)
    people = _creators(rng, creators)
    accounts = _accounts(rng, people)
    return {
        "creators": people,
        "accounts": accounts,
        "account_stats": _stats(rng, accounts),
        "posts": _posts(rng, accounts),
        "audience": _audience(rng, people),
        "followers": _followers(rng, people),
        **_campaigns(rng, people, accounts),
        "rates": _rates(accounts),
        "sales": _sales(rng),
    }


def write(tables: Mapping[str, pd.DataFrame], folder: Path) -> Path:
    """Write each table as Parquet; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
    return folder


def _holes(rng: np.random.Generator, values: pd.Series, share: float) -> pd.Series:
    return values.mask(rng.random(len(values)) < share)


def _creators(rng: np.random.Generator, count: int) -> pd.DataFrame:
    ids = [f"00{i}" for i in range(count)]  # zeros in front that must survive a CSV
    return pd.DataFrame(
        {
            "creator_id": ids,
            "handle": [f"@{name}" for name in ids],
            "category": rng.choice(["skincare", "fitness"], count),
            "country": rng.choice(["DE", "FR"], count),
            "language": rng.choice(["de", "fr"], count),
            "is_virtual": rng.random(count) < 0.3,
            "communities": ["", "running", "running;vegan", None, "a; b", "x"][:count],
        }
    )


def _accounts(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for creator_id in people["creator_id"].iloc[:-1]:  # the last one has no account
        for platform in rng.choice(["instagram", "tiktok", "patreon"], 2, replace=False):
            opened = FIRST - pd.Timedelta(days=int(rng.integers(-200, 900)))
            rows.append((f"{platform}-{creator_id}", creator_id, platform, opened))
    frame = pd.DataFrame(rows, columns=["account_id", "creator_id", "platform", "opened_on"])
    return frame.assign(opened_on=_holes(rng, frame["opened_on"], 0.3))


def _stats(rng: np.random.Generator, accounts: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for account_id, platform in zip(accounts["account_id"], accounts["platform"], strict=True):
        followers = int(rng.integers(0, 3) * rng.integers(500, 900_000))
        for month in range(int(rng.integers(0, 6)), 14):
            followers = int(followers * rng.uniform(0.95, 1.2))
            paying = int(rng.integers(0, 40)) if platform == "patreon" else None
            day = FIRST + pd.Timedelta(days=30 * month + int(rng.integers(0, 9)))
            rows.append((account_id, day, followers, paying))
    names = ["account_id", "observed_on", "followers", "paying_subscribers"]
    return pd.DataFrame(rows, columns=names).astype({"paying_subscribers": "Int64"})


def _posts(rng: np.random.Generator, accounts: pd.DataFrame) -> pd.DataFrame:
    count = 50 * len(accounts)
    seconds = rng.integers(0, 420 * 86_400, count)
    sponsored = rng.random(count) < 0.3
    disclosed = pd.Series(rng.random(count) < 0.7, dtype="boolean").mask(~sponsored)
    published = FIRST + pd.to_timedelta(np.sort(seconds), unit="s")
    frame = pd.DataFrame(
        {
            "post_id": [f"p{i:04}" for i in range(count)],
            "account_id": rng.choice(accounts["account_id"], count),
            "published_at": published,
            "observed_at": published + pd.to_timedelta(rng.integers(0, 20, count), unit="D"),
            "format": rng.choice(["short_video", "long_video", "live", "image"], count),
            "is_sponsored": sponsored,
            "is_disclosed": _holes(rng, disclosed, 0.2),
            "brand_id": ["b1" if paid else None for paid in sponsored],
            "caption": [f"words {i} of skincare and köln" for i in range(count)],
        }
    )
    for name, most in {"views": 9_000, "likes": 900, "comments": 60, "shares": 9}.items():
        counts = pd.Series(rng.integers(0, most, count), dtype="Int64")
        frame[name] = _holes(rng, counts, 0.2)
    frame["creator_replies"] = _holes(rng, frame["comments"] // 3, 0.4)
    return frame.assign(observed_at=_holes(rng, frame["observed_at"], 0.3))


def _audience(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    values = {
        "market": MARKETS,
        "age": ("18-24", "25-34", "55+"),
        "gender": ("female", "male"),
        "language": ("de", "fr"),
        "interest": ("skincare", "fitness", "food"),
        "authenticity": ("authentic",),
    }
    rows = []
    for creator_id in people["creator_id"]:
        for dimension, names in values.items():
            for quarter in range(5):
                if rng.random() < 0.3:
                    continue
                day = FIRST + pd.Timedelta(days=90 * quarter + int(rng.integers(0, 20)))
                shares = rng.dirichlet(np.ones(len(names) + 1))[:-1].round(4)
                rows += [
                    (creator_id, day, dimension, n, s) for n, s in zip(names, shares, strict=True)
                ]
    columns = ["creator_id", "observed_on", "dimension", "value", "share"]
    return pd.DataFrame(rows, columns=columns)


def _followers(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    rows = [
        (creator_id, int(key), [*MARKETS, None][rng.integers(0, 5)])
        for creator_id in people["creator_id"].iloc[1:]
        for key in rng.choice(2**62, int(rng.integers(3, 9)), replace=False)
    ]
    frame = pd.DataFrame(rows, columns=["creator_id", "follower_key", "market_id"])
    return frame.assign(sample_rate=0.01)


def _campaigns(rng: np.random.Generator, people: pd.DataFrame, accounts: pd.DataFrame) -> Tables:
    starts = [FIRST + pd.Timedelta(days=120 + 70 * i) for i in range(4)]
    campaigns = pd.DataFrame(
        {
            "campaign_id": [f"c{i}" for i in range(4)],
            "brand_id": ["b1", "b2", "b1", "b2"],
            "category": "skincare",
            "booked_on": [start - pd.Timedelta(days=21) for start in starts],
            "starts_on": starts,
            "ends_on": [start + pd.Timedelta(days=14) for start in starts],
            "brief": ["a cream", None, "a cream", "a cream"],
        }
    )
    bookings = [
        (
            campaign_id,
            *accounts.iloc[row][["creator_id", "platform"]],
            3,
            float(rng.integers(9, 99)),
        )
        for campaign_id in campaigns["campaign_id"]
        for row in rng.choice(len(accounts), 3, replace=False)
    ]
    names = ["campaign_id", "creator_id", "platform", "posts", "fee"]
    roster = pd.DataFrame(bookings, columns=names).assign(
        format="short_video",
        creative_freedom="free",
        disclosure="hashtag",
        months_with_brand=0.0,
        invites_ugc=True,
    )
    cells = [(c, m, m < "m-s", 0.5) for c in campaigns["campaign_id"] for m in MARKETS]
    return {
        "brands": pd.DataFrame(
            {"brand_id": ["b1", "b2"], "name": ["One", "Two"], "category": "skincare"}
        ),
        "campaigns": campaigns,
        "bookings": roster,
        "markets": pd.DataFrame(
            {
                "market_id": MARKETS,
                "name": [name.title() for name in MARKETS],
                "country": ["DE", "DE", "FR", "FR"],
                "language": ["de", "de", "fr", "fr"],
                "population": [100_000, 200_000, 300_000, 400_000],
            }
        ),
        "assignments": pd.DataFrame(
            cells, columns=["campaign_id", "market_id", "treated", "propensity"]
        ),
    }


def _rates(accounts: pd.DataFrame) -> pd.DataFrame:
    asked = accounts.iloc[:3][["creator_id", "platform"]].assign(format="short_video")
    early = asked.assign(observed_on=FIRST + pd.Timedelta(days=30), fee_per_post=10.0)
    late = asked.assign(observed_on=FIRST + pd.Timedelta(days=200), fee_per_post=20.0)
    return pd.concat([early, late], ignore_index=True)


def _sales(rng: np.random.Generator) -> pd.DataFrame:
    weeks = pd.date_range(FIRST, periods=62, freq="7D")
    index = pd.MultiIndex.from_product([["b1", "b2"], MARKETS, weeks])
    frame = index.to_frame(index=False, name=["brand_id", "market_id", "date"])
    units = rng.integers(50, 90, len(frame)).astype(float)
    price = rng.uniform(2, 4, len(frame)).round(2)
    return frame.assign(
        revenue=(units * price).round(2),
        units=units,
        price=price,
        discount=rng.choice([0.0, 0.1], len(frame)),
        media_spend=rng.choice([0.0, 500.0], len(frame)),
    )
