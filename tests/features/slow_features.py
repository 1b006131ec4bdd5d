"""Every catalog feature again, slow and plain: one creator, one day, loops over rows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from tests.features.tiny_world import Tables

NAN = math.nan
#: Of readings of one post at one time the largest counts, column by column.
POST_ORDER = (
    *("read_at", "account_id", "published_at", "format", "views", "likes", "comments", "shares"),
    *("saves", "creator_replies", "is_sponsored", "is_disclosed", "caption"),
)
Rows = list[dict[str, Any]]


def slow_features(tables: Tables, as_of: pd.Timestamp, creator_id: str) -> dict[str, float]:
    """All creator and audience features of one creator on one day, by name."""
    accounts = tables["accounts"][tables["accounts"]["creator_id"] == creator_id]
    counts = {a: _newest_counts(tables["account_stats"], a, as_of) for a in accounts["account_id"]}
    known = [
        {**row, **counts[row["account_id"]]}
        for row in accounts.to_dict("records")
        if row["opened_on"] <= as_of or counts[row["account_id"]]
    ]
    followers = {a: c["followers"] for a, c in counts.items() if c}
    posts = _known_posts(tables["posts"], set(accounts["account_id"]), as_of)
    profile: Any = tables["creators"].set_index("creator_id").loc[creator_id]
    return {
        **_of_accounts(known, as_of),
        **_of_posts([p for p in posts if p["age"] < 90], followers),
        **_of_disclosure(posts),
        "is_virtual": float(profile["is_virtual"]),
        "community_count": _communities(profile["communities"]),
        **_of_audience(tables, as_of, creator_id),
    }


def _newest_counts(stats: pd.DataFrame, account_id: str, as_of: pd.Timestamp) -> dict[str, Any]:
    rows = stats[(stats["account_id"] == account_id) & (stats["observed_on"] <= as_of)]
    if rows.empty:
        return {}
    rows = _last(rows, ["observed_on"], ["followers", "paying_subscribers"])
    newest = rows.iloc[-1]
    earlier = rows[rows["observed_on"] <= newest["observed_on"] - pd.Timedelta(days=90)]
    paying = rows["paying_subscribers"].dropna()
    return {
        "followers": int(newest["followers"]),
        "seen": newest["observed_on"],
        "paying": float(paying.iloc[-1]) if len(paying) else NAN,
        "before": int(earlier["followers"].iloc[-1]) if len(earlier) else 0,
        "days": (newest["observed_on"] - earlier["observed_on"].iloc[-1]).days
        if len(earlier)
        else 0,
    }


def _known_posts(posts: pd.DataFrame, accounts: set[str], as_of: pd.Timestamp) -> Rows:
    read = _read_at(posts).dt.normalize()
    if not (read <= as_of).any():
        return []
    until = read[read <= as_of].max()
    rows = posts.assign(age=(until - posts["published_at"].dt.normalize()).dt.days)
    rows = rows.assign(read_at=_read_at(posts))
    rows = rows[(read <= as_of) & rows["account_id"].isin(accounts) & (rows["age"] < 365)]
    order = [name for name in POST_ORDER if name in rows.columns]
    single = _last(rows, ["post_id"], order).sort_values("published_at")
    return [{str(name): value for name, value in row.items()} for row in single.to_dict("records")]


def _read_at(posts: pd.DataFrame) -> pd.Series:
    return posts["observed_at"].fillna(posts["published_at"] + pd.Timedelta(days=7))


def _last(rows: pd.DataFrame, key: list[str], order: list[str]) -> pd.DataFrame:
    """One row per key, the largest in `order`; unknown is smallest."""
    ordered = rows.sort_values([*key, *order], na_position="first")
    return ordered.drop_duplicates(key, keep="last")


def slow_captions(tables: Tables, as_of: pd.Timestamp, creator_id: str) -> str | None:
    """The last twelve captions of a creator's posts of a year, newest first; None without."""
    accounts = tables["accounts"][tables["accounts"]["creator_id"] == creator_id]
    words = tables["posts"][["post_id", "account_id", "published_at", "observed_at", "caption"]]
    posts = pd.DataFrame(_known_posts(words, set(accounts["account_id"]), as_of))
    if posts.empty:
        return None
    written = posts[posts["caption"].notna()].sort_values("post_id")
    last = written.sort_values("published_at", ascending=False, kind="stable").head(12)
    return "\n".join(last["caption"]) or None


def _of_accounts(known: Rows, as_of: pd.Timestamp) -> dict[str, float]:
    counted = [a["followers"] for a in known if "followers" in a]
    grown = [a for a in known if a.get("before", 0) > 0 and a["followers"] > 0]
    before = sum(a["followers"] * (a["before"] / a["followers"]) ** (90 / a["days"]) for a in grown)
    opened = [a["opened_on"] for a in known if a["opened_on"] <= as_of]
    paying = [a["paying"] for a in known if not math.isnan(a.get("paying", NAN))]
    subscription = any(a["platform"] == "patreon" or a.get("paying", 0) > 0 for a in known)
    tiers = (1_000, 100_000, 500_000, 1_000_000)
    return {
        "followers_total": sum(counted) if counted else NAN,
        "follower_tier": sum(max(counted) >= t for t in tiers) if counted else NAN,
        "follower_growth_90d": sum(a["followers"] for a in grown) / before - 1 if grown else NAN,
        "has_subscription": float(subscription) if known else NAN,
        "paying_subscribers": sum(paying) if paying else NAN,
        "platform_count": len({a["platform"] for a in known}) if known else NAN,
        "account_age_days": (as_of - min(opened)).days if opened else NAN,
    }


def _of_posts(posts: Rows, followers: dict[str, int]) -> dict[str, float]:
    for post in posts:
        parts = [post[n] for n in ("likes", "comments", "shares") if not pd.isna(post[n])]
        post["engagement"] = sum(parts) if parts else None
        post["people"] = followers.get(post["account_id"]) or None
    viewed = [p for p in posts if p["engagement"] is not None and _above_zero(p["views"])]
    replied = [p for p in posts if not pd.isna(p["creator_replies"]) and _above_zero(p["comments"])]
    commented = [p for p in posts if not pd.isna(p["comments"]) and _above_zero(p["engagement"])]
    rated = [p for p in posts if p["people"]]
    formats = pd.Series([p["format"] for p in posts], dtype=str).value_counts(normalize=True)
    share = {n: float(formats.get(n, 0.0)) if posts else NAN for n in formats.index}
    return {
        "engagement_per_view_90d": _ratio(viewed, "engagement", "views"),
        "engagement_per_follower_90d": _median(
            p["engagement"] / p["people"] for p in rated if p["engagement"] is not None
        ),
        "reply_rate_90d": _ratio(replied, "creator_replies", "comments"),
        "comment_share_90d": _ratio(commented, "comments", "engagement"),
        "posts_per_week_90d": len(posts) * 7 / 90 if posts else NAN,
        "posting_gap_cv_90d": _gap_variation([p["published_at"] for p in posts]),
        "short_video_share_90d": share.get("short_video", 0.0) if posts else NAN,
        "long_video_share_90d": share.get("long_video", 0.0) if posts else NAN,
        "live_share_90d": share.get("live", 0.0) if posts else NAN,
        "format_diversity_90d": 1 - float((formats**2).sum()) if posts else NAN,
        "sponsored_share_90d": _mean(float(p["is_sponsored"]) for p in posts),
        "median_views_90d": _median(p["views"] for p in posts if not pd.isna(p["views"])),
        "median_view_rate_90d": _median(
            p["views"] / p["people"] for p in rated if not pd.isna(p["views"])
        ),
    }


def _of_disclosure(posts: Rows) -> dict[str, float]:
    told = [p for p in posts if p["is_sponsored"] and not pd.isna(p["is_disclosed"])]
    return {"disclosure_rate_365d": _mean(float(p["is_disclosed"]) for p in told)}


def _of_audience(tables: Tables, as_of: pd.Timestamp, creator_id: str) -> dict[str, float]:
    profile: Any = tables["creators"].set_index("creator_id").loc[creator_id]
    country = tables["markets"].set_index("market_id")["country"]
    rows = tables["audience"]
    rows = rows[(rows["creator_id"] == creator_id) & (rows["observed_on"] <= as_of)]
    shares: dict[str, dict[str, float]] = {}
    for dimension, of_dimension in rows.groupby("dimension"):
        newest = of_dimension[of_dimension["observed_on"] == of_dimension["observed_on"].max()]
        newest = _last(newest, ["value"], ["share"])
        scale = max(newest["share"].sum(), 1.0) if newest["share"].sum() > 1 + 1e-4 else 1.0
        shares[str(dimension)] = dict(zip(newest["value"], newest["share"] / scale, strict=True))
    market, interest = shares.get("market"), shares.get("interest")
    home = [s for m, s in (market or {}).items() if country[m] == profile["country"]]
    return {
        "authentic_share": _picked(shares.get("authenticity"), "authentic"),
        "audience_home_country_share": sum(home) if market else NAN,
        "audience_market_concentration": _herfindahl(market),
        "audience_top_market_share": max(market.values()) if market else NAN,
        "audience_language_match": _picked(shares.get("language"), profile["language"]),
        "audience_young_share": _picked(shares.get("age"), "18-24", "25-34"),
        "audience_female_share": _picked(shares.get("gender"), "female"),
        "audience_interest_entropy": _entropy(interest),
    }


def _communities(text: Any) -> float:
    if not isinstance(text, str) or not text:
        return NAN
    return len(text.split(";"))


def _above_zero(value: Any) -> bool:
    return value is not None and not pd.isna(value) and value > 0


def _ratio(rows: Rows, above: str, below: str) -> float:
    return sum(r[above] for r in rows) / sum(r[below] for r in rows) if rows else NAN


def _median(values: Any) -> float:
    held = [float(v) for v in values]
    return float(np.median(held)) if held else NAN


def _mean(values: Any) -> float:
    held = list(values)
    return sum(held) / len(held) if held else NAN


def _gap_variation(times: list[pd.Timestamp]) -> float:
    seconds = [t.floor("s").timestamp() for t in sorted(times)]
    gaps = np.diff(seconds)
    return float(np.std(gaps) / np.mean(gaps)) if len(gaps) >= 2 else NAN


def _picked(shares: dict[str, float] | None, *values: str) -> float:
    return NAN if shares is None else sum(shares.get(v, 0.0) for v in values)


def _herfindahl(shares: dict[str, float] | None) -> float:
    if not shares:
        return NAN
    total = sum(shares.values())
    return sum((s / total) ** 2 for s in shares.values())


def _entropy(shares: dict[str, float] | None) -> float:
    if not shares:
        return NAN
    total = sum(shares.values())
    return -sum(s / total * math.log(s / total) for s in shares.values() if s > 0)
